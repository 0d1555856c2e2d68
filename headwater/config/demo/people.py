"""The invented company's people: three sales teams, their managers and an administrator."""

from dataclasses import dataclass

from headwater.activities.models import Notice
from headwater.activities.notices.preferences import set_preferences
from headwater.users.actor import Actor
from headwater.users.models import Role, Team, User
from headwater.users.services import create_user

DOMAIN = "demo.example"

COMPANY = {"name": "Clearwater Filters", "currency": "EUR", "zone": "Europe/Riga", "phone_region": "LV"}
ADMINISTRATOR = ("Anna Liepa", "anna")

# Team, manager, salespeople, and the markets it works.
TEAMS: tuple[tuple[str, tuple[str, str], tuple[tuple[str, str], ...], tuple[str, ...]], ...] = (
    (
        "Baltics",
        ("Mārtiņš Kalējs", "martins"),
        (
            ("Līga Ozoliņa", "liga"),
            ("Edgars Bite", "edgars"),
            ("Zane Krūze", "zane"),
            ("Toms Vanags", "toms"),
        ),
        ("latvia", "united_kingdom"),
    ),
    (
        "Thailand",
        ("กมลวรรณ ศรีสมบูรณ์", "kamonwan"),
        (("ธีรเดช มณีวงศ์", "teeradech"), ("ชลธิชา พูนสุข", "chonticha"), ("ภูมิ อินทร์แก้ว", "poom")),
        ("thailand",),
    ),
    (
        "Cambodia",
        ("ចាន់ សុវណ្ណ", "sovann"),
        (("លី ស្រីនាង", "sreyneang"), ("ហេង វុទ្ធី", "vuthy")),
        ("cambodia",),
    ),
)


@dataclass(frozen=True)
class Cast:
    """Who acts in the demonstration: the sellers of each market, and the managers."""

    sellers: dict[str, list[Actor]]
    managers: dict[str, Actor]

    @property
    def everybody(self) -> list[User]:
        actors = [*self.managers.values(), *(seller for team in self.sellers.values() for seller in team)]
        return list({actor.user_id: actor.user for actor in actors if actor.user}.values())


def email(short: str) -> str:
    """Return the address by which a person of the demonstration signs in."""
    return f"{short}@{DOMAIN}"


def hire(like: User | None) -> Cast:
    """Make the teams and their people; they sign in with the password of ``like``, or not at all."""
    roles = {role.key: role for role in Role.objects.all()}
    sales, _new = Team.objects.get_or_create(name="Sales")
    sellers: dict[str, list[Actor]] = {}
    managers: dict[str, Actor] = {}
    for team_name, chief, members, markets in TEAMS:
        team, _new = Team.objects.get_or_create(name=team_name, defaults={"parent": sales})

        def make(person: tuple[str, str], role: str, team: Team = team) -> Actor:
            name, short = person
            user = create_user(email=email(short), name=name, password=None, role=roles[role], team=team)
            if like is not None:
                # One hash for all: making it is slow on purpose.
                user.password = like.password
                user.save(update_fields=["password"])
            # Nobody reads the mail of invented addresses.
            set_preferences(Actor(user), ways={kind: {"mail": "never"} for kind in Notice.Kind.values})
            return Actor(user)

        manager = make(chief, "manager")
        people = [make(member, "salesperson") for member in members]
        for market in markets:
            sellers[market], managers[market] = people, manager
    return Cast(sellers, managers)
