"""Measure every part on every database and write ``docs/benchmarks.md``.

bin/bench                        everything: about half an hour
bin/bench --sizes 10000 --parts lists,reports --out -   a quick look on the console
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import page
from bench.databases import new_database

PARTS = ("lists", "search", "screens", "reports", "imports", "memory", "shares")
ROOT = Path(__file__).resolve().parent.parent


def measure(database: str, options: argparse.Namespace) -> list[dict[str, object]]:
    """Measure on one database, in a process and a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as folder:
        env = os.environ | {"HEADWATER_DATA": folder, "DJANGO_SETTINGS_MODULE": "headwater.config.settings"}
        env.pop("DATABASE_URL", None)
        if database == "postgresql":
            env["DATABASE_URL"] = new_database(os.environ["HEADWATER_BENCH_POSTGRES"], "headwater_bench")
        command = [sys.executable, "-m", "bench.measure", "--sizes", options.sizes, "--parts", options.parts]
        found: list[dict[str, object]] = []
        with subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
            for line in child.stdout or ():
                print(f"{database}: {line}", end="", file=sys.stderr, flush=True)
                found.append({"database": database, **json.loads(line)})
        if child.returncode:
            raise SystemExit(f"Measuring on {database} failed.")
        return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--out", default="docs/benchmarks.md", help="- for the console")
    options = parser.parse_args()
    databases = options.databases.split(",")
    if "postgresql" in databases and "HEADWATER_BENCH_POSTGRES" not in os.environ:
        raise SystemExit("No PostgreSQL server here: install one, or ask for --databases sqlite.")
    results = [result for database in databases for result in measure(database, options)]
    text = page.render(results, options)
    if options.out == "-":
        print(text)
    else:
        (ROOT / options.out).write_text(text)


if __name__ == "__main__":
    main()
