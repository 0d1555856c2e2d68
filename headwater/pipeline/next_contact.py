"""The day of a lead's next contact: when it comes, a lead that rests is open again.

Each next contact does this once. Whoever sets the status back by hand keeps it so, until she sets
another next contact.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet

from headwater.lib import clock
from headwater.metadata.context import calendar_rules
from headwater.pipeline.models import Lead
from headwater.pipeline.models.lead import BY_CALLS, LeadStatus
from headwater.records.facts import Fact, write_facts_of_many
from headwater.records.find import find_records
from headwater.users.actor import SYSTEM

logger = logging.getLogger(__name__)

CAUSE = "next contact"
RESTING = frozenset({LeadStatus.LEAD, LeadStatus.REPLIED})
"""Set by hand or by calls, these mean that nobody works on the lead now; every other status stays."""
_BATCH = 200
"""Leads written at once: few enough that others can write in between."""


def open_leads_due() -> int:
    """Open the leads whose next contact's day has come, in the organization's zone; return how many.

    The evidence of a lead still decides its status where it speaks. A lead that cannot be written
    is said in the log and tried again next time; the others are opened all the same.
    """
    numbers = list(_due().order_by("pk").values_list("pk", flat=True))
    return sum(_try_to_open(numbers[start : start + _BATCH]) for start in range(0, len(numbers), _BATCH))


def _try_to_open(numbers: Sequence[int]) -> int:
    """Open leads together, or one by one when one of them is in the way."""
    try:
        return _open(numbers)
    except Exception:  # whatever one lead runs into, the others are opened all the same
        if len(numbers) > 1:
            return sum(_try_to_open([number]) for number in numbers)
        logger.exception("lead %s could not be opened on the day of its next contact", numbers[0])
        return 0


def _due() -> QuerySet[Lead]:
    """Return the leads whose next contact's day has come, and has had no effect yet."""
    leads = cast("QuerySet[Lead]", find_records(SYSTEM, "lead"))
    return leads.filter(
        next_contact_at__lt=_end_of_today(), next_contact_reached__isnull=True, archived_at__isnull=True
    )


def _end_of_today() -> datetime:
    rules = calendar_rules()
    return rules.start_of_day(rules.local_date(clock.now()) + timedelta(days=1))


@transaction.atomic
def _open(numbers: Sequence[int]) -> int:
    # Asked again under the lock: somebody may have moved the day, or archived the lead.
    leads = list(_due().filter(pk__in=numbers).order_by("pk").select_for_update())
    facts = []
    for lead in leads:
        values: dict[str, Any] = {"next_contact_reached": lead.next_contact_at}
        if lead.status_but_for_papers in RESTING:
            values["manual_status"] = LeadStatus.OPEN.value
            if lead.evidence_status in BY_CALLS:
                values["evidence_status"] = ""
        facts.append(Fact(lead, values, cause=CAUSE))
    write_facts_of_many(SYSTEM, "lead", facts)
    return sum("manual_status" in fact.values for fact in facts)
