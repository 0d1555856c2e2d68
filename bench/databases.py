"""Fresh PostgreSQL databases beside each other on one server."""

import psycopg


def new_database(server: str, name: str) -> str:
    """Make an empty database, in place of one of this name; return its address.

    ``server`` is the address of any database there.
    """
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server.rpartition('/')[0]}/{name}"
