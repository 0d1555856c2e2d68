"""Every address of the product, filled with what a stranger must not reach.

``WORLD`` is what one salesperson of North has: a record of every object, full of a marker word, and
everything that hangs on records. ``PLACES`` says what the parameters of an address mean; an address
with a parameter that no place knows fails the test until it is taught here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver

from headwater.access.models import SharingRule
from headwater.activities.events import log_event
from headwater.activities.models import Follow, Notice
from headwater.activities.services import add_comment
from headwater.api.root import api
from headwater.customers import services as customers
from headwater.files.models import StoredFile
from headwater.lib import clock
from headwater.metadata import registry
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.metadata.objects import ObjectType
from headwater.pipeline.conversion import VERBS
from headwater.pipeline.models import ScoreRule
from headwater.pipeline.services import STEPS
from headwater.records.models import Record, SavedView
from headwater.records.saved.services import save_view
from headwater.records.stored_files import upload
from headwater.records.write import update_record
from headwater.reports.dashboards import Placed, create_dashboard
from headwater.reports.services import save_report
from headwater.testing.factories import actor_of, make_option, make_record, make_stage
from headwater.transfer.models import ChangeSet, Erasure, ImportRun
from headwater.users.actor import Actor
from headwater.users.invitations import invite
from headwater.users.models import ApiToken, OutgoingMail, User

SOUGHT, MARKER = "zzyzx", "quuxly"
"""A stranger looks for the first word; whatever holds it also holds the second, which must not appear."""

_MARKED = {
    "text": "Zzyzx Quuxly",
    "long_text": "Zzyzx Quuxly",
    "email": "zzyzx.quuxly@example.com",
    "url": "https://zzyzx.example/quuxly",
}
CONVERSION = {"v": 1, "root": "lead", "measures": [{"id": "m1", "ref": "lead.conversion_rate"}]}


@dataclass
class World:
    """What belongs to ``owner`` and to nobody else."""

    owner: User
    records: dict[str, Record] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    words: tuple[str, ...] = (MARKER,)  # none of them may appear

    def states(self) -> list[tuple[Any, ...]]:
        """Return what a stranger could have changed."""
        versions = [
            (name, record.pk, type(record).unscoped.get(pk=record.pk).version)
            for name, record in self.records.items()
        ]
        kept = [
            model._default_manager.count()
            for model in (
                ApiToken,
                ChangeSet,
                Follow,
                ImportRun,
                SavedView,
                SharingRule,
                StoredFile,
                User,
                UserSession,
            )
        ]
        return [*versions, tuple(kept)]


def marked_values(entry: ObjectType) -> dict[str, Any]:
    """Return values that put the marker into every text of a record."""
    values = {f.key: _MARKED[f.kind.name] for f in entry.editable_fields() if f.kind.name in _MARKED}
    return {key: value[: entry.fields[key].max_length or 200] for key, value in values.items()}


def make_own_fields() -> None:
    """Give every object a custom text, which is then marked like the others."""
    for entry in registry.objects():
        add_field(entry.name, Definition(label="Floor"))
    add_field("lead", Definition(label="Papers", kind="file"))


def _files(actor: Actor, lead: Record, said: str) -> dict[str, int]:
    """Return a file that hangs on a record, and one that hangs on none yet."""
    put, waiting = (
        upload(actor, "lead", "cf_papers", ContentFile(said.encode()), f"{said}.txt").pk for _each in range(2)
    )
    update_record(actor, "lead", lead.pk, {"cf_papers": put})
    return {"file": put, "waiting_file": waiting}


def _add_records(world: World, values: Callable[[ObjectType], dict[str, Any]]) -> None:
    """Make a record of every object, linked with one another."""
    for name in ("customer", "contact", "address", "lead", "opportunity"):
        links = {
            f.key: world.records[f.target].pk
            for f in registry.get(name).editable_fields()
            if f.target in world.records
        }
        world.records[name] = make_record(world.owner, name, **values(registry.get(name)), **links)
    assert world.records.keys() == {entry.name for entry in registry.objects()}


def build_world(
    owner: User, values: Callable[[ObjectType], dict[str, Any]] = marked_values, said: str = "Zzyzx Quuxly"
) -> World:
    """Make one of everything. ``values`` are those of each record, ``said`` what a comment says."""
    make_stage()
    make_own_fields()
    option = make_option("source", "Fair")
    world = World(owner)
    _add_records(world, values)
    actor, lead = actor_of(owner), world.records["lead"]
    change_set = ChangeSet.objects.create(
        kind="import", object="lead", actor=owner, created_at=lead.created_at, state="done"
    )
    bulk_change = ChangeSet.objects.create(
        kind="bulk", object="lead", actor=owner, created_at=lead.created_at, state="done"
    )
    run = ImportRun.objects.create(
        object="lead",
        created_by=owner,
        created_at=lead.created_at,
        file_name="quuxly.csv",
        change_set=change_set,
        state="done",
    )
    run.file.save("marked.csv", ContentFile(b"First name\nZzyzx Quuxly\n"))
    report = save_report(actor, name="Zzyzx Quuxly", definition=CONVERSION)
    dashboard = create_dashboard(actor, "Zzyzx Quuxly", [Placed(report.pk)])
    world.numbers = {
        "person": customers.link_contact(actor, "lead", lead.pk, world.records["contact"]).pk,
        "place": customers.link_address(actor, "lead", lead.pk, world.records["address"]).pk,
        "comment": add_comment(actor, "lead", lead.pk, said).pk,
        "event": log_event(actor, "lead", lead.pk, {"kind": "meeting", "body": said}).pk,
        "change_set": change_set.pk,
        "bulk_change": bulk_change.pk,
        "import": run.pk,
        "view": save_view(actor, "lead", name="Zzyzx Quuxly", settings={}).pk,
        "report": report.pk,
        "dashboard": dashboard.pk,
        "tile": dashboard.tiles.get().pk,
        "token": ApiToken.objects.create(user=owner, name="Zzyzx Quuxly", prefix="hw_", hash="x").pk,
        "passkey": Authenticator.objects.create(user=owner, type="webauthn", data={"name": "Quuxly"}).pk,
        **_files(actor, lead, said),
        "session": UserSession.objects.create(user=owner, ip="192.0.2.1", session_key="x").pk,
        "user": owner.pk,
        "invitation": invite(owner, email="guest@example.com", role=owner.role).pk,
        "mail": OutgoingMail.objects.get().pk,
        "team": owner.team_id or 0,
        "role": owner.role_id,
        **_rules(owner),
        "option": option.pk,
        "erasure": Erasure.objects.create(object="lead", record_id=lead.pk, created_at=lead.created_at).pk,
        "notice": _notice(owner).pk,
    }
    return world


def _rules(owner: User) -> dict[str, int]:
    """Make a rule of each sort; the sharing rule shows the owner's own team some of what it sees anyway."""
    tree = {"all": [{"field": "first_name", "op": "starts_with", "value": "Zzyzx"}]}
    sharing = SharingRule(name="Zzyzx Quuxly", object="lead", filter=tree, team=owner.team)
    sharing.save()
    scoring = ScoreRule.objects.create(name="Any lead", points=5, filter={})
    return {"sharing_rule": sharing.pk, "score_rule": scoring.pk}


