"""Everything of a leaver goes to successors in one action, and comes back in one."""

import pytest
from django.urls import reverse

from headwater.access.models import RoleRight
from headwater.history.models import HistoryEntry
from headwater.jobs.services import run_until_idle
from headwater.records.saved.models import SavedView
from headwater.records.write import update_record
from headwater.reports.models import Dashboard, Report
from headwater.testing.factories import actor_of, make_customer, make_lead, make_opportunity
from headwater.transfer import handover, stepwise
from headwater.transfer.models import ChangeSet
from headwater.transfer.pacing import Pace
from headwater.users.models import ApiToken, User


@pytest.fixture
def work(seller_north, administrator):
    """What a seller leaves behind: records, next contacts, a view, a report, a dashboard."""
    leads = [make_lead(seller_north, last_name=f"Nr {n}") for n in range(3)]
    other = make_lead(administrator, next_contact_by=seller_north.pk)
    make_customer(seller_north)
    make_opportunity(seller_north, lead=leads[0].pk)
    now = leads[0].created_at
    owned = {"owner": seller_north, "created_at": now, "updated_at": now}
    SavedView.objects.create(name="Mine", object="lead", **owned)
    Report.objects.create(name="Mine", object="lead", definition={}, **owned)
    Dashboard.objects.create(name="Mine", **owned)
    return leads, other


def parts(api, person):
    return {each["key"]: each["count"] for each in api.get(f"users/{person.pk}/handover").json()["items"]}


ALL = {
    "lead.owner": 3,
    "lead.next_contact_by": 1,
    "customer.owner": 1,
    "opportunity.owner": 1,
    "saved_view": 1,
    "report": 1,
    "dashboard": 1,
}


def test_everything_goes_over_and_comes_back(
    api_of, administrator, seller_north, seller_south, work, token_of
):
    api = api_of(administrator)
    token_of(seller_north)
    assert parts(api, seller_north) == ALL
    given = {"successors": dict.fromkeys(ALL, seller_south.pk), "switch_off": True}
    started = api.post(f"users/{seller_north.pk}/handover", given)
    assert started.status_code == 202
    made = started.json()
    assert (made["kind"], made["state"]) == ("handover", "open")
    assert api.post(f"change-sets/{made['id']}/undo").status_code == 409, "it is still at work"
    run_until_idle()
    done = api.get(f"change-sets/{made['id']}").json()
    assert (done["state"], done["counts"]) == ("done", {"updated": 9, "unchanged": 0, "failed": 0})
    assert parts(api, seller_north) == {}
    assert parts(api, seller_south) == ALL
    seller_north.refresh_from_db()
    assert not seller_north.is_active
    assert not ApiToken.objects.filter(user=seller_north, revoked_at__isnull=True).exists()
    entries = HistoryEntry.objects.filter(change_set_id=made["id"])
    assert set(entries.values_list("actor", "door")) == {(administrator.pk, "api")}
    assert {"lead", "customer", "opportunity", "report", "user"} <= set(
        entries.values_list("object", flat=True)
    )

    api.post(f"change-sets/{made['id']}/undo")
    run_until_idle()
    undone = api.get(f"change-sets/{made['id']}").json()
    assert (undone["state"], undone["undo_counts"]["restored"]) == ("undone", 9)
    assert parts(api, seller_north) == ALL
    assert parts(api, seller_south) == {}
    seller_north.refresh_from_db()
    assert seller_north.is_active


def test_parts_may_go_to_different_people_and_stay(
    api_of, administrator, manager, seller_north, seller_south, work
):
    api = api_of(administrator)
    chosen = {"lead.owner": seller_south.pk, "report": manager.pk}
    api.post(f"users/{seller_north.pk}/handover", {"successors": chosen})
    run_until_idle()
    assert parts(api, seller_south) == {"lead.owner": 3}
    assert parts(api, manager) == {"report": 1}
    assert parts(api, seller_north) == {key: n for key, n in ALL.items() if key not in chosen}
    assert User.objects.get(pk=seller_north.pk).is_active


def test_what_was_given_on_since_is_left_alone(
    api_of, administrator, manager, seller_north, seller_south, work
):
    api = api_of(administrator)
    leads, _other = work
    chosen = {"lead.owner": seller_south.pk, "report": seller_south.pk}
    made = api.post(f"users/{seller_north.pk}/handover", {"successors": chosen}).json()
    run_until_idle()
    update_record(actor_of(administrator), "lead", leads[1].pk, {"owner": manager.pk})
    Report.objects.update(owner=manager)
    api.post(f"change-sets/{made['id']}/undo")
    run_until_idle()
    undone = api.get(f"change-sets/{made['id']}").json()
    assert [each["record_id"] for each in undone["conflicts"]] == [leads[1].pk]
    assert parts(api, seller_north)["lead.owner"] == 2
    assert parts(api, manager) == {"lead.owner": 1, "report": 1}


