"""The demonstration's year: what happens when, each event leading to the next.

Events stand in a queue by their instant. Each runs at its own pretended instant, through the
doors, by the person it would be; whatever would come after the present does not happen, so that
recent leads are as unfinished as they would be in life.
"""

import heapq
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from headwater.activities.services import add_comment
from headwater.config.demo import chances, names
from headwater.config.demo.names import Market
from headwater.config.demo.people import Cast
from headwater.customers.services import add_address, add_contact
from headwater.lib import clock
from headwater.pipeline import conversion, services
from headwater.pipeline.models import Stage
from headwater.records.write import create_record, update_record
from headwater.users.actor import Actor

MARK = {"external_system": "demo"}
"""Every record of the demonstration carries this, so that all of it can be taken away again."""

DAYS = 364
Act = Callable[[], Any]


class Story:
    """The queue of events. ``run`` carries out the next ones; the caller commits between two calls."""

    def __init__(self, cast: Cast, zone: ZoneInfo, leads: int, rng: Random) -> None:
        self.cast, self.zone, self.rng = cast, zone, rng
        self.now = clock.now()
        self.stages = list(
            Stage.objects.order_by("pipeline__position", "position").values_list("pk", flat=True)
        )
        self.queue: list[tuple[datetime, int, Act]] = []
        self.numbers = count()
        for at in self._arrivals(leads):
            self.at(at, lambda: Life(self).begin())

    def at(self, instant: datetime, act: Act) -> None:
        """Let something happen at an instant, unless that is still to come."""
        if instant < self.now:
            heapq.heappush(self.queue, (instant, next(self.numbers), act))

    def run(self, events: int) -> bool:
        """Carry out the next events; return whether any are left."""
        for _number in range(events):
            if not self.queue:
                return False
            instant, _order, act = heapq.heappop(self.queue)
            with clock.pretend(instant):
                act()
        return True

    def _arrivals(self, leads: int) -> list[datetime]:
        """Spread the leads over the year: by season, day of the week and a growing business."""
        today = self.now.astimezone(self.zone).date()
        days = [today - timedelta(days=back) for back in range(DAYS, -1, -1)]
        weights = [
            chances.MONTHS[day.month - 1] * chances.WEEKDAYS[day.weekday()] * (0.8 + 0.5 * position / DAYS)
            for position, day in enumerate(days)
        ]
        chosen = self.rng.choices(days, weights, k=leads)
        return [self.working_hour(day) for day in chosen]

    def working_hour(self, day: date) -> datetime:
        """Return an instant of a day's business hours."""
        local = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return (local + timedelta(seconds=self.rng.randint(8 * 3600, 18 * 3600))).astimezone(UTC)

    def after(self, days: float) -> datetime:
        """Return an instant about so many days from the event that runs now, in business hours."""
        then = clock.now() + timedelta(days=max(days, 0.02))
        local = then.astimezone(self.zone)
        if days >= 1 and local.weekday() > 4:
            local += timedelta(days=7 - local.weekday())
        if days < 1:
            return local.astimezone(UTC)
        return max(self.working_hour(local.date()), clock.now() + timedelta(minutes=20))