def _notice(owner: User) -> Notice:
    """Return something that only the owner is told."""
    about = {"name": "Zzyzx Quuxly", "path": "/reports/"}
    return Notice.objects.create(user=owner, kind="shared", about=about, at=clock.now())


Values = Callable[[World, dict[str, Any]], list[Any]]


def _numbered(*names: str) -> Values:
    return lambda world, chosen: [world.numbers[name] for name in names]


def _one_of(*words: Any) -> Values:
    return lambda world, chosen: list(words)


def _first_section(world: "World", chosen: dict[str, Any]) -> list[Any]:
    return [registry.by_slug(chosen["slug"]).sections[0].key]


def _record_number(key: str) -> Values:
    return lambda world, chosen: [world.records[registry.by_slug(chosen[key]).name].pk]


def _slugs(world: World, chosen: dict[str, Any]) -> list[str]:
    return [entry.slug for entry in registry.objects()]


def _slugs_of(fits: Callable[[str], bool]) -> Values:
    return lambda world, chosen: [entry.slug for entry in registry.objects() if fits(entry.name)]


def _field(world: World, chosen: dict[str, Any]) -> list[str]:
    return [registry.by_slug(chosen["slug"]).editable_fields()[0].key]


_VERBS = _one_of(*sorted({found.name for found in (*VERBS, *STEPS)}))


