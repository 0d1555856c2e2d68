"""Measure on the database of the environment; prints one JSON object a line."""

import argparse
import json
from typing import Any

from django.core.management import call_command

import bench.started  # noqa: F401
from bench import data, imports, lists, memory, reports, screens, search, shares
from headwater.lib.memo import unit_of_work


def say(part: str, results: list[dict[str, Any]], **more: Any) -> None:
    for result in results:
        print(json.dumps({"part": part, **more, **result}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", required=True)
    parser.add_argument("--parts", required=True)
    options = parser.parse_args()
    parts = options.parts.split(",")
    call_command("migrate", verbosity=0)
    if "memory" in parts:
        say("memory", memory.measure())
    data.make_company()
    if "imports" in parts:
        say("imports", imports.measure())
    if not {"lists", "search", "reports", "screens", "shares"} & set(parts):
        return
    present = 0
    for size in map(int, options.sizes.split(",")):
        with unit_of_work():
            data.add_leads(data.FIRST + present, size - present)
        present = size
        data.analyze()
        _measure_at(size, parts)


def _measure_at(size: int, parts: list[str]) -> None:
    if "lists" in parts:
        say("lists", lists.measure(), size=size)
    if "search" in parts:
        say("search", search.measure(), size=size)
    if "reports" in parts:
        say("reports", reports.measure(), size=size)
    if "screens" in parts:
        say("screens", screens.dashboard(), size=size)
        if size == screens.BOARD_AT:
            say("screens", screens.board(), size=size)
    if "shares" in parts:  # last: what it stores is in nobody's way then
        say("shares", shares.measure(size), size=size)
        shares.remove()


if __name__ == "__main__":
    main()
