"""What a notice says, in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.activities.models import Notice
from headwater.activities.timeline import Item
from headwater.lib import formats
from headwater.metadata import registry
from headwater.metadata.errors import UnknownObject
from headwater.transfer.models import ChangeSet, ImportRun

Kind = Notice.Kind
_MOST_SAID = 3


def phrase_of(notice: Notice, happened: Sequence[Item]) -> str:
    """Return what was done, without saying by whom: the page and the mail name her."""
    if notice.kind == Kind.MENTIONED:
        return _("mentioned you in a comment")
    if notice.kind == Kind.SHARED and notice.object:
        return _("shared this record with you")
    if notice.kind == Kind.SHARED:
        return _("shared “%(what)s” with you") % {"what": notice.about.get("name", "")}
    if notice.kind == Kind.FINISHED:
        return _finished(notice.about)
    if notice.kind == Kind.LIMIT:
        return _limit(notice.about)
    count = notice.about.get("count")
    if notice.kind == Kind.ASSIGNED:
        return _assigned(notice.about.get("as", "owner"), count)
    if count is not None:
        text = ngettext(
            "changed %(n)s record that you follow", "changed %(n)s records that you follow", count
        )
        return text % {"n": formats.number(count)}
    said = list(dict.fromkeys(item.sentence for item in happened[-_MOST_SAID:]))
    return "; ".join(said) or _("changed this record")


def _limit(about: Mapping[str, Any]) -> str:
    words = {"count": formats.number(about["reports"]), "most": formats.number(about["most"])}
    if about["reports"] >= about["most"]:
        return _("has %(count)s of %(most)s reports and cannot save another one") % words
    return _("has %(count)s of %(most)s reports") % words


def _assigned(role: str, count: int | None) -> str:
    """Say what was given to her: to own, to work on (``assignee``), or ``both`` of some records."""
    if count is None:
        return _("assigned you to this record") if role == "assignee" else _("made you the owner")
    texts = {
        "owner": ngettext("made you the owner of %(n)s record", "made you the owner of %(n)s records", count),
        "assignee": ngettext("assigned you to %(n)s record", "assigned you to %(n)s records", count),
        "both": ngettext("gave you %(n)s record", "gave you %(n)s records", count),
    }
    return texts[role] % {"n": formats.number(count)}


def _finished(about: Mapping[str, Any]) -> str:
    counts = about.get("counts", {})
    words = {"objects": _plural(about.get("object", "")), "number": about.get("number", "")}
    if about.get("what") == ChangeSet.Kind.IMPORT:
        texts = {
            ImportRun.State.FAILED: _("Import #%(number)s of %(objects)s failed."),
            ImportRun.State.CANCELLED: _("Import #%(number)s of %(objects)s was stopped."),
        }
        text = texts.get(about.get("state", ""), _("Import #%(number)s of %(objects)s is finished."))
    elif about.get("what") == ChangeSet.Kind.HANDOVER:
        text = _("The hand-over is finished.")
    elif about.get("what") == ChangeSet.Kind.MERGE:
        text = _("The merge of two options is finished.")
    else:
        text = _("The change of many %(objects)s is finished.")
    return f"{text % words} {_counted(counts)}".strip()


def _plural(object_name: str) -> str:
    try:
        return str(registry.get(object_name).label_plural).lower()
    except UnknownObject:
        return ""


def _counted(counts: Mapping[str, int]) -> str:
    texts = (
        ("created", _("%(n)s created")),
        ("updated", _("%(n)s changed")),
        ("failed", _("%(n)s failed")),
    )
    return ", ".join(text % {"n": formats.number(counts[key])} for key, text in texts if counts.get(key))