@dataclass(frozen=True)
class Place:
    """Addresses that begin alike. ``hidden``: with all parameters they name something of the owner's."""

    route: str
    values: dict[str, Values]
    hidden: bool = False


PLACES = (
    Place(
        "api/v1/<record:object>/<int:id>/shares/<slug:kind>",
        {
            "object": _slugs,
            "id": _record_number("object"),
            "kind": _one_of("user"),
            "number": _numbered("user"),
        },
        hidden=True,
    ),
    Place(
        "api/v1/<withaddresses:object>/<int:id>/addresses",
        {
            "object": _slugs_of(customers.has_addresses),
            "id": _record_number("object"),
            "link": _numbered("place"),
        },
        hidden=True,
    ),
    Place(
        "api/v1/<withcontacts:object>/<int:id>/contacts",
        {
            "object": _slugs_of(customers.has_contacts),
            "id": _record_number("object"),
            "link": _numbered("person"),
        },
        hidden=True,
    ),
    Place(
        "api/v1/<record:object>/<int:id>",
        {"object": _slugs, "id": _record_number("object"), "verb": _VERBS},
        hidden=True,
    ),
    Place("api/v1/<record:object>", {"object": _slugs}),
    Place("api/v1/<reference:reference>", {"reference": _one_of("stages", "pipelines"), "id": _one_of(1)}),
    Place(
        "api/v1/<choicelist:choice_list>",
        {"choice_list": _one_of("sources", "labels"), "key": _one_of("fair")},
    ),
    Place("api/v1/custom-fields/", {"object_name": _one_of("lead"), "key": _one_of("cf_floor")}),
    Place("api/v1/files/", {"id": _numbered("file", "waiting_file")}, hidden=True),
    Place("files/", {"pk": _numbered("file", "waiting_file")}, hidden=True),
    Place("api/v1/invitations/", {"id": _numbered("invitation")}),
    Place("api/v1/users/", {"id": _numbered("user")}),
    Place("api/v1/teams/", {"id": _numbered("team")}),
    Place("api/v1/imports/", {"id": _numbered("import")}, hidden=True),
    Place("api/v1/change-sets/", {"id": _numbered("change_set")}, hidden=True),
    Place("api/v1/exchange-rates/", {"id": _one_of(1)}),
    Place("api/v1/reports/<int:id>", {"id": _numbered("report")}, hidden=True),
    Place("api/v1/dashboards/", {"id": _numbered("dashboard")}, hidden=True),
    Place("api/v1/views/<int:id>", {"id": _numbered("view")}, hidden=True),
    Place("api/v1/tokens/", {"id": _numbered("token")}, hidden=True),
    Place("api/v1/erasures/", {"id": _numbered("erasure")}, hidden=True),
    Place("erasures/", {"pk": _numbered("erasure")}, hidden=True),
    Place("api/v1/comments/", {"id": _numbered("comment")}, hidden=True),
    Place("api/v1/events/", {"id": _numbered("event")}, hidden=True),
    Place("notices/<int:pk>", {"pk": _numbered("notice")}, hidden=True),
    Place("lookup/options/", {"slug": _one_of("labels")}),
    Place("lookup/", {"name": lambda world, chosen: list(world.records)}),
    Place("settings/tokens/<int:pk>", {"pk": _numbered("token")}, hidden=True),
    Place("accounts/company/", {"provider_id": _one_of("company")}),
    Place("settings/security/passkeys/", {"pk": _numbered("passkey")}),
    Place("settings/security/sessions/", {"pk": _numbered("session")}, hidden=True),
    Place("settings/users/", {"pk": _numbered("user")}),
    Place("settings/handovers/", {"pk": _numbered("change_set")}),
    Place("settings/merges/", {"pk": _numbered("change_set")}),
    Place("settings/invitations/", {"pk": _numbered("invitation")}),
    Place("settings/mail/", {"pk": _numbered("mail")}),
    Place("accounts/password/reset/", {"uidb36": _one_of("1"), "key": _one_of("x", "set-password")}),
    Place("invitations/", {"key": _one_of("x")}),
    Place("api/v1/score-rules/", {"id": _numbered("score_rule")}),
    Place("api/v1/sharing-rules/", {"id": _numbered("sharing_rule")}),
    Place("settings/sharing/", {"pk": _numbered("sharing_rule")}),
    Place("settings/scoring/", {"pk": _numbered("score_rule")}),
    Place("api/v1/roles/", {"id": _numbered("role")}),
    Place("settings/roles/", {"pk": _numbered("role")}),
    Place("settings/teams/", {"pk": _numbered("team")}),
    Place("settings/exchange-rates/", {"pk": _one_of(1)}),
    Place("settings/fields/<slug:slug>/layout/sections/", {"slug": _slugs, "key": _one_of("further")}),
    Place(
        "settings/fields/",
        {"slug": _slugs, "key": _one_of("cf_floor"), "word": _one_of("shown", "mandatory")},
    ),
    Place("settings/lists/", {"slug": _one_of("sources"), "pk": _numbered("option")}),
    Place("imports/<int:pk>", {"pk": _numbered("import")}, hidden=True),
    Place(
        "dashboards/<int:pk>",
        {"pk": _numbered("dashboard"), "tile": _numbered("tile")},
        hidden=True,
    ),
    Place("reports/<int:pk>", {"pk": _numbered("report")}, hidden=True),
    Place(
        "<slug:slug>/<int:pk>/addresses/",
        {
            "slug": _slugs,
            "pk": _record_number("slug"),
            "link": _numbered("place"),
            "verb": _one_of("primary", "removal"),
        },
        hidden=True,
    ),
    Place(
        "<slug:slug>/<int:pk>/sections/",
        {"slug": _slugs, "pk": _record_number("slug"), "key": _first_section},
        hidden=True,
    ),
    Place(
        "<slug:slug>/<int:pk>",
        {
            "slug": _slugs,
            "pk": _record_number("slug"),
            "key": _field,
            "name": _VERBS,
            "comment_id": _numbered("comment"),
            "event_id": _numbered("event"),
            "link": _numbered("person"),
            "verb": _one_of("primary", "removal", "end", "role"),
        },
        hidden=True,
    ),
    Place(
        "<slug:slug>/bulk/<int:pk>", {"slug": _one_of("leads"), "pk": _numbered("bulk_change")}, hidden=True
    ),
    Place("<slug:slug>/files/", {"slug": _one_of("leads"), "key": _one_of("cf_papers")}),
    Place("<slug:slug>/views/<int:pk>", {"slug": _slugs, "pk": _numbered("view")}, hidden=True),
    Place("<slug:slug>/", {"slug": _slugs}),
)

