"""Triggers by which the database itself refuses to rewrite history, whoever asks.

A migration that makes SQLite build one of these tables anew must install them again; a test notices.
"""

from collections.abc import Callable

ALWAYS = ("history_historyentry", "history_seal")
"""Rows of these tables are neither changed nor deleted."""
LOG = "history_disclosure"
"""Rows of this table are not changed, and deleted only when they are old."""

_AGO = {"postgresql": "now() - interval '30 days'", "sqlite": "datetime('now', '-30 days')"}

_MESSAGE = "history is append-only"

Execute = Callable[[str], object]


def install(execute: Execute, vendor: str, tables: tuple[str, ...] = ALWAYS) -> None:
    """Let the database refuse UPDATE, DELETE and TRUNCATE on the tables."""
    if vendor == "postgresql":
        execute(_FUNCTION)
    for table in tables:
        for statement in _statements(vendor, table):
            execute(statement)


def install_for_log(execute: Execute, vendor: str) -> None:
    """Let the database refuse to change the log of disclosures, and to delete from it what is recent."""
    install(execute, vendor, (LOG,))
    young = f"OLD.at > {_AGO[vendor]}"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    if vendor == "postgresql":
        execute(f"DROP TRIGGER {LOG}_rows ON {LOG}")
        call = "FOR EACH ROW EXECUTE FUNCTION history_refuse()"
        execute(f"CREATE TRIGGER {LOG}_rows BEFORE UPDATE ON {LOG} {call}")
        call = f"FOR EACH ROW WHEN ({young}) EXECUTE FUNCTION history_refuse()"
        execute(f"CREATE TRIGGER {LOG}_young BEFORE DELETE ON {LOG} {call}")
    else:
        execute(f"DROP TRIGGER {LOG}_delete")
        execute(f"CREATE TRIGGER {LOG}_young BEFORE DELETE ON {LOG} WHEN {young} {refuse}")


def remove(execute: Execute, vendor: str, tables: tuple[str, ...] = ALWAYS) -> None:
    """Take the triggers away again: for migrations, and for tests that empty the tables."""
    for table in tables:
        for name in _names(vendor):
            on = f" ON {table}" if vendor == "postgresql" else ""
            execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on}")


_FUNCTION = f"""
CREATE OR REPLACE FUNCTION history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'restrict_violation';
END $$
"""


def _names(vendor: str) -> tuple[str, ...]:
    return (
        ("rows", "truncate", "young") if vendor == "postgresql" else ("update", "delete", "replace", "young")
    )


def _statements(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        call = "EXECUTE FUNCTION history_refuse()"
        return [
            f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}",
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    # INSERT OR REPLACE takes the old row away without asking the trigger of DELETE
    taken = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608
    return [
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}",
    ]