def test_a_killed_worker_s_successor_goes_on(administrator, seller_north, seller_south, work, monkeypatch):
    monkeypatch.setattr(stepwise, "Pace", _Small)
    given = {"lead.owner": seller_south.pk, "report": seller_south.pk}
    made = handover.hand_over(actor_of(administrator), seller_north, given)
    go_on = handover.carry_out_handover.call
    real = stepwise.write_records
    calls = []

    def dying(*given, **how):
        written = real(*given, **how)
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return written

    monkeypatch.setattr(stepwise, "write_records", dying)
    with pytest.raises(KeyboardInterrupt):
        go_on(made.pk, "ui")
    assert ChangeSet.objects.get(pk=made.pk).counts["updated"] == 1
    assert HistoryEntry.objects.filter(change_set_id=made.pk).count() == 1
    go_on(made.pk, "ui")
    done = ChangeSet.objects.get(pk=made.pk)
    assert (done.state, done.counts["updated"], done.counts["failed"]) == ("done", 4, 0)
    go_on(made.pk, "ui")
    assert HistoryEntry.objects.filter(change_set_id=made.pk).count() == 4


class _Small(Pace):
    """One record at a time."""

    def __init__(self):
        super().__init__()
        self.size = 1

    def __setattr__(self, name, value):
        super().__setattr__(name, 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"successors": {"lead.owner": "leaver"}}, "lead.owner"),
        ({"successors": {"lead.owner": 999_999}}, "lead.owner"),
        ({"successors": {"lead.owner": "inactive"}}, "lead.owner"),
        ({"successors": {"lead.password": "manager"}}, "lead.password"),
        ({"successors": {"nothing\x00": "manager"}}, "nothing\x00"),
        ({"successors": {}}, ""),
    ],
)
def test_wrong_words_are_named_and_nothing_moves(
    api_of, administrator, manager, seller_north, make_user, work, given, field
):
    gone = make_user("gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    people = {"leaver": seller_north.pk, "inactive": gone.pk, "manager": manager.pk}
    chosen = {part: people.get(who, who) for part, who in given["successors"].items()}
    api = api_of(administrator)
    refused = api.post(f"users/{seller_north.pk}/handover", {"successors": chosen})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert not ChangeSet.objects.exists()


def test_the_last_administrator_cannot_be_switched_off(api_of, administrator, manager, work):
    refused = api_of(administrator).post(f"users/{administrator.pk}/handover", {"switch_off": True})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "last_administrator"


def test_only_administrators_hand_over(api_of, client_of, administrator, manager, seller_north, work):
    path = f"users/{seller_north.pk}/handover"
    for program in (api_of(manager), api_of(administrator, scope="write")):
        assert program.get(path).status_code == 403
        assert program.post(path, {"successors": {"lead.owner": manager.pk}}).status_code == 403
    RoleRight.objects.create(role=seller_north.role, object="lead", action="assign", scope="all")
    page = client_of(seller_north)
    assert (
        page.post(reverse("handover", args=[seller_north.pk]), {"successor": manager.pk}).status_code == 403
    )
    assert api_of(administrator).get("users/999999/handover").status_code == 404
    assert not ChangeSet.objects.exists()


def test_the_pages_show_choose_follow_and_undo(
    client_of, administrator, seller_north, seller_south, manager, work
):
    page = client_of(administrator)
    address = reverse("handover", args=[seller_north.pk])
    assert address in page.get(reverse("user", args=[seller_north.pk])).content.decode()
    shown = page.get(address).content.decode()
    for word in ("Leads", "Next contact by", "Report", "Dashboard", "switch the account off"):
        assert word in shown
    assert page.post(address, {}).status_code == 422
    words = {"successor": seller_south.pk, "to.report": manager.pk, "to.dashboard": "stays"}
    answer = page.post(address, words)
    made = ChangeSet.objects.get()
    assert answer.headers["Location"] == reverse("handover_outcome", args=[made.pk])
    assert "hx-trigger" in page.get(answer.headers["Location"]).content.decode()
    run_until_idle()
    assert Report.objects.get().owner == manager
    assert Dashboard.objects.get().owner == seller_north
    assert SavedView.objects.get().owner == seller_south
    done = page.get(answer.headers["Location"]).content.decode()
    assert "8 things were handed over" in done
    page.post(reverse("undo_handover", args=[made.pk]))
    run_until_idle()
    assert "8 things were given back" in page.get(answer.headers["Location"]).content.decode()
    assert Report.objects.get().owner == seller_north
    assert client_of(manager).get(answer.headers["Location"]).status_code == 403


def test_who_has_nothing_is_told_so(client_of, administrator, stranger):
    assert (
        "nothing to hand over"
        in client_of(administrator).get(reverse("handover", args=[stranger.pk])).content.decode()
    )


def test_who_is_one_of_several_is_only_taken_out_if_one_wishes(client_of, administrator, seller_north):
    lead = make_lead(administrator, assignees=[seller_north.pk, administrator.pk])
    client, address = client_of(administrator), f"/settings/users/{seller_north.pk}/handover/"
    assert "Nobody, only taken out" in client.get(address).content.decode()
    assert client.post(address, {"to.lead.owner": "nobody"}).status_code == 422
    outcome = client.post(address, {"to.lead.assignees": "nobody"}).url
    run_until_idle()
    lead.refresh_from_db()
    assert lead.assignees == (administrator.pk,)
    assert "Leads: Assignees → Nobody" in client.get(outcome).content.decode()
