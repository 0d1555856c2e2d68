"""SQL as PostgreSQL wants it."""


def day_of_date(sql: str) -> str:
    return f"({sql} - DATE '1970-01-01')"


def day_of_instant(sql: str, zone: str) -> str:
    name = zone.replace("'", "''")
    return f"(({sql} AT TIME ZONE '{name}')::date - DATE '1970-01-01')"


def within(later: str, earlier: str, days: int) -> str:
    return f"({later} <= {earlier} + make_interval(hours => {24 * days}))"
