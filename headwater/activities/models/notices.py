"""Who follows what, what people were told, and how they wish to be told."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.users.models import Audited, Shared, User


class Follow(models.Model):
    """That somebody follows a record, or with ``on`` false does not although her settings would say so."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    object = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    on = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "object", "record_id"], name="follow_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["object", "record_id"], name="follow_record")]

    def __str__(self) -> str:
        return f"{self.user_id} {'follows' if self.on else 'leaves'} {self.object} {self.record_id}"


class Notice(models.Model):
    """Something that one person is told.

    It is about a record, or about what ``about`` says: the ``name`` and ``path`` of what was shared, the
    change set that ended, the ``count`` of many records of which ``record_id`` is the first, ``as`` what
    she was made of a record that was given to her (owner, assignee, or both of several), or for
    administrators the ``reports`` that somebody has of the ``most`` she may have. What happened to a record
    stands in its history: ``entries`` are the numbers there, so that the words, the fields and the record
    are those that the reader has when she reads. ``mail`` is how it goes out by mail, empty for not at all;
    ``mailed_at`` also when it was no longer needed.
    """

    class Kind(models.TextChoices):
        MENTIONED = "mentioned", _("I am mentioned in a comment")
        ASSIGNED = "assigned", _("A record is assigned to me")
        CHANGED = "changed", _("Something happens to a record I follow")
        SHARED = "shared", _("Something is shared with me")
        LIMIT = "limit", _("Somebody comes near a limit")
        FINISHED = "finished", _("An import, change of many records or hand-over of mine is finished")

    class Mail(models.TextChoices):
        NOW = "now", _("At once")
        DAILY = "daily", _("Once a day")
        NEVER = "", _("Never")

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    object = models.CharField(max_length=60, default="", blank=True)
    record_id = models.BigIntegerField(null=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    entries: Any = models.JSONField(default=list)
    about: Any = models.JSONField(default=dict)
    change_set_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    in_app = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=10, choices=Mail, default=Mail.NEVER, blank=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            # A job that is run again tells nobody twice.
            models.UniqueConstraint(
                fields=["change_set_id", "user", "kind", "object"],
                condition=Q(change_set_id__isnull=False),
                name="notice_of_change_set",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], condition=Q(in_app=True), name="notice_of_user"),
            models.Index(
                fields=["user", "id"], condition=Q(in_app=True, read_at__isnull=True), name="notice_unread"
            ),
            models.Index(
                fields=["user", "id"],
                condition=~Q(mail="") & Q(mailed_at__isnull=True),
                name="notice_to_mail",
            ),
            models.Index(fields=["at"], name="notice_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"


class NoticeSettings(Shared, Audited):
    """How one person wishes to be told; who has no row has the defaults.

    ``ways`` maps a kind to ``[in the app, by mail]``. ``follows_own`` lets her follow what is hers.
    """

    audit_label = _("Notices of a user")

    user = models.OneToOneField(User, models.PROTECT, related_name="+")
    follows_own = models.BooleanField(_("Follow my own records"), default=True)
    ways: Any = models.JSONField(_("Ways"), default=dict)

    def __str__(self) -> str:
        return f"notices of {self.user_id}"