RUN = {"definition": CONVERSION, "cell": {}}
NEW_USER = {"email": "x@example.com", "name": "X", "password": "correct-horse-battery", "role": "salesperson"}
BODIES: dict[str, Any] = {
    "/confirmation": {"typed": "1"},
    "/merge": {"into": "web"},
    "/bulk": {"filter": {}, "set": {"labels": []}},
    "/comments": {"body": "x"},
    "/events": {"kind": "meeting"},
    "api/v1/events/<int:id>": {"body": "x"},
    "/shares": {"kind": "user", "id": 1},
    "/contacts": {"contact": {"first_name": "X"}},
    "/addresses": {"address": {"line1": "X"}},
    "/contacts/<int:link>": {"primary": True},
    "/addresses/<int:link>": {"primary": True},
    "api/v1/notices/reading": {"all": True},
    "api/v1/exchange-rates": {"currency": "USD", "day": "2026-02-01", "rate": 0.92},
    "api/v1/comments/<int:id>": {"body": "x"},
    "api/v1/dashboards": {"name": "X"},
    "api/v1/reports": {"name": "X", "definition": CONVERSION},
    "api/v1/views": {"object": "lead", "name": "X"},
    "api/v1/reports/run": CONVERSION,
    "api/v1/reports/drill": RUN,
    "api/v1/reports/explain": RUN,
    "api/v1/custom-fields": {"object": "lead", "kind": "text", "label": "X"},
    "/order": {"keys": []},
    "api/v1/teams": {"name": "X"},
    "api/v1/roles": {"label": "X"},
    "api/v1/score-rules": {"name": "X", "points": 5, "filter": {}},
    "api/v1/sharing-rules": {"name": "X", "object": "lead", "filter": {}, "role": 1},
    "api/v1/users": NEW_USER,
    "api/v1/invitations": {"email": "y@example.com", "role": "salesperson"},
    "<choicelist:choice_list>": {"label": "X"},
}
"""Bodies that are right in every way but for who sends them, by the end of the address."""


