"""Throwing away what nobody needs: uploads that were never put onto a record, and bytes without a row."""

from datetime import timedelta

from headwater.files.models import StoredFile
from headwater.files.services import throw_away
from headwater.files.storage import FOLDER, old_places, path_of
from headwater.lib import clock

KEPT_WAITING = timedelta(days=1)
_AT_ONCE = 500


def clean_up() -> tuple[int, int]:
    """Delete what is left over; return how many files on no record, and how many bytes without a row."""
    waiting = StoredFile.objects.filter(record_id__isnull=True, uploaded_at__lt=clock.now() - KEPT_WAITING)
    return throw_away(waiting), _remove_rowless()


def _remove_rowless() -> int:
    found, removed = list(old_places(FOLDER)), 0
    for start in range(0, len(found), _AT_ONCE):
        places = found[start : start + _AT_ONCE]
        known = set(StoredFile.objects.filter(place__in=places).values_list("place", flat=True))
        for place in places:
            if place not in known:
                path_of(place).unlink(missing_ok=True)
                removed += 1
    return removed
