"""Sharing a record by hand with a person, a team or a role."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.access import grants
from headwater.access.models import Action, Grant, Level, Source
from headwater.access.people import choosable_ids, may_choose
from headwater.history import services as history
from headwater.lib import clock
from headwater.lib.collation import sort_key
from headwater.metadata import registry
from headwater.metadata.kinds.relations import id_or_none
from headwater.records.effects import Write
from headwater.records.errors import FieldError, Forbidden, Invalid, NotFound
from headwater.records.find import get_record, lock_record, may
from headwater.records.models import Record
from headwater.users import teams
from headwater.users.actor import Actor
from headwater.users.models import Role, Team, User

SHARED, UNSHARED = "shared", "unshared"
MOST_SHARES = 200
"""Whoever wants to share one record with more of them means a team, or a role."""
LEVELS = {"see": Level.SEE, "edit": Level.EDIT}
_TABLES: dict[str, tuple[Any, str]] = {
    "user": (User, "name"),
    "team": (Team, "name"),
    "role": (Role, "label"),
}


Listener = Callable[[Actor, Record, Collection[int]], None]
_listeners: list[Listener] = []


def on_share(listener: Listener) -> None:
    """Call ``listener`` in the sharer's transaction, with the record and the people who have it now."""
    _listeners.append(listener)


@dataclass(frozen=True)
class Share:
    """With whom a record is shared: ``sort`` is user, team or role, ``level`` see or edit."""

    sort: str
    number: int
    name: str
    level: str

    @property
    def level_label(self) -> str:
        return str(LEVELS[self.level].label)


def shares_of(actor: Actor, object_name: str, pk: Any) -> list[Share]:
    """Return with whom a record that the actor sees is shared by hand, by name. Raises NotFound."""
    record = get_record(actor, object_name, pk)
    rows = Grant.objects.filter(object=object_name, record_id=record.pk, source=Source.SHARE)
    words = {level: word for word, level in LEVELS.items()}
    found = [(*grants.read_holder(row.holder), words[Level(row.level)]) for row in rows]
    names: dict[str, dict[int, str]] = {}
    for sort, (table, name) in _TABLES.items():
        numbers = [number for of, number, _level in found if of == sort]
        names[sort] = dict(table.objects.filter(pk__in=numbers).values_list("pk", name))
    shares = [Share(s, n, names[s][n], level) for s, n, level in found if n in names[s]]
    return sorted(shares, key=lambda share: (sort_key(share.name), share.sort, share.number))


def may_share(actor: Actor, record: Record) -> bool:
    """Say whether the actor may share a record: one that she may both edit and give to others."""
    return may(actor, record, Action.EDIT) and may(actor, record, Action.ASSIGN)


@transaction.atomic
def share_record(actor: Actor, object_name: str, pk: Any, *, sort: str, number: Any, level: str) -> Record:
    """Let a user, a team or a role see or edit a record, or change which of both.

    Raises NotFound, Forbidden and Invalid.
    """
    record = _lock(actor, object_name, pk)
    errors = (
        [] if level in LEVELS else [_problem("level", "unknown_level", _("Choose: see, or see and edit."))]
    )
    holder = _holder(actor, sort, number)
    if holder is None:
        errors.append(_problem("with", "not_found", _("Choose somebody with whom you may share.")))
    if errors or holder is None:
        raise Invalid(errors)
    before = _level_of(object_name, record.pk, holder)
    if before is None and _count(object_name, record.pk) >= MOST_SHARES:
        message = _("A record can be shared with at most %(most)d; share it with a team or a role instead.")
        raise Invalid([_problem("with", "too_many", message % {"most": MOST_SHARES})])
    if before != LEVELS[level]:
        born = {record.pk: record.created_at}
        grants.give(object_name, holder, born, level=LEVELS[level], source=Source.SHARE)
        _note(actor, object_name, record, holder, before, LEVELS[level])
        if before is None:
            people = grants.people_of(holder)
            for listener in _listeners:
                listener(actor, record, people)
    return record


@transaction.atomic
def unshare_record(actor: Actor, object_name: str, pk: Any, *, sort: str, number: Any) -> Record:
    """Take a share away. Raises NotFound for one that is not there, and Forbidden."""
    record = _lock(actor, object_name, pk)
    pk_of = id_or_none(number)
    holder = f"{sort}:{pk_of}"
    before = _level_of(object_name, record.pk, holder) if sort in _TABLES and pk_of else None
    if before is None:
        raise NotFound("share", number)
    grants.take_away(object_name, [record.pk], holder=holder, source=Source.SHARE)
    _note(actor, object_name, record, holder, before, None)
    return record


def _lock(actor: Actor, object_name: str, pk: Any) -> Record:
    record = lock_record(actor, object_name, pk, Action.EDIT)
    if not may(actor, record, Action.ASSIGN):
        raise Forbidden(Action.ASSIGN, object_name)
    return record


def _holder(actor: Actor, sort: str, number: Any) -> str | None:
    """Return the holder that was chosen; None for one that is not there or that the actor may not choose."""
    pk = id_or_none(number)
    if pk is None or sort not in _TABLES:
        return None
    everybody = choosable_ids(actor) is None
    if sort == "user":
        allowed = bool(may_choose(actor, [pk]))
    elif sort == "team":
        allowed = pk in shareable_teams(actor)
    else:
        allowed = everybody and Role.objects.filter(pk=pk).exists()
    return f"{sort}:{pk}" if allowed else None


def shareable_teams(actor: Actor) -> set[int]:
    """Return the teams with which the actor may share: those whose people she may choose."""
    chosen = choosable_ids(actor)
    if chosen is None:
        return set(Team.objects.values_list("pk", flat=True))
    mine = actor.user.team_id if actor.user else None
    if mine is None:
        return set()
    below = actor.user is not None and actor.user.role.people_reach == Role.Reach.TEAM_AND_BELOW
    found = set(teams.with_descendants(mine))
    # A team means those below as well.
    return found if below or found == {mine} else set()


def _problem(field: str, code: str, message: str) -> FieldError:
    return FieldError(field, code, message)


def _count(object_name: str, pk: int) -> int:
    return Grant.objects.filter(object=object_name, record_id=pk, source=Source.SHARE).count()


def _level_of(object_name: str, pk: int, holder: str) -> Level | None:
    row = Grant.objects.filter(object=object_name, record_id=pk, holder=holder, source=Source.SHARE).first()
    return Level(row.level) if row else None


def _note(
    actor: Actor, object_name: str, record: Record, holder: str, before: Level | None, after: Level | None
) -> None:
    """Write the share into the record's history, as a thing around it."""
    sort, number = grants.read_holder(holder)
    words = {level: word for word, level in LEVELS.items()}
    who: dict[str, Any] = {sort: number}
    if sort == "role":  # no object of the dictionary: its name is kept
        who["name"] = Role.objects.get(pk=number).label
    values = [None if level is None else {**who, "level": words[level]} for level in (before, after)]
    verb = SHARED if after is not None else UNSHARED
    changes: history.Changes = {f"share_{sort}:{number}": values}
    now = clock.now()
    history.save_entries([history.build_entry(actor, object_name, record.pk, verb, changes, recorded_at=now)])


def follow_creation(actor: Actor, writes: Sequence[Write]) -> None:
    """Keep the grants of records beside their creation, when that is changed."""
    if writes[0].verb == history.CREATED:
        return  # nothing is granted yet
    born = {write.record.pk: write.record.created_at for write in writes if "created_at" in write.changes}
    if born:
        grants.move(registry.of(writes[0].record).name, born)
