"""Writing notices, in the transaction of what they tell of."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from headwater.activities.models import Notice
from headwater.activities.notices.preferences import preferences_of
from headwater.lib import clock
from headwater.users.models import User

Kind, Mail = Notice.Kind, Notice.Mail

ONE_NOTICE = timedelta(minutes=1)
"""Changes of one record by one person within so long are one notice."""
MOST_ENTRIES = 20


@dataclass(frozen=True)
class News:
    """What is to be told: something that happened to a record, or what ``about`` says (see ``Notice``)."""

    kind: str
    object: str = ""
    record_id: int | None = None
    actor_id: int | None = None
    entries: tuple[int, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    change_set_id: int | None = None


def tell(news: Iterable[tuple[News, Collection[int]]]) -> None:
    """Write notices for people, given by number, in a few statements.

    Nobody is told of what she did herself, except that her work is finished or a limit near; people
    who are switched off and those who do not wish to hear of this kind are left out. Whether somebody still
    sees the record is asked when she reads, and when a mail is written.
    """
    wanted = [(each, people) for each, people in news if people]
    active = _active({user for _each, people in wanted for user in people})
    made = [
        notice
        for each, people in wanted
        for user in sorted(active.intersection(people))
        if (notice := _notice(each, user)) is not None
    ]
    made = _joined(made)
    Notice.objects.bulk_create(made, ignore_conflicts=any(n.change_set_id for n in made))
    for notice in made:
        if notice.mail == Mail.NOW:
            _enqueue_mail(notice)


def _active(users: set[int]) -> set[int]:
    if not users:
        return set()
    return set(User.objects.filter(pk__in=users, is_active=True).values_list("pk", flat=True))


def _notice(news: News, user: int) -> Notice | None:
    way = preferences_of(user).ways[news.kind]
    own = user == news.actor_id and news.kind not in (Kind.FINISHED, Kind.LIMIT)
    if own or way.is_silent:
        return None
    return Notice(
        user_id=user,
        kind=news.kind,
        object=news.object,
        record_id=news.record_id,
        actor_id=news.actor_id,
        entries=list(news.entries),
        about=dict(news.about),
        change_set_id=news.change_set_id,
        at=clock.now(),
        in_app=way.in_app,
        mail=way.mail,
    )


def _joined(made: list[Notice]) -> list[Notice]:
    """Put what happened to a record a moment ago and now into one notice; return those that are new."""
    changes = [n for n in made if n.kind == Kind.CHANGED and n.change_set_id is None]
    if not changes:
        return made
    recent = Notice.objects.select_for_update().filter(
        user__in={n.user_id for n in changes},
        kind=Kind.CHANGED,
        record_id__in={n.record_id for n in changes},
        change_set_id__isnull=True,
        read_at__isnull=True,
        mailed_at__isnull=True,
        at__gt=clock.now() - ONE_NOTICE,
    )
    known = {_key(n): n for n in recent.order_by("pk")}
    joined = []
    for notice in changes:
        if (earlier := known.get(_key(notice))) is None:
            known[_key(notice)] = notice
            continue
        earlier.entries = [*earlier.entries, *notice.entries][-MOST_ENTRIES:]
        earlier.at = notice.at
        made.remove(notice)
        if earlier.pk is not None:
            joined.append(earlier)
    Notice.objects.bulk_update(joined, ["entries", "at"])
    return made


def _key(notice: Notice) -> tuple[Any, ...]:
    return notice.user_id, notice.object, notice.record_id, notice.actor_id


def _enqueue_mail(notice: Notice) -> None:
    from headwater.activities.jobs import mail_notices  # the job calls the rest of this room

    # What is joined for a minute goes out after it; the rest at once.
    later = clock.now() + ONE_NOTICE if notice.kind == Kind.CHANGED else None
    moment = f"{later:%Y-%m-%dT%H:%M}" if later else f"{notice.kind} {notice.pk or notice.change_set_id}"
    key = f"notices {notice.user_id} {moment}"
    mail_notices.using(unique_key=key, run_after=later).enqueue(notice.user_id)
