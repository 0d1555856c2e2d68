"""Loading the demonstration and taking it away."""

import secrets
from random import Random

from django.db import transaction
from django.db.models import QuerySet

from headwater.access import rights
from headwater.config.demo.insights import hang_up
from headwater.config.demo.names import MARKETS
from headwater.config.demo.people import ADMINISTRATOR, COMPANY, TEAMS, email, hire
from headwater.config.demo.plan import MARK, Calendar, Planner
from headwater.config.demo.story import Story
from headwater.jobs.services import report_progress
from headwater.lib import clock
from headwater.lib.memo import unit_of_work
from headwater.metadata import registry
from headwater.metadata.choices import ensure_options
from headwater.records.bulk_delete import withdraw_records
from headwater.records.find import find_records
from headwater.records.models import Record, SavedView
from headwater.reports.models import Dashboard, Report
from headwater.users import organization
from headwater.users.actor import SYSTEM, Actor
from headwater.users.administration import deactivate
from headwater.users.models import User
from headwater.users.services import create_owner

LEADS = 1_500
_RECORDS_PER_TRANSACTION = 300


class DemoLoaded(Exception):
    """The demonstration was loaded before; its people can be made once."""


def claim_with_demo(leads: int = LEADS) -> tuple[list[User], str]:
    """Claim a new installation for the invented company; return its people and their password.

    The password is made anew each time and is kept nowhere. Raises AlreadyClaimed.
    """
    password = secrets.token_urlsafe(9)
    name, short = ADMINISTRATOR
    owner = create_owner(email=email(short), name=name, password=password, organization=dict(COMPANY))
    return [owner, *load_demo(like=owner, leads=leads)], password


def load_demo(*, like: User | None = None, leads: int = LEADS) -> list[User]:
    """Fill a claimed installation with a year of an invented company; return the people it made.

    They sign in with the password of ``like``; without it nobody can sign in as one of them. It
    takes some seconds and commits in small pieces, so that others can work meanwhile. Raises
    DemoLoaded the second time, also after it was removed.
    """
    if _people().exists():
        raise DemoLoaded
    with unit_of_work(), transaction.atomic():
        ensure_options("territory", [(market.key, market.label) for market in MARKETS])
        cast = hire(like)
    calendar = Calendar(organization.zone(), clock.now(), Random(leads))
    owners = {market: [seller.user_id or 0 for seller in team] for market, team in cast.sellers.items()}
    planner = Planner(calendar, owners)
    lives = [planner.life(at) for at in calendar.arrivals(leads)]
    total, done = sum(len(life.steps) for life in lives) or 1, 0
    story = Story(cast, lives)
    for kind, actor, due in story.batches():
        with unit_of_work(), transaction.atomic():
            story.write(kind, actor, due)
        done += len(due)
        report_progress(done, total)
    with unit_of_work():
        hang_up(next(iter(cast.managers.values())))
    return cast.everybody


def _people() -> QuerySet[User]:
    """Return the accounts that ``hire`` makes; whoever claimed the installation is not among them."""
    shorts = [short for _team, chief, members, _markets in TEAMS for _name, short in (chief, *members)]
    return User.objects.filter(email__in=[email(short) for short in shorts])


def has_demo() -> bool:
    """Say whether any record of the demonstration is left."""
    return any(_left(entry.name).exists() for entry in registry.objects())


def _left(object_name: str) -> QuerySet[Record]:
    return find_records(SYSTEM, object_name).filter(**MARK)


def remove_demo(actor: Actor) -> int:
    """Delete every record of the demonstration and close its people's accounts; return how many records.

    With the accounts go their reports, dashboards and views. What others added stays. Only
    administrators may.
    """
    rights.require_administrator(actor)
    entries = registry.objects()
    total = sum(_left(entry.name).count() for entry in entries)
    removed = 0
    for entry in entries:
        while records := list(_left(entry.name).order_by("pk")[:_RECORDS_PER_TRANSACTION]):
            with unit_of_work(), transaction.atomic():
                withdraw_records(actor, entry, records, cause="demo")
            removed += len(records)
            report_progress(removed, total)
    with unit_of_work(), transaction.atomic():
        for kept in (Dashboard, Report, SavedView):
            kept.objects.filter(owner__in=_people().exclude(pk=actor.user_id or 0)).delete()
        deactivate(_people().exclude(pk=actor.user_id or 0))
    return removed
