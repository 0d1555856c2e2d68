"""Notices by mail: at once, or once a day. Asked again when the mail is written: does she still see it?"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.access.fields import reading_as
from headwater.activities.models import Notice
from headwater.activities.notices.reading import NoticeItem, described, visible_notices
from headwater.lib import clock, formats
from headwater.lib.mail.letters import Letter, absolute
from headwater.users import letters
from headwater.users.actor import Actor
from headwater.users.models import OutgoingMail, User
from headwater.users.outbox.services import language_of, post_to

Kind, Mail = Notice.Kind, Notice.Mail
MOST_IN_A_MAIL = 50
STALE = timedelta(minutes=15)
"""A notice that should have been mailed so long ago has lost its job."""
KEPT = timedelta(days=90)


@transaction.atomic
def mail_to(user_id: int, *, daily: bool = False) -> int:
    """Put what somebody is to be told by mail now into one mail; return how many notices it tells.

    What she has read in the app meanwhile, or does not see any more, is not told.
    """
    user = User.objects.filter(pk=user_id).first()
    way = Mail.DAILY if daily else Mail.NOW
    waiting = Notice.objects.filter(user=user_id, mail=way, mailed_at__isnull=True)
    numbers = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
    if user is None or not numbers:
        return 0
    actor = Actor(user)
    told = 0
    if user.is_active:
        with reading_as(actor), translation.override(language_of(user)):
            due = visible_notices(actor).filter(pk__in=numbers, read_at__isnull=True)
            items = described(actor, list(due.select_related("actor").order_by("pk")))
            if items:
                post_to(user, OutgoingMail.Kind.NOTICE, lambda: _letter(user, items))
            told = len(items)
    Notice.objects.filter(pk__in=numbers).update(mailed_at=clock.now())
    return told


def mail_digests() -> int:
    """Let every person who wishes one mail a day have it; return for how many there was something."""
    from headwater.activities.jobs import mail_digest  # the job calls us back

    waiting = Notice.objects.filter(mail=Mail.DAILY, mailed_at__isnull=True).order_by()
    people = sorted(set(waiting.values_list("user_id", flat=True)))
    for user_id in people:
        mail_digest.using(unique_key=f"notice digest {user_id}").enqueue(user_id)
    return len(people)


def wake() -> int:
    """Give notices whose mail lost its job a new one; return for how many people."""
    from headwater.activities.jobs import mail_notices  # the job calls us back

    lost = Notice.objects.filter(mail=Mail.NOW, mailed_at__isnull=True, at__lt=clock.now() - STALE).order_by()
    people = sorted(set(lost.values_list("user_id", flat=True)))
    for user_id in people:
        mail_notices.using(unique_key=f"notices {user_id} lost").enqueue(user_id)
    return len(people)


def forget() -> int:
    """Delete notices that are too old to be news; return how many."""
    return Notice.objects.filter(at__lt=clock.now() - KEPT).delete()[0]


def _letter(user: User, items: Sequence[NoticeItem]) -> Letter:
    shown = items[:MOST_IN_A_MAIL]
    lines = [line for item in shown for line in _lines(item)]
    if more := len(items) - len(shown):
        lines.append(_("and %(n)s more") % {"n": formats.number(more)})
    only = items[0] if len(items) == 1 else None
    path = _path_of(only.notice) if only else reverse("notices")
    return letters.notices(
        name=user.name,
        subject=_subject(items),
        lines=lines,
        button=(_("Open it") if only else _("Open your notices"), absolute(path)),
        settings_path=reverse("notice_settings"),
    )


def _path_of(notice: Notice) -> str:
    """Return where a notice leads; a mail may be opened long after the notice is forgotten."""
    shared = notice.about.get("path") if notice.kind == Kind.SHARED else None
    return shared or reverse("open_notice", args=[notice.pk])


def _subject(items: Sequence[NoticeItem]) -> str:
    if len(items) > 1:
        text = ngettext("%(n)s notice from Headwater", "%(n)s notices from Headwater", len(items))
        return text % {"n": formats.number(len(items))}
    item = items[0]
    words = {"person": _person(item), "title": item.title, "what": item.notice.about.get("name", item.title)}
    if item.notice.kind == Kind.MENTIONED:
        return _("%(person)s mentioned you: %(title)s") % words
    if item.notice.kind == Kind.ASSIGNED:
        if item.notice.about.get("as", "owner") == "owner":
            return _("%(person)s made you the owner: %(title)s") % words
        return _("%(person)s assigned you: %(title)s") % words
    if item.notice.kind == Kind.SHARED:
        return _("%(person)s shared “%(what)s” with you") % words
    if item.notice.kind == Kind.FINISHED:
        return item.text
    if item.notice.kind == Kind.LIMIT:
        words |= {"count": formats.number(item.notice.about["reports"])}
        words |= {"most": formats.number(item.notice.about["most"])}
        return _("Reports of %(person)s: %(count)s of %(most)s") % words
    return _("What happened to %(title)s") % words


def _person(item: NoticeItem) -> str:
    return item.who.name if item.who else _("The system")


def _lines(item: NoticeItem) -> list[str]:
    text = item.text if item.notice.kind == Kind.FINISHED else f"{_person(item)} {item.text}"
    line = f"{item.title}: {text}" if item.title else text
    return [line, f"“{item.excerpt}”"] if item.excerpt else [line]
