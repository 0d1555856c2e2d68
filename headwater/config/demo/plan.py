"""The plan of a lead's life: what happens when, before anything is written.

A step that would come after the present ends the plan, so that recent leads are as unfinished
as they would be in life.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from headwater.config.demo import chances, names
from headwater.config.demo.names import Market

MARK = {"external_system": "demo"}
"""Every record of the demonstration carries this, so that all of it can be taken away again."""

DAYS = 364
STAGES = 5
HELPED = timedelta(days=45)


@dataclass
class Step:
    """Something that happens to a lead: its kind and what the kind needs."""

    at: datetime
    kind: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Life:
    """One lead: where it comes from, which of the market's sellers works it, and its steps in order."""

    market: Market
    seller: int
    steps: list[Step]
    lead: int = 0
    opportunity: int = 0


class Calendar:
    """Business hours up to the present."""

    def __init__(self, zone: ZoneInfo, now: datetime, rng: Random) -> None:
        self.zone, self.now, self.rng = zone, now, rng

    def arrivals(self, count: int) -> list[datetime]:
        """Spread leads over the year: by season, day of the week and a growing business."""
        today = self.now.astimezone(self.zone).date()
        days = [today - timedelta(days=back) for back in range(DAYS, -1, -1)]
        weights = [
            chances.MONTHS[day.month - 1] * chances.WEEKDAYS[day.weekday()] * (0.8 + 0.5 * position / DAYS)
            for position, day in enumerate(days)
        ]
        return sorted(self.working_hour(day) for day in self.rng.choices(days, weights, k=count))

    def working_hour(self, day: date) -> datetime:
        """Return an instant of a day's business hours."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return (midnight + timedelta(seconds=self.rng.randint(8 * 3600, 18 * 3600))).astimezone(UTC)

    def after(self, instant: datetime, days: float) -> datetime:
        """Return an instant about so many days later, in business hours when it is another day."""
        then = instant + timedelta(days=max(days, 0.02))
        local = then.astimezone(self.zone)
        if days < 1:
            return then
        if local.weekday() > 4:
            local += timedelta(days=7 - local.weekday())
        return max(self.working_hour(local.date()), instant + timedelta(minutes=20))


class Planner:
    """Invents lives."""

    def __init__(self, calendar: Calendar, owners: dict[str, list[int]]) -> None:
        """``owners`` are the users who sell in each market."""
        self.calendar, self.rng, self.owners = calendar, calendar.rng, owners
        # Of their own, so that who helps whom changes nothing else of the year.
        self.helping = Random(len(owners))

    def life(self, at: datetime) -> Life:
        """Plan one lead that comes in at an instant."""
        rng = self.rng
        key = chances.pick(chances.MARKETS, rng)
        market = next(m for m in names.MARKETS if m.key == key)
        life = Life(market, rng.randrange(len(self.owners[key])), [])
        owner = self.owners[key][life.seller]
        source = chances.pick({name: share for name, (share, _c, _h) in chances.SOURCES.items()}, rng)
        _share, chance, channel = chances.SOURCES[source]
        values = self._lead(market, source, channel) | {"owner": owner} | self._helper(at, key, owner)
        life.steps.append(Step(at, "web_lead" if channel == "web_form" else "lead", values))
        self._talk(life, owner)
        if rng.random() < chance * (1.15 if key == "latvia" else 0.9):
            self._opportunity(life, values)
        else:
            self._end_without(life)
        life.steps = self._past(life.steps)
        return life

    def _helper(self, at: datetime, market: str, owner: int) -> dict[str, Any]:
        """Let a colleague work on some of the leads of these weeks, now and then one of another market."""
        if at < self.calendar.now - HELPED or self.helping.random() > 0.15:
            return {}
        near = self.owners[market]
        far = sorted({user for sellers in self.owners.values() for user in sellers} - set(near))
        colleagues = [
            user for user in (far if far and self.helping.random() < 0.4 else near) if user != owner
        ]
        return {"assignees": [self.helping.choice(colleagues)]} if colleagues else {}

    def _past(self, steps: list[Step]) -> list[Step]:
        past = []
        for step in steps:
            if step.at >= self.calendar.now:
                break
            past.append(step)
        return past

    def _then(self, life: Life, days: float, kind: str, values: dict[str, Any] | None = None) -> None:
        life.steps.append(Step(self.calendar.after(life.steps[-1].at, days), kind, values or {}))

    def _lead(self, market: Market, source: str, channel: str) -> dict[str, Any]:
        rng = self.rng
        person, company = names.person(market, rng), names.company(market, rng)
        organization = rng.random() < 0.68
        host = company.domain if organization else "mail.example"
        values: dict[str, Any] = {
            **MARK,
            **self._person(person, market),
            "email": f"{person.latin}@{host}".replace("_", "-"),
            "is_organization": organization,
            "source": source,
            "source_channel": channel,
            "territory": market.key,
            "request_type": rng.choices(["product_enquiry", "request_for_information", "other"], [6, 3, 1])[
                0
            ],
            "priority": rng.choices(["normal", "high", "low"], [7, 2, 1])[0],
        }
        if organization:
            values |= {
                "organization_name": company.name,
                "industry": company.industry,
                "job_title": rng.choice(chances.JOB_TITLES),
                "employees": rng.choice([4, 9, 15, 28, 60, 120, 350]),
                "website": f"https://www.{company.domain}",
            }
        if rng.random() < 0.8:
            values |= {"value": chances.amount(rng), "currency": market.currency}
        return values

    def _person(self, person: names.Person, market: Market) -> dict[str, Any]:
        return {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "gender": person.gender,
            "email": f"{person.latin}@mail.example".replace("_", "-"),
            "phone": names.phone(market, self.rng),
        }

    def _talk(self, life: Life, owner: int) -> None:
        """Answer the request: a status, a comment, often people and an address."""
        rng, market = self.rng, life.market
        status = {"status": rng.choice(["open", "replied"])}
        self._then(life, rng.expovariate(1 / 0.8), "change", status | self._follow_up(life, owner))
        if rng.random() < 0.5:
            self._then(life, 0.02, "comment", {"body": rng.choice(chances.COMMENTS)})
        if rng.random() < 0.4:
            person = self._person(names.person(market, rng), market)
            self._then(
                life, rng.uniform(0.1, 2), "contact", MARK | person | {"role": rng.choice([*chances.ROLES])}
            )
        if rng.random() < 0.2:
            street = f"{rng.choice(market.streets)} {rng.randint(1, 90)}"
            place = {
                "kind": "office",
                "line1": street,
                "city": rng.choice(market.cities),
                "country": market.country,
            }
            self._then(life, 0.02, "address", MARK | place)
        if rng.random() < 0.1:
            self._then(life, rng.uniform(0.1, 1), "word", {"body": "Please keep me posted on this one."})

    def _follow_up(self, life: Life, owner: int) -> dict[str, Any]:
        """Plan the next contact for those who are still being worked now."""
        now = self.calendar.now
        if life.steps[-1].at < now - timedelta(days=45) or self.rng.random() < 0.4:
            return {}
        at = self.calendar.working_hour((now + timedelta(days=self.rng.randint(-4, 9))).date())
        return {"next_contact_at": at, "next_contact_by": owner}

    def _end_without(self, life: Life) -> None:
        """Leave the lead where most leads are left."""
        rng = self.rng
        status = rng.choices(["interested", "replied", "open", "do_not_contact", ""], [30, 25, 20, 5, 20])[0]
        if status:
            self._then(life, rng.lognormvariate(2.6, 0.7), "change", {"status": status})
        if rng.random() < 0.3:
            self._then(life, rng.uniform(0.1, 6), "comment", {"body": rng.choice(chances.COMMENTS)})

    def _opportunity(self, life: Life, lead: dict[str, Any]) -> None:
        """Turn the lead into an opportunity and let that one live."""
        rng = self.rng
        days = rng.lognormvariate(2.3, 0.8)
        closing = self.calendar.after(life.steps[-1].at, days + rng.randint(20, 90)).date()
        copied = {
            key: lead[key] for key in ("owner", "assignees", "source", "territory", "currency") if key in lead
        }
        title = rng.choice(chances.TOPICS).format(count=rng.choice((3, 5, 8, 12, 20, 40)))
        own = {"title": title, "type": "sales", "expected_close": closing, "amount": lead.get("value")}
        self._then(life, days, "opportunity", MARK | copied | own)
        self._stages(life)

    def _stages(self, life: Life) -> None:
        """Go from stage to stage until the opportunity is won or lost."""
        rng, stage = self.rng, 0
        while True:
            days, roll = rng.uniform(3, 21), rng.random()
            if roll < 0.17:
                reasons = {
                    chances.pick(chances.LOST_REASONS, rng) for _number in range(rng.choice((1, 1, 2)))
                }
                self._then(life, days, "move", {"status": "lost", "lost_reasons": sorted(reasons)})
                return
            if (roll < 0.3 and stage >= 2) or stage == STAGES - 1:
                self._then(life, days, "move", {"status": "converted"})
                self._then(life, rng.uniform(0.1, 3), "customer")
                return
            stage += 1
            self._then(life, days, "move", {"stage": stage})