def body_of(door: "Door") -> dict[str, Any]:
    """Return the JSON that an operation takes."""
    ends = sorted(BODIES, key=len, reverse=True)
    found: dict[str, Any] = next((BODIES[end] for end in ends if door.route.endswith(end)), {})
    return found


_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Door:
    """One address, how it is knocked at, and its name."""

    route: str
    name: str
    methods: tuple[str, ...]

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api/")


def all_doors() -> list[Door]:
    """Return every address that the resolver knows; operations of the API have one method each."""
    return sorted(set(_doors(get_resolver().url_patterns, "")), key=lambda door: (door.route, door.name))


def _doors(patterns: Any, prefix: str) -> Iterator[Door]:
    methods = _api_methods()
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _doors(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            name = str(pattern.name)
            yield Door(route, name, methods.get(name, ("GET", "POST")))


def _api_methods() -> dict[str, tuple[str, ...]]:
    return {
        operation.view_func.__name__: tuple(operation.methods)
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
    }


def place_of(route: str) -> Place | None:
    """Return the place of an address with parameters; None for one without."""
    if not _PARAMETER.search(route):
        return None
    place = next((place for place in PLACES if route.startswith(place.route)), None)
    if place is None:
        raise AssertionError(f"teach doors.PLACES what the parameters of {route} mean")
    return place


def paths_of(world: World, route: str) -> list[str]:
    """Return the address filled in every way that its place knows."""
    place = place_of(route)
    if place is None:
        return [f"/{route}"]
    chosen: list[dict[str, Any]] = [{}]
    for name in _PARAMETER.findall(route):
        if name not in place.values:
            raise AssertionError(f"teach doors.PLACES what “{name}” means in {route}")
        chosen = [each | {name: value} for each in chosen for value in place.values[name](world, each)]
    return [_filled(route, each) for each in chosen]


def _filled(route: str, chosen: dict[str, Any]) -> str:
    return "/" + _PARAMETER.sub(lambda found: str(chosen[found.group(1)]), route)
