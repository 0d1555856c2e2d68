"""Whatever a file holds, its rehearsal foretells the run."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.pipeline.models import Lead
from headwater.testing.factories import make_lead, make_option
from headwater.transfer import services
from headwater.transfer.files.guarding import guard, unguard
from headwater.transfer.tests.helpers import counts, csv_of, finish, living_leads, run, upload
from headwater.users.actor import Actor
from headwater.users.models import User

HEADER = ["external_id", "first_name", "email", "source", "value", "created_at", "owner", "is_organization"]

cell = st.one_of(st.text(max_size=12), st.just(""))
row = st.tuples(
    st.sampled_from(["", "a", "b", "c", "d", "old1", "old2"]) | cell,
    st.sampled_from(["Anna", "Bruno", ""]) | cell,
    st.sampled_from(["", "a@example.com", "A@example.com", "x@", "old@example.com"]) | cell,
    st.sampled_from(["", "Web", "web", "Fair", "Expo 2026"]) | cell,
    st.sampled_from(["", "1", "1,234", "1.5", "1,5", "x"]) | cell,
    st.sampled_from(["", "2026-01-02", "01-02-2026", "13-02-2026", "02-13-2026", "31.12.25"]) | cell,
    st.sampled_from(["", "Nora", "administrator@example.com", "nobody"]) | cell,
    st.sampled_from(["", "yes", "no", "maybe"]) | cell,
)
options_of_a_person = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["create", "update", "upsert"]),
        "match": st.sampled_from([["external_id"], ["email"]]),
    },
    optional={
        "create_choices": st.booleans(),
        "clear_empty": st.booleans(),
        "date_format": st.sampled_from(["dmy", "DD-MM-YYYY"]),
        "decimal_mark": st.sampled_from([".", ","]),
        "values": st.just({"source": {"Fair": "web"}}),
    },
)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=25)
@given(st.lists(row, min_size=1, max_size=8), options_of_a_person)
def test_rehearsal_and_run_agree(
    administrator: User, rows: list[tuple[str, ...]], options: dict[str, Any]
) -> None:
    Lead.unscoped.all().delete()
    for number in (1, 2):
        make_lead(administrator, first_name="Old", external_id=f"old{number}", email="old@example.com")
    if not any(choice.key == "web" for choice in _sources()):
        make_option("source", "Web")
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([HEADER, *rows])
    content = buffer.getvalue().encode("utf-8", "replace")
    rehearsed = run(administrator, "lead", content, dry_run=True, delimiter=",", encoding="utf-8", **options)
    assert rehearsed.state == "done", rehearsed.problem
    assert Lead.unscoped.count() == 2
    done = finish(administrator, rehearsed)
    assert done.counts == rehearsed.rehearsal["counts"]
    assert done.causes == rehearsed.rehearsal["causes"]
    assert Lead.unscoped.count() == 2 + done.counts["created"]
    assert sum(done.counts.values()) == done.total_rows
    lines = list(
        csv.reader(io.StringIO("".join(services.failed_rows_csv(Actor(administrator), done.pk)), newline=""))
    )
    assert len(lines) == 1 + done.counts["failed"]


def _sources() -> list[Any]:
    from headwater.metadata.choices import options_of

    return options_of("source")


@given(st.text(max_size=30))
def test_guarded_cells_come_back_as_they_were(text: str) -> None:
    guarded = guard(text)
    assert unguard(guarded) == text or guarded == text == unguard(unguard(text))
    stripped = guarded.lstrip(" ")
    assert not stripped.startswith(("=", "@"))


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", " =x", "\t=x", "'=x", "''=x", "\r@"]
)
def test_formulas_are_guarded_and_come_back(text: str) -> None:
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text


@pytest.mark.parametrize(
    "text", ["+371 21234567", "-5", "-1,234.50", "+66 (0)81-234", "a=b", "", "-", "O'Brien", "'quoted'"]
)
def test_numbers_phones_and_plain_texts_stay(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


@pytest.mark.django_db
def test_the_preview_shows_how_the_file_is_read(administrator: User) -> None:
    content = "Name;E-mail;Created;Telefons\nAnna;a@b.de;31.12.2025;1\nB;;01.02.2026;2\n".encode("cp1252")
    draft = upload(administrator, "lead", content)
    shown = services.preview(Actor(administrator), draft.pk)
    assert (shown.info.delimiter, shown.header_row) == (";", 1)
    by_header = {column.decision.header: column for column in shown.columns}
    assert (by_header["E-mail"].decision.field, by_header["E-mail"].decision.how) == ("email", "label")
    assert (by_header["Name"].decision.field, by_header["Name"].decision.proposal) == (None, "first_name")
    assert [sample.text for sample in by_header["Name"].samples] == ["Anna", "B"]
    assert by_header["Created"].samples[1].reading.startswith("1 Feb 2026")


@pytest.mark.django_db
def test_the_values_of_the_whole_file_are_reviewed(administrator: User, seller_north: User) -> None:
    make_option("source", "Web form")
    content = csv_of(
        "First name,Source,Owner,Created",
        "A,Web form,Nora,01-02-2026",
        "B,web form,Nobody,13-02-2026",
        "C,Fair,Nora,",
    )
    draft = upload(administrator, "lead", content, create_choices=True)
    facts, values, formats = services.review_values(Actor(administrator), draft.pk)
    assert facts.rows == 3
    reviewed = {
        each.field.key: {text.text: (text.code, text.count) for text in each.texts} for each in values
    }
    assert reviewed["source"] == {"Web form": ("", 1), "web form": ("near_choice", 1), "Fair": ("new", 1)}
    assert reviewed["owner"] == {"Nora": ("", 2), "Nobody": ("unknown_user", 1)}
    assert [(each.field.key, each.proven) for each in formats] == [("created_at", "dmy")]


@pytest.mark.django_db
def test_options_may_change_until_the_run(administrator: User) -> None:
    draft = upload(administrator, "lead", csv_of("who", "Anna"))
    services.configure(Actor(administrator), draft.pk, {"mapping": {"who": "last_name"}})
    assert finish(administrator, draft, dry_run=True).counts == counts(created=1)
    services.configure(Actor(administrator), draft.pk, {"mapping": {"who": "first_name"}})
    assert finish(administrator, draft).counts == counts(created=1)
    assert living_leads()[0].first_name == "Anna"
