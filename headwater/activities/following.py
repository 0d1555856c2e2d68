"""Following records: who wishes to hear of what happens to them.

Somebody follows what she chose to follow, and what is hers (she owns it, or is assigned to it) unless she
said otherwise, for all of it (``NoticeSettings``) or for one record (a row with ``on`` false). What is hers
needs no rows, so that an import of thousands of records writes none.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.access.grants import holds_by_name, user_holder
from headwater.access.models import Grant, Source
from headwater.activities.models import Follow
from headwater.activities.notices.preferences import preferences_of
from headwater.metadata import registry
from headwater.metadata.context import FilterContext
from headwater.metadata.kinds.questions import QuestionKind
from headwater.metadata.objects import Field
from headwater.metadata.operators.relations import own_id
from headwater.records.find import find_records, get_record
from headwater.records.models import Record
from headwater.users.actor import Actor


def is_following(actor: Actor, record: Record) -> bool:
    """Say whether the actor follows a record that she was just shown."""
    name = registry.of(record).name
    mine = Follow.objects.filter(user=actor.user_id, object=name, record_id=record.pk)
    chosen = mine.values_list("on", flat=True).first()
    return _by_itself(actor.user_id, record) if chosen is None else chosen


def _by_itself(user_id: int | None, record: Record) -> bool:
    return user_id is not None and user_id in people_of(record) and preferences_of(user_id).follows_own


def people_of(record: Any) -> set[int | None]:
    """Return whose a record is: its owner and its assignees."""
    return {record.owner_id, *record.assignees}


@transaction.atomic
def follow(actor: Actor, object_name: str, pk: Any, *, on: bool = True) -> Record:
    """Follow a record, or no longer. Raises NotFound for what the actor does not see."""
    record = get_record(actor, object_name, pk)
    follow_many(actor, object_name, [record.pk], on=on)
    return record


@transaction.atomic
def follow_many(actor: Actor, object_name: str, pks: Collection[int], *, on: bool = True) -> int:
    """Follow records, or no longer; return how many the actor sees of them and so follows now, or not."""
    assert actor.user is not None
    seen = list(find_records(actor, object_name).filter(pk__in=pks).values_list("pk", flat=True))
    Follow.objects.bulk_create(
        [Follow(user=actor.user, object=object_name, record_id=pk, on=on) for pk in seen],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["user", "object", "record_id"],
        update_fields=["on"],
    )
    return len(seen)


def followers_of(object_name: str, people: Mapping[int, Iterable[int | None]]) -> dict[int, set[int]]:
    """Return who follows each record, for records given with those whose they are or were just now.

    One query for all. Whether they still see the record is asked when they are told.
    """
    found: dict[int, set[int]] = defaultdict(set)
    chosen = Follow.objects.filter(object=object_name, record_id__in=list(people))
    left = set()
    for user, pk, on in chosen.values_list("user_id", "record_id", "on"):
        if on:
            found[pk].add(user)
        else:
            left.add((user, pk))
    for pk, own in people.items():
        found[pk] |= {
            user for user in own if user and (user, pk) not in left and preferences_of(user).follows_own
        }
    return found


def followed_field(object_name: str) -> Field:
    """Return the question whether the reader follows a record, as filters ask it."""
    kind = QuestionKind(lambda lookup, context: _followed_q(object_name, lookup, context))
    return Field("followed", _("Followed by me"), kind, "pk", editable=False, reportable=False)


def _followed_q(object_name: str, lookup: str, context: FilterContext) -> Q:
    user = own_id(context)
    mine = Follow.objects.filter(user=user, object=object_name)
    chosen = Q(**{f"{lookup}__in": mine.filter(on=True).values("record_id")})
    if not preferences_of(user).follows_own:
        return chosen
    left = Q(**{f"{lookup}__in": mine.filter(on=False).values("record_id")})
    owner = f"{lookup.removesuffix('pk')}owner"
    hers = Q(**{owner: user, f"{owner}__isnull": False})
    if holds_by_name(context.actor, object_name):
        # By the grants, which an index has: counting then never reads the records themselves.
        held = Grant.objects.filter(object=object_name, holder=user_holder(user), source=Source.ASSIGNEE)
        hers |= Q(**{f"{lookup}__in": held.values("record_id")})
    return chosen | (hers & ~left)
