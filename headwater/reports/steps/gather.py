"""Which numbers the database counts, and of which records each."""

from dataclasses import replace

from headwater.metadata.paths import Path, resolve
from headwater.reports.measures.parts import Part
from headwater.reports.measures.recipes import Recipe, recipe_of, renamed
from headwater.reports.plan import BEFORE, Plan, Strand


def gather(plan: Plan) -> Plan:
    """Collect the parts of all measures into strands: one for each date by which records are counted.

    The definition's own date comes first where a measure uses it. What is compared has a twin of
    each strand in the time before.
    """
    terms = plan.settled()
    recipes = {use.id: recipe_of(use.measure, terms) for use in plan.definition.measures}
    strands = _strands(plan, recipes)
    if plan.comparison is None:
        return replace(plan, recipes=recipes, strands=tuple(strands))
    before = {id: renamed(recipe, BEFORE) for id, recipe in recipes.items()}
    twins = [
        replace(
            strand,
            bounds=plan.comparison.before,
            is_before=True,
            parts=tuple(replace(part, name=BEFORE + part.name) for part in strand.parts),
        )
        for strand in strands
    ]
    return replace(plan, recipes=recipes, recipes_before=before, strands=(*strands, *twins))


def _strands(plan: Plan, recipes: dict[str, Recipe]) -> list[Strand]:
    parts: dict[str, dict[str, Part]] = {}
    for recipe in recipes.values():
        for part in recipe.parts:
            parts.setdefault(part.strand, {})[part.name] = part
    return [
        Strand(name, _path(plan, name), plan.bounds, parts=tuple(parts[name].values()))
        for name in sorted(parts)
    ]


def _path(plan: Plan, name: str) -> Path | None:
    """Return the date of a strand; None for a definition without a period."""
    if name:
        return resolve(plan.definition.root, name)
    return None if plan.definition.period is None else plan.definition.period.path
