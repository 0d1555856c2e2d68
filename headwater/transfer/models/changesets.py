"""Change sets: everything one large action wrote, so that it can be taken back."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.users.models import User


class ChangeSet(models.Model):
    """One large action. Its history entries carry its id; undoing reads them.

    ``counts`` and ``undo_counts`` map outcomes to numbers of records. ``failures``
    holds the first records that could not be changed, ``{"record_id", "reason"}``. ``added_options`` lists
    ``[list, key]`` of the options it added to choice lists. ``plan`` says what a hand-over or a merge has to
    do and how far it is; their ``object`` is empty, for they are about all of them. ``conflicts`` holds what
    an undo left alone, ``{"record_id", "fields", "reason"}``, the first thousand of them.
    """

    class Kind(models.TextChoices):
        IMPORT = "import", _("Import")
        BULK = "bulk", _("Change of many records")
        HANDOVER = "handover", _("Hand-over")
        MERGE = "merge", _("Merge of options")

    class State(models.TextChoices):
        OPEN = "open", _("Being written")
        DONE = "done", _("Done")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    object = models.CharField(max_length=60)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    counts = models.JSONField(default=dict)
    failures = models.JSONField(default=list)
    added_options = models.JSONField(default=list)
    plan = models.JSONField(default=dict)

    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undo_job_id = models.BigIntegerField(null=True, blank=True)
    undo_position = models.BigIntegerField(default=0, help_text="The last record that was dealt with.")
    undo_counts = models.JSONField(default=dict)
    conflicts = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of {self.object}"
