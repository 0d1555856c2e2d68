"""The append-only records: what happened, what seals it, and who saw what."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.users.models import User


class HistoryEntry(models.Model):
    """One business fact about one record.

    ``changes`` maps a field key to ``[from, to]`` in the JSON form of its kind, so that folding
    the entries of a record up to an instant gives the record as it was known then.
    ``business_at`` is when it happened in the world, ``recorded_at`` when we learned of it.
    ``address`` is where the request came from, empty for background work. The database refuses to
    change or delete entries (``history.guards``).

    The digest that seals an entry covers ``changes`` and ``cause`` through ``salt``, a secret of the
    entry. When personal data is erased from it, the salt goes and ``content`` keeps what the digest
    needs (``history.redaction``).
    """

    object = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    verb = models.CharField(max_length=40)
    changes = models.JSONField(default=dict)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    door = models.CharField(max_length=20)
    change_set_id = models.BigIntegerField(null=True)
    import_number = models.IntegerField(null=True)
    cause = models.CharField(max_length=200, default="", blank=True)
    address = models.CharField(max_length=45, default="", blank=True)
    business_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    salt = models.BinaryField(null=True)
    content = models.BinaryField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["object", "record_id", "id"], name="history_record"),
            # The audit asks for the newest of one person or door, who may have done little of all there is.
            models.Index(fields=["actor", "id"], name="history_actor"),
            models.Index(fields=["door", "id"], name="history_door"),
            models.Index(
                fields=["change_set_id", "id"],
                name="history_change_set",
                condition=models.Q(change_set_id__isnull=False),
            ),
            # What happened since an instant. A record's beginning stands on the record itself, so
            # that imports of new records write nothing here.
            models.Index(
                fields=["object", "recorded_at", "record_id"],
                name="history_recorded",
                condition=~models.Q(verb="created"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object} {self.record_id} {self.verb}"


class Seal(models.Model):
    """A link of the chain that proves that history was not rewritten.

    It covers the entries of ``digests``: for each its number (8 bytes) and the SHA-256 of its
    content (32 bytes). ``hash`` covers all of that and the hash of the seal before, so whoever
    changes an entry must renew every later seal. ``through`` is the highest number dealt with so
    far; ``waiting`` holds the numbers below it that were reserved and not yet there, as
    ``[first, last, since]``, because transactions may end in another order than they began.
    """

    sealed_at = models.DateTimeField()
    through = models.BigIntegerField()
    count = models.IntegerField()
    digests = models.BinaryField()
    waiting = models.JSONField(default=list)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"seal {self.pk} through {self.through}"


class Redaction(models.Model):
    """Allows erasure to take personal data from one row of history or of the log of disclosures."""

    log = models.CharField(max_length=40, help_text="The table.")
    number = models.BigIntegerField()
    erasure = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["log", "number"], name="redaction_row")]

    def __str__(self) -> str:
        return f"{self.log} {self.number} by erasure {self.erasure}"


class Verification(models.Model):
    """What one look at the whole chain found. ``problem`` is empty when all is well.

    ``redacted`` is how many entries lost personal data to an erasure that history tells of.
    """

    at = models.DateTimeField()
    seals = models.BigIntegerField()
    entries = models.BigIntegerField()
    unsealed = models.BigIntegerField()
    redacted = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    problem = models.CharField(max_length=40, blank=True)
    seal = models.BigIntegerField(null=True)
    entry = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"verification at {self.at}: {self.problem or 'in order'}"


class Disclosure(models.Model):
    """Records that somebody took away as a file, or saw many of at once.

    ``rows`` is how many; ``about`` says what was asked for: name, filter, sentence, search, columns. The
    database refuses to change a row, and to delete it in its first thirty days.
    """

    class Act(models.TextChoices):
        EXPORT = "export", _("Records exported")
        FIGURES = "figures", _("Figures exported")
        FAILED_ROWS = "failed_rows", _("Failed rows of an import exported")
        BEHIND = "behind", _("Records behind a figure listed")
        REPORT = "report", _("Report by personal data")
        LIST = "list", _("Records read by a program")

    at = models.DateTimeField()
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    door = models.CharField(max_length=20)
    address = models.CharField(max_length=45, default="", blank=True)
    act = models.CharField(max_length=20, choices=Act.choices)
    object = models.CharField(max_length=60)
    rows = models.BigIntegerField()
    about = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["at"], name="disclosure_at")]

    def __str__(self) -> str:
        return f"{self.act} of {self.rows} {self.object}"
