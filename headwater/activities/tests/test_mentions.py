"""People in comments: read from names, kept by number, shown by the names they have now."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.activities import mentions, services
from headwater.activities.models import Comment, Notice
from headwater.activities.notices.reading import read_notices
from headwater.activities.timeline import timeline
from headwater.records.errors import Invalid
from headwater.testing.factories import actor_of, make_lead
from headwater.users.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(seller_north):
    return make_lead(seller_north)


def shown(user, lead):
    return [item.comment.text for item in timeline(actor_of(user), "lead", lead.pk).items if item.comment]


def test_a_mention_is_a_number_and_reads_as_the_present_name(manager, seller_north, lead):
    services.add_comment(actor_of(manager), "lead", lead.pk, "Ask @nora, and @NORA@EXAMPLE.COM. a@nora")
    assert Comment.objects.get().body == f"Ask @[{seller_north.pk}], and @[{seller_north.pk}]. a@nora"
    seller_north.name = "Nora Zvaigzne"
    seller_north.save()
    assert shown(manager, lead) == ["Ask @Nora Zvaigzne, and @Nora Zvaigzne. a@nora"]
    (notice,) = read_notices(actor_of(seller_north)).items
    assert (notice.notice.kind, notice.excerpt) == (
        "mentioned",
        "Ask @Nora Zvaigzne, and @Nora Zvaigzne. a@nora",
    )


def test_the_longest_whole_name_is_taken(manager, make_user, north, lead):
    ann, anna = make_user("ann", team=north), make_user("anna", team=north)
    anna.name = "Ann Kalna"
    anna.save()
    text = mentions.stored(actor_of(manager), "@Ann Kalna @Ann Kalnaa @ann! @Anne (@Ann)")
    assert text == f"@[{anna.pk}] @[{ann.pk}] Kalnaa @[{ann.pk}]! @Anne (@[{ann.pk}])"


@pytest.mark.parametrize("name", ["สมชาย ใจดี", "វិមាន", "Jānis Bērziņš", "ß", "<b>x</b>"])
def test_names_of_every_script_are_found(manager, seller_north, name):
    seller_north.name = name
    seller_north.save()
    assert mentions.stored(actor_of(manager), f"@{name} ?") == f"@[{seller_north.pk}] ?"


def test_namesakes_are_told_apart_by_their_mail(manager, make_user, north, lead):
    first, second = make_user("ned", team=north), make_user("ned2", team=north)
    second.name = first.name
    second.save()
    with pytest.raises(Invalid) as refused:
        services.add_comment(actor_of(manager), "lead", lead.pk, "@Ned look")
    assert refused.value.errors[0].code == "ambiguous"
    services.add_comment(actor_of(manager), "lead", lead.pk, "@ned2@example.com look")
    assert mentions.numbers_in(Comment.objects.get().body) == [second.pk]


def test_who_does_not_see_the_record_is_named_before_and_never_told(manager, seller_south, lead):
    with pytest.raises(Invalid) as refused:
        services.add_comment(actor_of(manager), "lead", lead.pk, "@Sam look")
    assert refused.value.errors[0].code == "cannot_see"
    assert "Sam" in refused.value.errors[0].message
    assert not Comment.objects.exists()
    services.add_comment(actor_of(manager), "lead", lead.pk, "@Sam look", anyway=True)
    assert not Notice.objects.filter(user=seller_south).exists()


def test_only_those_whom_one_may_mention_are_people(seller_north, seller_south, administrator, lead):
    Role.objects.filter(pk=seller_north.role_id).update(people_reach=Role.Reach.TEAM)
    actor = actor_of(type(seller_north).objects.get(pk=seller_north.pk))
    services.add_comment(actor, "lead", lead.pk, "@Administrator and @Sam")
    assert Comment.objects.get().body == "@Administrator and @Sam"
    with pytest.raises(Invalid) as refused:
        services.add_comment(actor, "lead", lead.pk, f"@[{administrator.pk}]")
    assert refused.value.errors[0].code == "unknown_person"
    assert not Notice.objects.exists()


def test_editing_tells_only_who_is_new_and_keeps_who_left(manager, seller_north, make_user, north, lead):
    ned = make_user("ned", team=north)
    comment = services.add_comment(actor_of(manager), "lead", lead.pk, "@Ned look")
    ned.is_active = False
    ned.save()
    services.edit_comment(actor_of(manager), comment.pk, f"@[{ned.pk}] and @Nora look")
    assert Comment.objects.get().body == f"@[{ned.pk}] and @[{seller_north.pk}] look"
    kinds = [i.notice.kind for i in read_notices(actor_of(seller_north)).items]
    assert kinds == ["mentioned", "changed"]
    assert Notice.objects.filter(user=ned).count() == 1


@given(st.text(st.sampled_from("@ a[]1Nor\n."), max_size=30))
def test_any_text_without_people_stays_as_it_is(text):
    pieces = mentions.pieces(text, {})
    assert "".join(map(str, pieces)) == text
