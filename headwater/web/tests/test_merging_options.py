"""Two options of a list become one: on records, in history, in what is saved, and back again."""

import pytest
import time_machine
from django.urls import reverse

from headwater.history.models import HistoryEntry
from headwater.jobs.services import run_until_idle
from headwater.lib import clock
from headwater.metadata.choices import add_option
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.metadata.models import ChoiceOption
from headwater.records.asof import as_of
from headwater.records.errors import Invalid
from headwater.records.find import find_records
from headwater.records.saved.services import save_view
from headwater.records.write import create_record, delete_record, restore_record, update_record
from headwater.reports.groups import group_records, read_grouping
from headwater.testing.factories import actor_of, make_contact, make_lead
from headwater.transfer import option_merging, stepwise
from headwater.transfer.models import ChangeSet
from headwater.transfer.pacing import Pace

pytestmark = pytest.mark.django_db


@pytest.fixture
def labels(organization):
    """Three labels: VIP and Key account mean the same, Fair does not."""
    return [add_option("label", name).key for name in ("VIP", "Key account", "Fair")]


@pytest.fixture
def admin(client_of, administrator):
    return client_of(administrator)


def labels_of(record):
    record.refresh_from_db()
    return list(record.labels)


def having(actor, key, name="lead"):
    tree = {"field": "labels", "op": "has_any", "value": [key]}
    return set(find_records(actor, name, tree).values_list("pk", flat=True))


def test_records_of_every_object_change_and_their_history_says_so(administrator, seller_north, labels):
    both = make_lead(seller_north, labels=["vip", "key_account", "fair"])
    one = make_lead(seller_north, labels=["vip"])
    other = make_lead(seller_north, labels=["fair"])
    contact = make_contact(seller_north, labels=["vip", "fair"])
    actor = actor_of(administrator)
    option = ChoiceOption.objects.get(key="vip")
    found = [(use.entry.name, use.field.key, use.count) for use in option_merging.uses(actor, option)]
    assert sorted(found) == [("contact", "labels", 1), ("lead", "labels", 2)]
    made = option_merging.merge_options(actor, "label", "vip", "key_account")
    assert (made.state, made.counts["updated"]) == ("done", 3)
    assert labels_of(both) == ["key_account", "fair"]
    assert labels_of(one) == ["key_account"]
    assert labels_of(contact) == ["key_account", "fair"]
    assert HistoryEntry.objects.filter(object="lead", record_id=other.pk).count() == 1
    entry = HistoryEntry.objects.filter(object="lead", record_id=one.pk).last()
    assert entry.changes == {"labels": [["vip"], ["key_account"]]}
    assert (entry.actor, entry.cause) == (administrator, f"merge {made.pk}")
    assert HistoryEntry.objects.filter(object="choice_option", record_id=option.pk).last().changes[
        "merged_into"
    ] == [None, ChoiceOption.objects.get(key="key_account").pk]


def test_what_names_the_merged_label_means_the_other(admin, administrator, seller_north, labels):
    lead = make_lead(seller_north, labels=["vip"])
    make_lead(seller_north, labels=["fair"])
    actor = actor_of(administrator)
    tree = {"field": "labels", "op": "has_any", "value": ["vip"]}
    view = save_view(actor, "lead", name="Best", settings={"filter": tree})
    option_merging.merge_options(actor, "label", "vip", "key_account")
    assert having(actor, "vip") == having(actor, "key_account") == {lead.pk}
    assert having(actor, "VIP") == {lead.pk}  # by its name, as files and people write it
    page = admin.get(reverse("list", args=["leads"]), {"view": view.pk}).content.decode()
    assert "has Key account" in page
    made = create_record(actor, "lead", {"last_name": "New", "labels": ["VIP", "fair"]})
    assert labels_of(made) == ["key_account", "fair"]
    update_record(actor, "lead", made.pk, {"labels": ["vip"]})
    assert labels_of(made) == ["key_account"]


def test_a_name_that_was_merged_before_goes_along(administrator, seller_north, labels):
    actor = actor_of(administrator)
    option_merging.merge_options(actor, "label", "vip", "key_account")
    lead = make_lead(seller_north, labels=["key_account"])
    option_merging.merge_options(actor, "label", "key_account", "fair")
    assert labels_of(lead) == ["fair"]
    assert having(actor, "vip") == {lead.pk}


