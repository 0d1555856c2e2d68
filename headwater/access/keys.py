"""How far a key for programs reaches, in the words that programs use: ``read``, or ``orders:read``."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from headwater.metadata import registry
from headwater.metadata.errors import UnknownObject
from headwater.users.models import ApiToken
from headwater.users.tokens import LEVELS


def scopes_of(scope: str, objects_only: Mapping[str, str]) -> list[str]:
    """Return the words for a scope, or for what a key reaches of some objects only."""
    if not objects_only:
        return [scope]
    slugs = {entry.name: entry.slug for entry in registry.objects()}
    return [f"{slugs[name]}:{level}" for name, level in sorted(objects_only.items()) if name in slugs]


def read_scopes(words: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Read such words: the scope, and levels by object where it is about some only.

    Raises ValidationError naming each wrong word, and for words that cannot stand together.
    """
    given = list(dict.fromkeys(words))
    if len(given) == 1 and given[0] in ApiToken.Scope.values:
        return given[0], {}
    found: dict[str, str] = {}
    wrong = []
    for word in given:
        slug, _colon, level = word.partition(":")
        name = _object(slug)
        if name is None or level not in LEVELS:
            wrong.append(word)
        else:
            found[name] = max(level, found.get(name, level), key=LEVELS.index)
    if wrong or not found:
        message = _("“%(words)s” is no scope: give read, write or admin alone, or such as %(example)s.")
        words = {"words": ", ".join(wrong)[:200], "example": f"{registry.objects()[0].slug}:read"}
        raise ValidationError({"scopes": [message % words]})
    return max(found.values(), key=LEVELS.index), found


def _object(slug: str) -> str | None:
    try:
        entry = registry.by_slug(slug)
    except UnknownObject:
        return None
    return entry.name if entry.is_record else None
