"""Telling people that something was shared with them: a report, a dashboard, a view, a record."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from headwater.activities.models import Notice
from headwater.activities.notices.writing import News, tell
from headwater.lib import clock
from headwater.metadata import registry
from headwater.records.models import Record
from headwater.users.actor import Actor
from headwater.users.models import User

QUIET = timedelta(days=1)


def shared(actor: Actor, users: Sequence[User], what: str, path: str) -> None:
    """Tell users of something named ``what``, found at ``path``.

    Nobody hears the same twice in a day, however often it is taken back and shared again.
    """
    news = News(Notice.Kind.SHARED, actor_id=actor.user_id, about={"name": what, "path": path})
    _tell_once(news, {user.pk for user in users}, about__path=path)


def record_shared(actor: Actor, record: Record, people: Collection[int]) -> None:
    """Tell people, given by number, of a record; its name is that which each sees when she reads."""
    name = registry.of(record).name
    news = News(Notice.Kind.SHARED, object=name, record_id=record.pk, actor_id=actor.user_id)
    _tell_once(news, set(people), object=name, record_id=record.pk)


def _tell_once(news: News, people: set[int], **which: Any) -> None:
    recent = Notice.objects.filter(kind=news.kind, at__gt=clock.now() - QUIET, **which)
    told = set(recent.filter(user__in=people).values_list("user_id", flat=True))
    tell([(news, people - told)])