def test_reports_as_of_then_count_it_as_now(administrator, seller_north, labels):
    actor = actor_of(administrator)
    with time_machine.travel("2026-03-02T09:00:00+00:00", tick=False):
        lead = make_lead(seller_north, labels=["vip"])
        second = make_lead(seller_north, labels=["key_account"])
    then = clock.now().replace(year=2026, month=3, day=3)
    with time_machine.travel("2026-03-10T09:00:00+00:00", tick=False):
        option_merging.merge_options(actor, "label", "vip", "key_account")
        update_record(actor, "lead", second.pk, {"labels": ["fair"]})
        with as_of(actor, then):
            assert having(actor, "key_account") == having(actor, "vip") == {lead.pk, second.pk}
            groups = group_records(actor, read_grouping(actor, "lead", "labels")).shown
            assert [(group.key, group.count) for group in groups] == [("key_account", 2)]


def test_a_deleted_record_comes_back_with_what_became_of_its_label(administrator, seller_north, labels):
    actor = actor_of(administrator)
    lead = make_lead(seller_north, labels=["vip", "fair"])
    delete_record(actor, "lead", lead.pk)
    option_merging.merge_options(actor, "label", "vip", "key_account")
    restore_record(actor, "lead", lead.pk)
    assert labels_of(lead) == ["key_account", "fair"]
    entry = HistoryEntry.objects.filter(object="lead", record_id=lead.pk).last()
    assert entry.changes == {"labels": [["vip", "fair"], ["key_account", "fair"]]}


def test_lists_of_one_option_and_of_custom_fields_merge_too(administrator, seller_north, organization):
    actor = actor_of(administrator)
    for kind, label in (("choice", "Tariff"), ("multi_choice", "Extras")):
        row = add_field("lead", Definition(kind=kind, label=label))
        for name in ("Old", "New"):
            add_option(f"lead.{row.key}", name)
    lead = make_lead(seller_north)
    values = {"cf_tariff": "old", "cf_extras": ["old", "new"]}
    update_record(actor, "lead", lead.pk, values)
    for key in values:
        made = option_merging.merge_options(actor, f"lead.{key}", "old", "new")
        assert made.counts["updated"] == 1
    lead.refresh_from_db()
    assert (lead.custom["cf_tariff"], lead.custom["cf_extras"]) == ("new", "|new|")


def test_a_formula_that_names_the_key_is_changed_first(administrator, organization):
    row = add_field("lead", Definition(kind="choice", label="Tariff"))
    for name in ("Old", "New"):
        add_option(f"lead.{row.key}", name)
    add_field("lead", Definition(kind="computed", label="Share", formula='if(cf_tariff = "old", 1, 2)'))
    with pytest.raises(Invalid, match="Share"):
        option_merging.merge_options(actor_of(administrator), f"lead.{row.key}", "old", "new")


def test_undo_makes_it_one_of_its_own_again(administrator, api_of, seller_north, labels):
    actor = actor_of(administrator)
    option_merging.merge_options(actor, "label", "fair", "vip")
    mine = make_lead(seller_north, labels=["vip"])
    changed = make_lead(seller_north, labels=["vip"])
    api = api_of(administrator)
    answer = api.post("labels/vip/merge", {"into": "key_account"})
    assert answer.status_code == 202
    update_record(actor, "lead", changed.pk, {"labels": []})
    assert api.post(f"change-sets/{answer.json()['id']}/undo").status_code == 202
    run_until_idle()
    made = ChangeSet.objects.get(pk=answer.json()["id"])
    assert (made.state, made.undo_counts["restored"], made.undo_counts["conflicts"]) == ("undone", 1, 1)
    assert labels_of(mine) == ["vip"]
    assert having(actor, "vip") == having(actor, "fair") == {mine.pk}
    option = ChoiceOption.objects.get(key="vip")
    assert (option.merged_into, option.active) == (None, True)
    assert having(actor, "key_account") == set()


def test_many_records_change_in_the_background_and_a_killed_worker_s_successor_goes_on(
    administrator, seller_north, labels, monkeypatch
):
    leads = [make_lead(seller_north, labels=["vip"]) for _n in range(5)]
    monkeypatch.setattr(option_merging, "AT_ONCE", 2)
    made = option_merging.merge_options(actor_of(administrator), "label", "vip", "key_account")
    assert made.state == "open"
    monkeypatch.setattr(stepwise, "Pace", _Two)
    chunks: list[int] = []
    real = stepwise.write_records

    def dying(actor, name, rows, **how):
        written = real(actor, name, rows, **how)
        chunks.append(len(rows))
        if len(chunks) == 2:
            raise RuntimeError("killed")
        return written

    monkeypatch.setattr(stepwise, "write_records", dying)
    go_on = option_merging.merge_records.call
    with pytest.raises(RuntimeError):
        go_on(made.pk, "ui")
    made.refresh_from_db()
    assert (made.state, made.counts["updated"]) == ("open", 2)
    go_on(made.pk, "ui")
    made.refresh_from_db()
    assert (made.state, made.counts["updated"]) == ("done", 5)
    assert all(labels_of(lead) == ["key_account"] for lead in leads)
    assert chunks == [2, 2, 2, 1]


