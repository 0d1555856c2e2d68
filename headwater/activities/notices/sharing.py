"""Telling people that something was shared with them: a report, a dashboard, a view."""

from collections.abc import Sequence
from datetime import timedelta

from headwater.activities.models import Notice
from headwater.activities.notices.writing import News, tell
from headwater.lib import clock
from headwater.users.actor import Actor
from headwater.users.models import User

QUIET = timedelta(days=1)


def shared(actor: Actor, users: Sequence[User], what: str, path: str) -> None:
    """Tell users of something named ``what``, found at ``path``.

    Nobody hears the same twice in a day, however often it is taken back and shared again.
    """
    earlier = Notice.objects.filter(
        user__in=users, kind=Notice.Kind.SHARED, about__path=path, at__gt=clock.now() - QUIET
    )
    told = set(earlier.values_list("user_id", flat=True))
    news = News(Notice.Kind.SHARED, actor_id=actor.user_id, about={"name": what, "path": path})
    tell([(news, {user.pk for user in users} - told)])
