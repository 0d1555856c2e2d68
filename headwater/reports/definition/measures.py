"""Reading what a report counts."""

import re
from typing import Any

from django.utils.translation import gettext as _

from headwater.reports.definition import words
from headwater.reports.definition.reader import Reader
from headwater.reports.definition.types import MeasureUse
from headwater.reports.measures import find_measure, measures_of
from headwater.reports.measures.measure import Basis, Measure

_SHARE = re.compile(r"\s*share\(\s*([A-Za-z][A-Za-z0-9_]*)\s*\)\s*")


def read_measures(reader: Reader, root: str, data: Any) -> tuple[MeasureUse, ...]:
    """Read the measures; a formula may name one that stands after it."""
    given = [
        ({"ref": one} if isinstance(one, str) else one)
        for one in reader.list(data, "measures", words.MOST_MEASURES)
    ]
    uses: dict[int, MeasureUse] = {}
    for i, one in enumerate(given):
        if not isinstance(one, dict):
            reader.refuse(f"measures.{i}", "not_object", _("Name a measure, such as {“ref”: …}."))
        elif "formula" not in one:
            use = _measure(reader, root, one, f"measures.{i}")
            if use is not None:
                uses[i] = use
    known = {use.id: use for use in uses.values()}
    for i, one in enumerate(given):
        if isinstance(one, dict) and "formula" in one:
            use = _formula(reader, one, f"measures.{i}", known)
            if use is not None:
                uses[i] = use
    if not uses and not reader.problems:
        reader.refuse("measures", "required", _("A report needs at least one measure."))
    return tuple(uses[i] for i in sorted(uses))


def _measure(reader: Reader, root: str, given: dict[str, Any], at: str) -> MeasureUse | None:
    body = reader.object(given, at, ["id", "ref", "basis", "days"])
    id = reader.id(body.get("id"), f"{at}.id", "m")
    ref = body.get("ref")
    measure = find_measure(root, ref) if isinstance(ref, str) else None
    if measure is None:
        reader.unknown(f"{at}.ref", ref, [m.ref for m in measures_of(root)], "unknown_measure")
        return None
    return MeasureUse(id, _on_basis(reader, measure, body, at))


def _on_basis(reader: Reader, measure: Measure, body: dict[str, Any], at: str) -> Measure:
    basis, days = body.get("basis"), body.get("days")
    if not measure.bases:
        if basis is not None:
            reader.refuse(f"{at}.basis", "unknown_word", _("Only a rate over time has a basis."))
        chosen = None
    else:
        chosen = Basis(reader.word(basis, f"{at}.basis", measure.bases))
    if chosen is Basis.WINDOWED:
        return measure.on(chosen, reader.whole(days, f"{at}.days", words.DEFAULT_DAYS, words.MOST_DAYS))
    if days is not None:
        reader.refuse(f"{at}.days", "unknown_word", _("Only the basis “windowed” counts days."))
    return measure if chosen is None else measure.on(chosen)


def _formula(
    reader: Reader, given: dict[str, Any], at: str, known: dict[str, MeasureUse]
) -> MeasureUse | None:
    """Read ``share(m1)``, the only formula so far."""
    body = reader.object(given, at, ["id", "formula"])
    id = reader.id(body.get("id"), f"{at}.id", "m")
    found = _SHARE.fullmatch(body["formula"]) if isinstance(body["formula"], str) else None
    if found is None:
        reader.later(f"{at}.formula", body["formula"], ["share(m1)"])
        return None
    of = known.get(found[1])
    if of is None:
        reader.unknown(f"{at}.formula", found[1], list(known))
        return None
    if not of.measure.is_additive:
        message = _("“%(measure)s” is no sum, so that its groups are no parts of its total.")
        reader.refuse(f"{at}.formula", "not_additive", message % {"measure": of.measure.label})
        return None
    return MeasureUse(id, of.measure, of.id)
