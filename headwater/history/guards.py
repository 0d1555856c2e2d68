"""Triggers by which the database itself refuses to rewrite history, whoever asks.

A migration that makes SQLite build one of these tables anew must install them again; a test notices.
"""

from collections.abc import Callable

ALWAYS = ("history_historyentry", "history_seal")
"""Rows of these tables are neither changed nor deleted."""
LOG = "history_disclosure"
"""Rows of this table are not changed, and deleted only when they are old."""
REDACTIONS = "history_redaction"
"""Rows of this table say which rows of the others may lose personal data; they stay."""
_MAY_GO = {"history_historyentry": ("changes", "cause", "salt", "content"), LOG: ("about",)}
"""What erasure may take from a row that a redaction names. Nothing else of the row may change."""

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


def allow_redaction(execute: Execute, vendor: str) -> None:
    """Let personal data, and nothing else, be taken from entries and disclosures that a redaction names."""
    install(execute, vendor, (REDACTIONS,))
    for table, may_go in _MAY_GO.items():
        stays = [column for column in _COLUMNS[table] if column not in may_go]
        if vendor == "sqlite":
            execute(f"DROP TRIGGER {table}_update")
        execute(_redaction_guard(vendor, table, stays))
        if vendor == "postgresql":
            deletes = f"CREATE TRIGGER {table}_rows BEFORE DELETE ON {table}"
            execute(f"DROP TRIGGER {table}_rows ON {table}")
            if table in ALWAYS:
                execute(f"{deletes} FOR EACH ROW EXECUTE FUNCTION history_refuse()")
            call = f"FOR EACH ROW EXECUTE FUNCTION {table}_redact()"
            execute(f"CREATE TRIGGER {table}_redaction BEFORE UPDATE ON {table} {call}")


def forbid_redaction(execute: Execute, vendor: str) -> None:
    """Take back what ``allow_redaction`` did, for a migration that goes backwards."""
    remove(execute, vendor, (*ALWAYS, LOG, REDACTIONS))
    install(execute, vendor)
    install_for_log(execute, vendor)


def install_all(execute: Execute, vendor: str) -> None:
    """Put every guard on, as the migrations leave them."""
    install(execute, vendor)
    install_for_log(execute, vendor)
    allow_redaction(execute, vendor)


_COLUMNS = {
    "history_historyentry": (
        "id", "object", "record_id", "verb", "changes", "actor_id", "door", "change_set_id", "import_number",
        "cause", "address", "business_at", "recorded_at", "salt", "content",
    ),
    LOG: ("id", "at", "user_id", "door", "address", "act", "object", "rows", "about"),
}  # fmt: skip


def _redaction_guard(vendor: str, table: str, stays: list[str]) -> str:
    """Return what refuses every UPDATE but one that only takes away what a redaction allows."""
    named = f"EXISTS (SELECT 1 FROM {REDACTIONS} r WHERE r.log = '{table}' AND r.number = OLD.id)"  # noqa: S608
    if table in ALWAYS:
        # the secret of the digest goes with the data; the digest of what was there comes once and stays
        named += " AND NEW.salt IS NULL AND NEW.content IS NOT NULL"
        named += " AND (OLD.content IS NULL OR NEW.content = OLD.content)"
    same = "IS NOT DISTINCT FROM" if vendor == "postgresql" else "IS"
    allowed = " AND ".join([*(f'NEW."{name}" {same} OLD."{name}"' for name in stays), named])
    if vendor == "sqlite":
        return f"""
            CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} WHEN NOT ({allowed})
            BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"""
    return f"""
        CREATE OR REPLACE FUNCTION {table}_redact() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT ({allowed}) THEN
                RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$"""


def remove(execute: Execute, vendor: str, tables: tuple[str, ...] = (*ALWAYS, LOG, REDACTIONS)) -> None:
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
        ("rows", "truncate", "young", "redaction")
        if vendor == "postgresql"
        else ("update", "delete", "replace", "young")
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