class _Two(Pace):
    """Two records at a time."""

    def __setattr__(self, name, value):
        super().__setattr__(name, 2)


@pytest.mark.parametrize(
    ("key", "into", "code"),
    [
        ("vip", "nothing", "unknown_choice"),
        ("nothing", "vip", "unknown_choice"),
        ("vip", "vip", "same"),
        ("old", "vip", "merged"),
        ("vip", "off", "not_offered"),
    ],
)
def test_what_cannot_be_merged_is_refused(administrator, labels, key, into, code):
    actor = actor_of(administrator)
    for name in ("Old", "Off"):
        add_option("label", name)
    option_merging.merge_options(actor, "label", "old", "fair")
    ChoiceOption.objects.filter(key="off").update(active=False)
    with pytest.raises(Invalid) as refused:
        option_merging.merge_options(actor, "label", key, into)
    assert [error.code for error in refused.value.errors] == [code]


def test_the_page_says_how_many_and_leads_there(admin, seller_north, labels):
    for _n in range(3):
        make_lead(seller_north, labels=["vip"])
    option = ChoiceOption.objects.get(key="vip")
    address = reverse("merge_option", args=["labels", option.pk])
    page = admin.get(address).content.decode()
    assert "on 3 records" in page
    assert "/leads/?filter=" in page
    assert admin.post(address, {"into": ""}).status_code == 422
    answer = admin.post(address, {"into": "key_account"}, follow=True)
    page = answer.content.decode()
    assert "VIP → Key account" in page
    assert "3 records updated" in page
    assert "Undo the merge" in page
    listed = admin.get(reverse("choice_list", args=["labels"])).content.decode()
    assert "Merged into others" in listed
    assert admin.get(address).status_code == 404
    undo = reverse("undo_merge", args=[ChangeSet.objects.get().pk])
    assert "It is being undone." in admin.post(undo, follow=True).content.decode()


def test_switching_an_option_off_says_where_it_stays(admin, seller_north, labels):
    make_lead(seller_north, labels=["vip"])
    for key, said in (("vip", "It stays: Leads (Labels): 1"), ("fair", "No record has it")):
        option = ChoiceOption.objects.get(key=key)
        address = reverse("choice_option", args=["labels", option.pk])
        assert said in admin.post(address, {"label": option.label}, follow=True).content.decode()


def test_only_administrators_merge(client_of, api_of, manager, labels):
    option = ChoiceOption.objects.get(key="vip")
    assert client_of(manager).get(reverse("merge_option", args=["labels", option.pk])).status_code == 403
    assert api_of(manager).post("labels/vip/merge", {"into": "fair"}).status_code == 403
    assert api_of(manager).get("labels/vip/uses").status_code == 403


def test_programs_count_and_see_second_names(api_of, administrator, seller_north, labels):
    make_lead(seller_north, labels=["vip"])
    api = api_of(administrator)
    assert api.get("labels/vip/uses").json()["items"] == [{"object": "lead", "field": "labels", "count": 1}]
    api.post("labels/vip/merge", {"into": "fair"})
    assert api.get("labels/vip").json()["merged_into"] == "fair"
    assert api.post("labels/vip/merge", {"into": "fair"}).status_code == 422


@pytest.mark.parametrize("label", ["vip", " V I P ".replace(" I ", "I"), "ＶＩＰ", "key  ACCOUNT"])
def test_a_name_is_there_once_whatever_its_case_and_spaces(admin, labels, label):
    answer = admin.post(reverse("choice_list", args=["labels"]), {"label": label})
    assert answer.status_code == 422
    assert "is in the list already" in answer.content.decode()
    option = ChoiceOption.objects.get(key="fair")
    answer = admin.post(reverse("choice_option", args=["labels", option.pk]), {"label": label}, follow=True)
    assert "is in the list already" in answer.content.decode()