class Life:
    """One lead, from its first request to wherever it gets."""

    def __init__(self, story: Story) -> None:
        self.story, self.rng = story, story.rng
        market = chances.pick(chances.MARKETS, self.rng)
        self.market: Market = next(m for m in names.MARKETS if m.key == market)
        self.source = chances.pick({key: share for key, (share, _c, _h) in chances.SOURCES.items()}, self.rng)
        self.owner: Actor = self.rng.choice(story.cast.sellers[self.market.key])
        self.pk = 0

    def begin(self) -> None:
        """Let the lead come in: a form on the web, or somebody who writes it down."""
        _share, chance, channel = chances.SOURCES[self.source]
        door = self.owner.through("api") if channel == "web_form" else self.owner
        self.pk = create_record(door, "lead", self._values(channel)).pk
        days = self.story.after
        self.story.at(days(self.rng.expovariate(1 / 0.8)), self.talk)
        if self.rng.random() < chance * (1.15 if self.market.key == "latvia" else 0.9):
            self.story.at(days(self.rng.lognormvariate(2.3, 0.8)), self.make_opportunity)
        else:
            self.story.at(days(self.rng.lognormvariate(2.6, 0.7)), self.end_without)

    def _values(self, channel: str) -> dict[str, Any]:
        person, company = names.person(self.market, self.rng), names.company(self.market, self.rng)
        organization = self.rng.random() < 0.68
        mail = f"{person.latin}@{company.domain if organization else 'mail.example'}"
        values: dict[str, Any] = {
            **MARK,
            "is_organization": organization,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "gender": person.gender,
            "email": mail.replace("_", "-"),
            "phone": names.phone(self.market, self.rng),
            "source": self.source,
            "source_channel": channel,
            "territory": self.market.key,
            "request_type": self.rng.choices(
                ["product_enquiry", "request_for_information", "other"], [6, 3, 1]
            )[0],
            "priority": self.rng.choices(["normal", "high", "low"], [7, 2, 1])[0],
            "owner": self.owner.user_id,
        }
        if organization:
            values |= {
                "organization_name": company.name,
                "industry": company.industry,
                "job_title": self.rng.choice(chances.JOB_TITLES),
                "employees": self.rng.choice([4, 9, 15, 28, 60, 120, 350]),
                "website": f"https://www.{company.domain}",
            }
        if self.rng.random() < 0.8:
            values |= {"value": chances.amount(self.rng), "currency": self.market.currency}
        return values

    def talk(self) -> None:
        """Answer the request: a comment, a status, often people and an address."""
        rng = self.rng
        update_record(
            self.owner, "lead", self.pk, {"status": rng.choice(["open", "replied"])} | self._follow_up()
        )
        if rng.random() < 0.45:
            add_comment(self.owner, "lead", self.pk, rng.choice(chances.COMMENTS))
        if rng.random() < 0.28:
            self._meet_people()
        if rng.random() < 0.13:
            address = {"kind": "office", "line1": f"{rng.choice(self.market.streets)} {rng.randint(1, 90)}"}
            place = {"city": rng.choice(self.market.cities), "country": self.market.country}
            add_address(self.owner, "lead", self.pk, MARK | address | place)
        if rng.random() < 0.12:
            manager = self.story.cast.managers[self.market.key]
            add_comment(manager, "lead", self.pk, "Please keep me posted on this one.")

    def _follow_up(self) -> dict[str, Any]:
        """Plan the next contact for those who are still being worked now."""
        if clock.now() < self.story.now - timedelta(days=45) or self.rng.random() < 0.4:
            return {}
        at = self.story.working_hour((self.story.now + timedelta(days=self.rng.randint(-4, 9))).date())
        return {"next_contact_at": at, "next_contact_by": self.owner.user_id}

    def _meet_people(self) -> None:
        for _number in range(self.rng.choice((1, 1, 2))):
            person = names.person(self.market, self.rng)
            values = {"first_name": person.first_name, "last_name": person.last_name, "gender": person.gender}
            reach = {
                "email": f"{person.latin}@mail.example".replace("_", "-"),
                "phone": names.phone(self.market, self.rng),
            }
            add_contact(
                self.owner, "lead", self.pk, MARK | values | reach, role=self.rng.choice(chances.ROLES)
            )

    def end_without(self) -> None:
        """Leave the lead where most leads are left."""
        status = self.rng.choices(
            ["interested", "replied", "open", "do_not_contact", ""], [30, 25, 20, 5, 20]
        )[0]
        if status:
            update_record(self.owner, "lead", self.pk, {"status": status})
        if self.rng.random() < 0.3:
            add_comment(self.owner, "lead", self.pk, self.rng.choice(chances.COMMENTS))

    def make_opportunity(self) -> None:
        """Turn the lead into an opportunity and let that one live."""
        title = self.rng.choice(chances.TOPICS).format(count=self.rng.choice((3, 5, 8, 12, 20, 40)))
        closing = (clock.now() + timedelta(days=self.rng.randint(20, 90))).date()
        values = MARK | {"title": title, "type": "sales", "expected_close": closing.isoformat()}
        record = conversion.make_opportunity(self.owner, self.pk, values)
        opportunity = Deal(self, record.pk)
        self.story.at(self.story.after(self.rng.uniform(3, 14)), opportunity.move)


class Deal:
    """An opportunity on its way through the stages."""

    def __init__(self, life: Life, pk: int) -> None:
        self.life, self.pk, self.stage = life, pk, 0

    def move(self) -> None:
        """Go one stage further, or win, or lose."""
        rng, story, owner = self.life.rng, self.life.story, self.life.owner
        roll = rng.random()
        if roll < 0.17:
            reasons = list(
                {chances.pick(chances.LOST_REASONS, rng) for _number in range(rng.choice((1, 1, 2)))}
            )
            services.lose(owner, self.pk, reasons=reasons)
            return
        if (roll < 0.3 and self.stage >= 2) or self.stage >= len(story.stages) - 1:
            services.win(owner, self.pk)
            story.at(story.after(rng.uniform(0.1, 3)), self.make_customer)
            return
        self.stage += 1
        services.move_to_stage(owner, self.pk, story.stages[self.stage])
        story.at(story.after(rng.uniform(3, 21)), self.move)

    def make_customer(self) -> None:
        """Make the lead a customer, as people do once something is sold."""
        conversion.make_customer(self.life.owner, self.life.pk, dict(MARK))
