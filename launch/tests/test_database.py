import sqlite3
from contextlib import closing

import pytest

from launch import database


@pytest.fixture
def migrations(monkeypatch) -> list[list[str]]:
    """Record what would be migrated instead of doing it."""
    asked: list[list[str]] = []
    monkeypatch.setattr(database, "manage", lambda arguments, what, env: asked.append(arguments))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return asked


def write_rows(file, table, rows):
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"CREATE TABLE {table} (app TEXT, name TEXT)")
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)


def test_tables_are_migrated_once(tmp_path, migrations, capsys):
    database.migrate(tmp_path, {})
    assert len(migrations) == 1
    write_rows(tmp_path / database.FILE_NAME, "django_migrations", database.our_migrations())
    database.migrate(tmp_path, {})
    assert len(migrations) == 1
    assert "Database: done" in capsys.readouterr().out


def test_a_database_of_an_older_version_is_migrated(tmp_path, migrations, capsys):
    database.migrate(tmp_path, {})
    older = sorted(database.our_migrations())[1:]
    write_rows(tmp_path / database.FILE_NAME, "django_migrations", older)
    database.migrate(tmp_path, {})
    assert len(migrations) == 2
    assert capsys.readouterr().out


def test_a_database_elsewhere_is_always_asked(tmp_path, migrations, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "postgres://localhost/headwater")
    database.migrate(tmp_path, {})
    database.migrate(tmp_path, {})
    assert len(migrations) == 2
    assert capsys.readouterr().out


def test_an_installation_is_set_up_when_somebody_can_sign_in(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    file = tmp_path / database.FILE_NAME
    assert not database.is_claimed(tmp_path, {})
    write_rows(file, "users_user", [])
    assert not database.is_claimed(tmp_path, {})
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO users_user VALUES ('a', 'b')")
    assert database.is_claimed(tmp_path, {})
