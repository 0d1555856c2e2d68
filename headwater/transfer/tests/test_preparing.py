"""What helps a person to prepare an import: samples, unclear formats, answers, examples, discarding."""

from pathlib import Path

import pytest

from headwater.access.errors import Forbidden
from headwater.jobs.models import Job
from headwater.metadata.choices import options_of
from headwater.records.find import find_records
from headwater.testing.factories import make_lead, make_option
from headwater.transfer import services
from headwater.transfer.errors import BadOptions, WrongState
from headwater.transfer.models import ChangeSet, ImportRun
from headwater.transfer.tests.helpers import codes, counts, csv_of, finish, run, undo, upload
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db

RADIO = {"source": ["Radio"]}


def test_samples_say_what_dates_and_numbers_are_taken_for(administrator):
    draft = upload(
        administrator,
        "lead",
        csv_of("last_name,created_at,value", "Ozola,31.12.2025,1,5", 'Kalns,01.02.2026,"7,25"'),
    )
    columns = services.preview(Actor(administrator), draft.pk).columns
    name, created = columns[0].samples, columns[1].samples
    assert [(sample.text, sample.reading) for sample in name] == [("Ozola", ""), ("Kalns", "")]
    assert [sample.reading for sample in created] == ["31 Dec 2025, 00:00", "1 Feb 2026, 00:00"]


def test_a_sample_that_can_be_read_in_two_ways_says_so(administrator):
    draft = upload(administrator, "lead", csv_of("last_name,created_at", "Ozola,03/04/2026"))
    (sample,) = services.preview(Actor(administrator), draft.pk).columns[1].samples
    assert (sample.text, sample.reading) == ("03/04/2026", "")
    assert sample.problem.startswith("Day and month")


def test_the_review_counts_the_cells_that_need_a_format(administrator):
    lines = ['Ozola,03/04/2026,"1,234"', "Kalns,05/05/2026,17", 'Liepa,07/08/2026,"2,500"']
    draft = upload(administrator, "lead", csv_of("last_name,created_at,value", *lines))
    _facts, _values, formats = services.review_values(Actor(administrator), draft.pk)
    found = {review.column: (review.proven, review.unclear, review.samples) for review in formats}
    assert found == {
        "created_at": ("", 2, ["03/04/2026", "07/08/2026"]),
        "value": ("", 2, ["1,234", "2,500"]),
    }


def test_years_of_two_digits_need_a_format(administrator):
    draft = upload(administrator, "lead", csv_of("last_name,created_at", "Ozola,13.04.26"))
    _facts, _values, (review,) = services.review_values(Actor(administrator), draft.pk)
    assert (review.unclear, review.samples) == (1, ["13.04.26"])


def test_the_review_takes_cells_with_several_options_apart(administrator):
    make_option("label", "Hot")
    draft = upload(administrator, "lead", csv_of("last_name,labels", "Ozola,Hot; New", "Kalns,New"))
    _facts, (review,), _formats = services.review_values(Actor(administrator), draft.pk)
    assert [(each.text, each.count, each.code) for each in review.texts] == [
        ("New", 2, "unknown_choice"),
        ("Hot", 1, ""),
    ]


def test_only_the_named_values_become_options(administrator):
    make_option("source", "Website")
    content = csv_of("last_name,source", "Ozola,Radio", "Kalns,Zeppelin", "Liepa,Website")
    done = run(administrator, "lead", content, create_values=RADIO)
    assert done.counts == counts(created=2, failed=1)
    assert codes(done) == {"unknown_choice": 1}
    labels = {str(choice.label) for choice in options_of("source")}
    assert "Radio" in labels
    assert "Zeppelin" not in labels


def test_a_value_near_an_option_becomes_one_of_its_own_when_named(administrator):
    make_option("source", "Website")
    content = csv_of("last_name,source", "Ozola,WEBSITE")
    assert codes(run(administrator, "lead", content)) == {"near_choice": 1}
    done = run(administrator, "lead", content, create_values={"source": ["WEBSITE"]})
    assert done.counts == counts(created=1)
    assert "WEBSITE" in {str(choice.label) for choice in options_of("source")}


