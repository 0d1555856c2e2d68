"""``docs/benchmarks.md``, written from the results."""

import argparse
import os
import platform
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Result = dict[str, Any]

HEAD = """# Benchmarks

Written by `bin/bench`; figures are of one run on one machine. Trust the ratios: both sides of each
were measured in turn, in the same
minute. Times are milliseconds, median (95th percentile).

{machine}
"""
LISTS = """
## List page

A page of 50 leads over HTTP, real server (uvicorn, four threads), as a member of one of 20 teams:
session, rights, filter, capped
count, layout. *Bare* is a Django view without any of these that shows the same rows from one
indexed ORM query, on the same server. The *deep page* follows 2,000 rows, or as many as leave a page
of a shorter list (said in brackets).
Aim: at most 2.5 × the bare view; from the smallest to the largest size at most 1.5 ×.

| database | leads | list | headwater | bare | ratio |
| --- | ---: | --- | ---: | ---: | ---: |
"""
SEARCH = """
## Search

Typed words over HTTP, as a member of one of 20 teams: the palette's answer *while typing* (five hits
an object) and the *page* of results (twenty, with the layout), over every object, ranked: whole words,
then beginnings, then what stands inside words. *Bare* is a Django view with one query of the trigram
index over all objects (FTS5 with GLOB, pg_trgm with LIKE), joined with the records that the reader's
team owns, the last entered first, and stopped at five or twenty; shown as a table without layout,
session, rights or ranking. One letter is the beginning of a word there, anywhere in a word for
Headwater. Aim at 1,000,000 leads: at most 2.5 × the bare view.

| database | leads | typed | headwater | bare | ratio |
| --- | ---: | --- | ---: | ---: | ---: |
"""
SCREENS = """
## Boards and dashboards

Over HTTP. The *board* is that of a member of one of 20 teams, by status, with counts and sums in the
heads and the newest twenty cards of each lane; *bare* is a Django view with one query for the heads
and one for each lane. The *dashboard* is that of a reader who sees everything: the page and its eight
tiles, one after the other; *bare* is the very SQL of the eight reports through a cursor.

| database | leads | screen | headwater | bare | ratio |
| --- | ---: | --- | ---: | ---: | ---: |
"""
REPORTS = """
## Lead conversion

The report engine as a reader who sees everything: definition in, cells with labels, totals and
explanation out. *Bare* is the very
SQL it issued, through a cursor. DuckDB answers from a copy of the columns in its own store, which
somebody would have to keep fresh.
Aim at 1,000,000 leads: at most 1.3 × the bare cursor.

| database | leads | report | headwater | bare | ratio | DuckDB |
| --- | ---: | --- | ---: | ---: | ---: | ---: |
"""
SHARES = """
## Sharing

With 20 sharing rules and 100,000 grants (as many as there are leads where these are fewer): half found
by the rules, half shared by hand with single people. *Headwater* is a reader who holds some 5,500 of
them beside what her team owns, *none* a reader of a team as large that holds none: pages of lists and
of reports over HTTP, which show and count the granted records too. The *deep page* follows 2,000 rows,
where both have as many. Aim: at most 1.5 ×.

| database | leads | what | with grants | none | ratio |
| --- | ---: | --- | ---: | ---: | ---: |
"""
IMPORTS = """
## Import

50,000 contacts with 20 columns from XLSX through the import service: reading, mapping, checks,
phones, duplicates, history, search rows, undo information. The references read the same file into
lists and insert its rows with the table's indexes and nothing else: *Django* the texts by
`bulk_create`, *INSERT* and *COPY* the very rows that the import stored, by one prepared statement and by
PostgreSQL's loader; what is computed beside the cells is given to them. Aim: at most 4 × raw read and
insert. The last two columns are the peak of memory at two sizes: what the importing process holds itself,
above its start, which is about the same; and all of the process that unpacks the workbook in the first
second, which grows, for the library that reads XLSX holds a sheet whole.

| database | headwater s | Django s | ratio | INSERT s | ratio | COPY s | ratio | 10,000 rows | 50,000 rows |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""
MEMORY = """
## Memory

All processes of `bin/run` (launcher, web server, worker), idle after start, proportional set size.
Aim: at most 250 MB.

| database | processes | MB |
| --- | ---: | ---: |
"""


def _time(value: dict[str, float]) -> str:
    return f"{value['median']:,.1f} ({value['p95']:,.1f})"


def _row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |\n"


def _of(results: list[Result], part: str) -> list[Result]:
    return [result for result in results if result["part"] == part]


def _growth(results: list[Result]) -> str:
    """Say how much each list grew from the smallest to the largest size."""
    lines = []
    for database in dict.fromkeys(r["database"] for r in results):
        for what in dict.fromkeys(r["what"] for r in results):
            series = [r for r in results if r["database"] == database and r["what"] == what]
            if len(series) > 1:
                first, last = series[0], series[-1]
                growth = last["ours"]["median"] / first["ours"]["median"]
                lines.append(
                    f"* {database}, {what}: {growth:.2f} × from {first['size']:,} to {last['size']:,}\n"
                )
    return f"\nGrowth:\n\n{''.join(lines)}" if lines else ""


def machine() -> str:
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores ({processor}), Python "
        f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}."
    )


def _what(result: Result) -> str:
    return f"{result['what']} (after {result['depth']:,})" if "depth" in result else result["what"]


def _beside_bare(results: list[Result], head: str) -> str:
    """Return a table of pages beside their bare views, and how they grew; nothing without results."""
    if not results:
        return ""
    rows = (
        _row(r["database"], f"{r['size']:,}", _what(r), _time(r["ours"]), _time(r["reference"]), r["ratio"])
        for r in results
    )
    return f"{head}{''.join(rows)}{_growth(results)}"


def render(results: list[Result], options: argparse.Namespace) -> str:
    """Return the page; parts that were not measured are left out."""
    text = HEAD.format(machine=machine())
    for part, head in (("lists", LISTS), ("search", SEARCH), ("screens", SCREENS)):
        text += _beside_bare(_of(results, part), head)
    if reports := _of(results, "reports"):
        text += REPORTS
        for r in reports:
            timing = (_time(r["ours"]), _time(r["reference"]), r["ratio"], f"{r['duckdb']:,.1f}")
            text += _row(r["database"], f"{r['size']:,}", r["what"], *timing)
    if shares := _of(results, "shares"):
        text += SHARES
        for r in shares:
            beside = (_time(r["ours"]), _time(r["reference"]), r["ratio"])
            text += _row(r["database"], f"{r['size']:,}", r["what"], *beside)
    if imports := _of(results, "imports"):
        text += IMPORTS
        for r in imports:
            cells = (
                r["seconds"],
                *(
                    r["references"].get(side, {}).get(figure, "–")
                    for side in ("django", "insert", "copy")
                    for figure in ("seconds", "ratio")
                ),
                f"{r['peak_small']} + {r['reader_small']} MB",
                f"{r['peak_large']} + {r['reader_large']} MB",
            )
            text += _row(r["database"], *cells)
    if memory := _of(results, "memory"):
        text += MEMORY
        for r in memory:
            text += _row(r["database"], r["processes"], r["megabytes"])
    return text
