"""The database refuses to rewrite history, and the chain notices when somebody did all the same."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from headwater.history import guards, sealing
from headwater.history.models import HistoryEntry, Seal
from headwater.history.services import build_entry, save_entries
from headwater.history.verifying import verify
from headwater.lib import clock
from headwater.testing.factories import make_lead
from headwater.users.actor import SYSTEM

TABLES = ("history_historyentry", "history_seal")


def write(count, number=1):
    now = clock.now()
    with transaction.atomic():
        save_entries(
            [
                build_entry(
                    SYSTEM, "lead", number, "updated", {"job_title": [None, f"ទី {at}"]}, recorded_at=now
                )
                for at in range(count)
            ]
        )


def tamper(statement, *values):
    """Do what a person can who owns the database: take the guards off, write, put them on again."""
    with transaction.atomic(), connection.cursor() as cursor:
        guards.remove(cursor.execute, connection.vendor)
        cursor.execute(statement, values)
        guards.install_all(cursor.execute, connection.vendor)


def numbers():
    return list(HistoryEntry.objects.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def sealed(db, monkeypatch):
    """Seven entries in seals of three."""
    monkeypatch.setattr(sealing, "BATCH", 3)
    write(7)
    assert sealing.seal_entries() == 7
    return numbers()


@pytest.mark.attack(62)
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete_history(sealed, table, statement):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement.format(table))
    assert numbers() == sealed


@pytest.mark.attack(62)
def test_an_entry_cannot_be_written_over(sealed):
    entry = HistoryEntry.objects.first()
    for write_over in (entry.save, entry.delete, HistoryEntry.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            write_over()
    over = "INSERT OR REPLACE INTO history_historyentry SELECT * FROM history_historyentry"
    if connection.vendor == "postgresql":
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        over = "TRUNCATE history_historyentry"
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(over)
    assert verify().problem == ""


def test_records_written_through_the_doors_are_sealed_and_whole(administrator):
    lead = make_lead(administrator)
    assert sealing.seal_entries() >= 1
    assert sealing.seal_entries() == 0
    found = verify()
    assert (found.problem, found.unsealed, found.entries) == ("", 0, HistoryEntry.objects.count())
    assert HistoryEntry.objects.filter(object="lead", record_id=lead.pk).exists()


def test_the_chain_covers_every_entry_in_order(sealed):
    seals = list(Seal.objects.order_by("pk"))
    assert [seal.count for seal in seals] == [3, 3, 1]
    assert [seal.previous for seal in seals] == ["", seals[0].hash, seals[1].hash]
    assert [n for seal in seals for n in sealing.unpack(bytes(seal.digests))] == sealed
    write(2)
    assert verify().unsealed == 2


@pytest.mark.attack(62)
@pytest.mark.parametrize("at", [0, 3, 6])
@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE history_historyentry SET verb = 'created' WHERE id = %s", "changed"),
        ("UPDATE history_historyentry SET changes = '{}' WHERE id = %s", "changed"),
        ("UPDATE history_historyentry SET recorded_at = '2001-01-01 00:00:00+00' WHERE id = %s", "changed"),
        ("DELETE FROM history_historyentry WHERE id = %s", "missing"),
    ],
)
def test_the_first_broken_entry_is_named(sealed, statement, problem, at):
    tamper(statement, sealed[at])
    found = verify()
    assert (found.problem, found.entry) == (problem, sealed[at])
    with pytest.raises(CommandError, match=f"entry {sealed[at]}"):
        call_command("verify_history")


def test_a_number_that_no_transaction_took_cannot_be_used_later(db):
    write(2)
    first = numbers()[-1]
    with time_machine.travel(clock.now() - timedelta(days=3), tick=False):
        _insert(first + 4)
        sealing.seal_entries()
    _insert(first + 6)
    sealing.seal_entries()  # the numbers first+1 … first+3 are waited for no longer
    _insert(first + 2)
    sealing.seal_entries()
    found = verify()
    assert (found.problem, found.entry) == ("inserted", first + 2)


def _insert(number):
    entry = build_entry(SYSTEM, "lead", 1, "updated", {}, recorded_at=clock.now())
    entry.pk = number
    entry.save(force_insert=True)


def test_a_transaction_that_ends_late_is_sealed_all_the_same(db):
    write(1)
    first = numbers()[-1]
    _insert(first + 4)
    sealing.seal_entries()
    assert Seal.objects.last().waiting[0][:2] == [first + 1, first + 3]
    _insert(first + 2)
    assert verify().problem == ""
    assert sealing.seal_entries() == 1
    assert [w[:2] for w in Seal.objects.last().waiting] == [[first + 1, first + 1], [first + 3, first + 3]]
    assert verify().problem == ""
    tamper("DELETE FROM history_historyentry WHERE id = %s", first + 2)
    assert verify().entry == first + 2


def test_a_changed_or_missing_seal_is_found(sealed):
    second = Seal.objects.order_by("pk")[1]
    tamper("UPDATE history_seal SET count = 4 WHERE id = %s", second.pk)
    assert (verify().problem, verify().seal) == ("seal_changed", second.pk)
    tamper("DELETE FROM history_seal WHERE id = %s", second.pk)
    assert (verify().problem, verify().seal) == ("seal_missing", second.pk)


def test_a_chain_rewritten_as_a_whole_is_known_by_a_head_noted_outside(sealed, capsys):
    call_command("verify_history")
    head = Seal.objects.last().hash
    assert head in capsys.readouterr().out
    write(1)
    call_command("verify_history", head=head)
    tamper("DELETE FROM history_seal")
    tamper("UPDATE history_historyentry SET verb = 'created' WHERE id = %s", sealed[0])
    sealing.seal_entries()
    assert verify().problem == ""  # the chain alone cannot know
    assert verify(head).problem == "other_head"
    capsys.readouterr()


def _sha(said):
    plain = [v.isoformat() if hasattr(v, "isoformat") else v for v in said]
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).digest()


def test_the_digest_covers_the_whole_entry_and_what_it_says_through_its_salt(sealed):
    entry = HistoryEntry.objects.order_by("pk")[0]
    named = [f.attname for f in HistoryEntry._meta.concrete_fields]
    assert list(sealing.COLUMNS) == named, "a new column belongs into the digest, under a new form of seal"
    row = [getattr(entry, name) for name in named]
    assert entry.salt is not None
    content = hashlib.sha256(bytes(entry.salt) + _sha([entry.changes, entry.cause])).hexdigest()
    around = [
        content if name == "changes" else getattr(entry, name) for name in named[:-2] if name != "cause"
    ]
    assert sealing.digest_of(tuple(row)) == _sha(around)


def test_entries_of_before_there_were_salts_keep_their_digest(db):
    write(1)
    tamper("UPDATE history_historyentry SET salt = NULL")
    row = HistoryEntry.objects.values_list(*sealing.COLUMNS)[0]
    assert sealing.digest_of(row) == _sha(row[:-2])


@given(st.sets(st.integers(1, 60)), st.lists(st.sets(st.integers(1, 60)), max_size=4))
def test_gaps_and_late_numbers_are_kept_account_of(first, later):
    """Whatever order numbers come in, what is waited for is what is missing below the highest."""
    come: set[int] = set()
    waiting: list[list[Any]] = []
    through, lowest = 0, None
    for step in (first, *later):
        fresh = sorted(n for n in step - come if n > through)
        late = {n for n in step - come if n <= through and any(a <= n <= b for a, b, _s in waiting)}
        waiting = sealing._without(waiting, late)
        waiting += [[a, b, ""] for a, b in sealing._gaps(through, fresh)]
        come |= late | set(fresh)
        if fresh:
            lowest = lowest or fresh[0]
            through = fresh[-1]
        missing = {n for n in range(lowest or 0, through) if n not in come}
        assert {n for a, b, _s in waiting for n in range(a, b + 1)} == missing
