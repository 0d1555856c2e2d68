"""Background work about records of any object."""

from headwater.jobs.tasks import job
from headwater.records import computing, slots, unique
from headwater.records.sharing_rules import filling


@job(queue_name="bulk")
def compute_fields(object_name: str) -> int:
    return computing.compute_all(object_name)


@job(queue_name="bulk")
def keep_slot(number: int) -> None:
    slots.keep_slot(number)


@job(queue_name="bulk")
def check_values(number: int) -> None:
    unique.check_values(number)


@job(queue_name="bulk")
def walk_rule(number: int) -> None:
    filling.walk(number)


@job()
def follow_links(object_name: str, numbers: list[int], left: dict[str, list[int]]) -> None:
    filling.follow(object_name, numbers, left)


@job(queue_name="bulk")
def throw_away_grants() -> None:
    filling.throw_away()


@job(queue_name="bulk")
def walk_rules() -> None:
    filling.walk_all()
