"""Telling administrators that somebody comes near a limit, or reached it."""

from headwater.activities.models import Notice
from headwater.activities.notices.writing import News, tell
from headwater.reports.limits import Usage
from headwater.users.models import User


def limit_reached(person: User, usage: Usage) -> None:
    """Tell every administrator, in the transaction in which the person reached a mark."""
    administrators = User.objects.filter(is_active=True, role__is_administrator=True)
    about = {"reports": usage.count, "most": usage.most}
    news = News(Notice.Kind.LIMIT, actor_id=person.pk, about=about)
    tell([(news, list(administrators.values_list("pk", flat=True)))])