@pytest.mark.parametrize("given", ["Radio", {"source": "Radio"}, {"source": [1]}, {"nonsense": []}])
def test_named_values_must_be_lists_of_texts(administrator, given):
    with pytest.raises(BadOptions) as caught:
        upload(administrator, "lead", csv_of("last_name", "Ozola"), create_values=given)
    assert {error.field for error in caught.value.errors} == {"create_values"}


def test_only_administrators_add_options(manager):
    draft = upload(manager, "lead", csv_of("last_name,source", "Ozola,Radio"), create_values=RADIO)
    with pytest.raises(Forbidden):
        services.start(Actor(manager), draft.pk, dry_run=True)
    assert "Radio" not in {str(choice.label) for choice in options_of("source")}


def test_a_rehearsal_keeps_examples_differences_and_new_options(administrator):
    lead = make_lead(administrator, last_name="Ozola", external_id="7", job_title="Clerk")
    content = csv_of("external_id,last_name,job_title,source", "7,Ozola,Chief,Radio", "8,Kalns,Smith,Radio")
    draft = upload(
        administrator,
        "lead",
        content,
        mode="upsert",
        match=["external_id"],
        create_values=RADIO,
    )
    rehearsed = finish(administrator, draft, dry_run=True)
    stored = rehearsed.rehearsal
    assert stored["differences"] == {"job_title": 1, "source": 1}
    assert stored["new_options"] == [["source", "radio", "Radio"]]
    (updated,) = stored["examples"]["updated"]
    assert (updated["row"], updated["record_id"]) == (2, lead.pk)
    assert updated["changes"]["job_title"] == ["Clerk", "Chief"]
    (created,) = stored["examples"]["created"]
    assert (created["row"], created["record_id"]) == (3, None)
    assert created["changes"]["job_title"] == [None, "Smith"]


def test_other_options_make_a_rehearsal_worthless(administrator):
    draft = upload(administrator, "lead", csv_of("last_name", "Ozola"))
    rehearsed = finish(administrator, draft, dry_run=True)
    same = services.configure(Actor(administrator), draft.pk, rehearsed.options)
    assert (same.state, bool(same.rehearsal)) == (ImportRun.State.DONE, True)
    changed = services.configure(Actor(administrator), draft.pk, rehearsed.options | {"clear_empty": True})
    assert (changed.state, changed.rehearsal) == (ImportRun.State.DRAFT, {})


@pytest.mark.django_db(transaction=True)
def test_discarding_takes_the_file_away(administrator):
    draft = upload(administrator, "lead", csv_of("last_name", "Ozola"))
    path = Path(draft.file.path)
    assert path.exists()
    services.discard(Actor(administrator), draft.pk)
    assert not path.exists()
    assert not ImportRun.objects.filter(pk=draft.pk).exists()


def test_what_has_run_cannot_be_discarded(administrator):
    done = run(administrator, "lead", csv_of("last_name", "Ozola"))
    with pytest.raises(WrongState):
        services.discard(Actor(administrator), done.pk)
    assert Path(done.file.path).exists()


def test_an_undo_that_broke_can_be_started_again(administrator):
    done = run(administrator, "lead", csv_of("last_name", "Ozola", "Kalns"))
    change_set = services.undo(Actor(administrator), done.change_set_id)
    with pytest.raises(WrongState):
        services.undo(Actor(administrator), change_set.pk)
    Job.objects.filter(pk=change_set.undo_job_id or 0).update(state=Job.State.FAILED)
    again = undo(administrator, done)
    assert again.state == ChangeSet.State.UNDONE
    assert again.undo_counts["deleted"] == 2
    assert not find_records(Actor(administrator), "lead").exists()
