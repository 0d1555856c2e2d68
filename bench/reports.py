"""Lead conversion through the engine, beside the same SQL through a bare cursor, and DuckDB."""

import csv
import tempfile
from functools import partial
from typing import Any

import duckdb
from django.db import connection

from bench.clock import in_turn, milliseconds, spread
from headwater.lib.memo import unit_of_work
from headwater.reports.plan import Plan
from headwater.reports.run import make_plan, read, run
from headwater.users.actor import Actor
from headwater.users.models import User

ROUNDS = 15
THIS_YEAR = {"field": "created_at", "range": {"rel": "this", "unit": "year"}}
EVER = {"field": "created_at", "range": {"from": "2000-01-01"}}
MEASURES = [{"id": "m1", "ref": "lead.conversion_rate", "basis": "cohort"}]
REPORTS: dict[str, dict[str, Any]] = {
    "by source, this year": {
        "v": 1,
        "root": "lead",
        "measures": MEASURES,
        "rows": [{"id": "d1", "field": "source"}],
        "period": THIS_YEAR,
    },
    "by source, segmented by territory, this year": {
        "v": 1,
        "root": "lead",
        "measures": MEASURES,
        "rows": [{"id": "d1", "field": "source"}],
        "columns": [{"id": "d2", "field": "territory"}],
        "period": THIS_YEAR,
    },
    "by month × owner, all years": {
        "v": 1,
        "root": "lead",
        "measures": MEASURES,
        "rows": [{"id": "d1", "field": "created_at", "grain": "month"}, {"id": "d2", "field": "owner"}],
        "period": EVER,
        "limit": {"rows": 5000},
    },
}
_THIS_YEAR = "WHERE created_at_month // 12 = (SELECT max(created_at_month) // 12 FROM leads)"
DUCKDB = {
    "by source, this year": f"""SELECT source, count(*), count(converted_at)
        FROM leads {_THIS_YEAR} GROUP BY source""",
    "by source, segmented by territory, this year": f"""SELECT source, territory, count(*),
        count(converted_at) FROM leads {_THIS_YEAR} GROUP BY 1, 2""",
    "by month × owner, all years": """SELECT created_at_month, owner_id, count(*), count(converted_at)
        FROM leads GROUP BY 1, 2""",
}


def _duck() -> duckdb.DuckDBPyConnection:
    """Copy the columns of the reports into DuckDB; that a copy is needed is part of its price."""
    columns = "source, territory, owner_id, created_at_month, converted_at_day"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM pipeline_lead WHERE deleted_at IS NULL")
        rows = cursor.fetchall()
    duck = duckdb.connect()
    duck.execute(
        "CREATE TABLE leads (source VARCHAR, territory VARCHAR, owner_id BIGINT, created_at_month INT, "
        "converted_at INT)"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as file:
        csv.writer(file).writerows(rows)
        file.flush()
        duck.execute(f"INSERT INTO leads SELECT * FROM read_csv('{file.name}', header=false)")
    return duck


def _ours(user: User, definition: dict[str, Any]) -> None:
    with unit_of_work():
        run(Actor(user), definition)


def bare(queries: list[tuple[str, Any]]) -> None:
    """Ask the database alone."""
    with connection.cursor() as cursor:
        for sql, params in queries:
            cursor.execute(sql, params)
            cursor.fetchall()


def _ask(duck: duckdb.DuckDBPyConnection, sql: str) -> None:
    duck.execute(sql).fetchall()


def measure() -> list[dict[str, Any]]:
    """Return medians, 95th percentiles and ratios; DuckDB's median for the same rows beside them."""
    user = User.objects.get(email="owner@bench.test")
    duck = _duck()
    results = []
    for name, definition in REPORTS.items():
        queries = statements_of(make_plan(Actor(user), read(definition)))
        timing = in_turn(partial(_ours, user, definition), partial(bare, queries), ROUNDS)
        ask = partial(_ask, duck, DUCKDB[name])
        duck_times = [milliseconds(ask) for _ in range(7)]
        results.append({"what": name, **timing, "duckdb": spread(duck_times)["median"]})
    return results


def statements_of(plan: Plan) -> list[tuple[str, Any]]:
    """Return the SQL and parameters that a report is computed with."""
    return [(query.sql, query.params) for query in plan.queries]
