"""Background work about history."""

import logging

from headwater.history import disclosures, sealing, verifying
from headwater.jobs.tasks import job

log = logging.getLogger(__name__)


@job(priority=-10)
def seal_history() -> int:
    return sealing.seal_entries()


@job(priority=-50)
def verify_history() -> str:
    """Check the whole chain. The log keeps its head outside the database."""
    found = verifying.verify()
    if found.problem:
        log.error("History was rewritten: %s, seal %s, entry %s.", found.problem, found.seal, found.entry)
        return found.problem
    log.info("History is whole: %s entries, seal %s, hash %s.", found.entries, found.seals, found.head)
    return "whole"


@job(priority=-50)
def forget_disclosures() -> int:
    return disclosures.forget_disclosures()
