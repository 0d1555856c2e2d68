"""Taking an import back."""

from typing import Any

import pytest

from headwater.history.models import HistoryEntry
from headwater.jobs.services import run_until_idle
from headwater.metadata.models import ChoiceOption
from headwater.pipeline.models import Lead
from headwater.records.errors import NotFound
from headwater.records.find import find_records
from headwater.records.write import delete_record, update_record
from headwater.testing.factories import actor_of, make_lead, make_option
from headwater.transfer import services, undoing
from headwater.transfer.errors import WrongState
from headwater.transfer.models import ChangeSet
from headwater.transfer.tests.helpers import counts, csv_of, living_leads, run, undo, upload
from headwater.users.actor import Actor
from headwater.users.models import User

pytestmark = pytest.mark.django_db

UPSERT: dict[str, Any] = {"mode": "upsert", "match": ["external_id"], "create_choices": True}


def living() -> dict[str, Lead]:
    return {lead.external_id: lead for lead in living_leads()}


def test_created_records_go_and_changed_ones_are_as_before(administrator: User) -> None:
    make_option("source", "Fair")
    make_lead(administrator, first_name="Old", external_id="a", source="fair", labels=[], value="10.50")
    before = HistoryEntry.objects.filter(object="lead").count()
    content = csv_of(
        "external_id,first_name,source,value,created_at", "a,New,Expo,99,2024-01-31", "b,B,Expo,1,"
    )
    done = run(administrator, "lead", content, **UPSERT)
    assert done.counts == counts(created=1, updated=1)
    undone = undo(administrator, done)
    assert undone.state == "undone"
    assert undone.undo_counts == {"deleted": 1, "restored": 1, "gone": 0, "conflicts": 0}
    (old,) = living().values()
    assert (old.first_name, old.source, str(old.value)) == ("Old", "fair", "10.50")
    assert old.created_at.year != 2024
    assert not ChoiceOption.objects.filter(list="source", label="Expo").exists()
    assert not find_records(actor_of(administrator), "lead", search="B").exists()
    causes = HistoryEntry.objects.filter(object="lead").order_by("pk")[before:].values_list("verb", "cause")
    assert [verb for verb, _cause in causes] == ["created", "updated", "deleted", "updated"]
    assert {cause for _verb, cause in causes[2:]} == {f"undo of change set {undone.pk}"}


def test_what_was_changed_since_is_kept_and_listed(administrator: User, manager: User) -> None:
    kept = make_lead(manager, first_name="Old", job_title="Buyer", external_id="a")
    content = csv_of("external_id,first_name,job_title", "a,New,Director", "b,Touched,", "c,Free,")
    done = run(administrator, "lead", content, **UPSERT)
    update_record(Actor(administrator), "lead", kept.pk, {"job_title": "Owner"})
    touched = living()["b"]
    update_record(Actor(administrator), "lead", touched.pk, {"job_title": "Chief"})
    undone = undo(administrator, done)
    assert undone.undo_counts == {"deleted": 1, "restored": 1, "gone": 0, "conflicts": 2}
    assert [(each["record_id"], each["fields"]) for each in undone.conflicts] == [
        (touched.pk, []),
        (kept.pk, ["job_title"]),
    ]
    assert sorted(living()) == ["a", "b"]
    assert (living()["a"].first_name, living()["a"].job_title) == ("Old", "Owner")


def test_records_deleted_since_are_counted_as_gone(administrator: User) -> None:
    done = run(administrator, "lead", csv_of("external_id,first_name", "a,A", "b,B"), **UPSERT)
    delete_record(Actor(administrator), "lead", living()["a"].pk)
    assert undo(administrator, done).undo_counts == {"deleted": 1, "restored": 0, "gone": 1, "conflicts": 0}
    assert living() == {}


def test_an_undone_file_can_be_imported_again(administrator: User) -> None:
    content = csv_of("external_id,first_name,source", "a,A,Expo")
    undo(administrator, run(administrator, "lead", content, **UPSERT))
    assert run(administrator, "lead", content, **UPSERT).counts == counts(created=1)
    assert living()["a"].source == "expo"


def test_an_option_in_use_elsewhere_stays(administrator: User) -> None:
    done = run(administrator, "lead", csv_of("external_id,first_name,source", "a,A,Expo"), **UPSERT)
    make_lead(administrator, first_name="Other", source="expo")
    undo(administrator, done)
    assert ChoiceOption.objects.filter(list="source", key="expo").exists()


def test_only_once_and_only_one_s_own(administrator: User, manager: User) -> None:
    done = run(administrator, "lead", csv_of("first_name", "A"))
    assert done.change_set is not None
    with pytest.raises(NotFound):
        services.undo(Actor(manager), done.change_set.pk)
    undo(administrator, done)
    with pytest.raises(WrongState):
        services.undo(Actor(administrator), done.change_set.pk)
    for word in ("x", None, "0", "9" * 30):
        with pytest.raises(NotFound):
            services.undo(Actor(administrator), word)


def test_one_who_may_not_delete_can_still_take_back_what_she_made(manager: User) -> None:
    manager.role.rights.filter(action="delete").update(scope="none")
    done = run(manager, "lead", csv_of("first_name", "A"))
    assert undo(manager, done).undo_counts["deleted"] == 1
    assert living() == {}


def test_a_running_import_cannot_be_undone(administrator: User) -> None:
    draft = upload(administrator, "lead", csv_of("first_name", "A"))
    queued = services.start(Actor(administrator), draft.pk, dry_run=False)
    assert queued.change_set is not None
    with pytest.raises(WrongState):
        services.undo(Actor(administrator), queued.change_set.pk)


def test_an_undo_that_was_killed_goes_on_where_it_stopped(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"x{number},N{number}" for number in range(250)]
    done = run(administrator, "lead", csv_of("external_id,first_name", *rows), **UPSERT)
    assert done.change_set is not None
    change_set = services.undo(Actor(administrator), done.change_set.pk)
    change_set.refresh_from_db()
    real = undoing.Undoing._take_back
    chunks: list[int] = []

    def dying(self, chunk):
        if chunks:
            raise KeyboardInterrupt
        chunks.append(len(chunk))
        real(self, chunk)

    monkeypatch.setattr(undoing.Undoing, "_take_back", dying)
    with pytest.raises(KeyboardInterrupt):
        undoing.carry_out(change_set.pk)
    monkeypatch.undo()
    stopped = ChangeSet.objects.get(pk=change_set.pk)
    assert stopped.undo_counts["deleted"] == chunks[0] == 250 - len(living())
    run_until_idle()
    assert services.get_change_set(Actor(administrator), change_set.pk).undo_counts["deleted"] == 250
    assert living() == {}
    assert HistoryEntry.objects.filter(object="lead", verb="deleted").count() == 250
