"""Keeping reports."""

import pytest

from headwater.access.errors import Forbidden
from headwater.records.errors import Invalid, NotFound
from headwater.reports.definition import DefinitionError
from headwater.reports.models import Report
from headwater.reports.run import run
from headwater.reports.services import (
    delete_report,
    duplicate_report,
    find_reports,
    get_report,
    readers,
    save_report,
    share_report,
    update_report,
)
from headwater.reports.sharing import Readers
from headwater.testing.factories import SYSTEM, make_lead
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db

DEFINITION = {"root": "lead", "measures": ["lead.count"], "rows": ["source"]}


@pytest.fixture
def report(company):
    return save_report(company.team_reader, name=" By  source ", definition=DEFINITION)


def test_a_saved_report_is_its_owners_alone_until_it_readers(company, report):
    colleague = Actor(company.south[0])
    assert report.name == report.definition["name"] == "By source"
    assert list(find_reports(company.team_reader)) == [report]
    assert list(find_reports(colleague)) == []
    with pytest.raises(NotFound):
        get_report(colleague, report.pk)
    share_report(company.team_reader, report.pk, Readers(everybody=True))
    assert get_report(colleague, report.pk) == report
    assert readers(report)
    share_report(company.team_reader, report.pk, Readers())
    assert list(find_reports(colleague)) == []


def test_whoever_opens_a_shared_report_sees_her_own_numbers(company, report):
    share_report(company.team_reader, report.pk, Readers(everybody=True))
    for owner, count in ((company.north[0], 2), (company.south[0], 3)):
        for _number in range(count):
            make_lead(SYSTEM, owner=owner.pk)
    for reader, count in ((company.north[1], 2), (company.south[1], 3), (company.administrator, 5)):
        actor = Actor(reader)
        assert (
            run(actor, get_report(actor, report.pk).definition).to_json()["totals"]["grand"]["m1"]["value"]
            == count
        )


def test_a_reader_may_copy_a_shared_report_but_not_change_it(company, report):
    colleague = Actor(company.south[0])
    share_report(company.team_reader, report.pk, Readers(everybody=True))
    for change in (
        lambda: update_report(colleague, report.pk, name="Mine"),
        lambda: share_report(colleague, report.pk, Readers()),
        lambda: delete_report(colleague, report.pk),
    ):
        with pytest.raises(Forbidden):
            change()
    copy = duplicate_report(colleague, report.pk)
    assert (copy.name, copy.owner, readers(copy)) == ("Copy of By source", company.south[0], Readers())
    update_report(colleague, copy.pk, definition={**DEFINITION, "rows": ["status"]})
    report.refresh_from_db()
    assert report.definition["rows"] == [{"id": "d1", "field": "source"}]


def test_renaming_keeps_the_definition(company, report):
    renamed = update_report(company.team_reader, report.pk, name="Sources", folder="Weekly")
    assert (renamed.name, renamed.folder, renamed.definition["name"]) == ("Sources", "Weekly", "Sources")
    assert renamed.definition["rows"] == report.definition["rows"]


def test_nothing_is_saved_that_means_nothing(company, report):
    actor = company.team_reader
    with pytest.raises(DefinitionError):
        save_report(actor, name="X", definition={"root": "lead"})
    with pytest.raises(DefinitionError):
        update_report(actor, report.pk, definition={**DEFINITION, "rows": ["sauce"]})
    for name in ("  ", "x" * 201):
        with pytest.raises(Invalid) as caught:
            save_report(actor, name=name, definition=DEFINITION)
        assert caught.value.errors[0].field == "name"
    assert Report.objects.get() == report


def test_a_report_on_a_field_that_is_gone_loads_and_names_the_hole(company, report):
    Report.objects.update(definition={**report.definition, "rows": [{"id": "d1", "field": "shoe_size"}]})
    opened = get_report(company.team_reader, report.pk)
    with pytest.raises(DefinitionError, match="shoe_size"):
        run(company.team_reader, opened.definition)


def test_a_deleted_report_is_gone(company, report):
    delete_report(company.team_reader, report.pk)
    for pk in (report.pk, "nonsense", None, 2**80, -1):
        with pytest.raises(NotFound):
            get_report(company.team_reader, pk)


def test_who_may_not_see_the_object_saves_no_report_on_it(company, stranger):
    with pytest.raises(Forbidden):
        save_report(Actor(stranger), name="X", definition=DEFINITION)
