import pytest
from django.db import connection

from headwater.jobs.models import Job
from headwater.lib.sqlite import statistics
from headwater.users.models import Team

pytestmark = pytest.mark.django_db


def test_large_tables_are_looked_at_and_small_ones_are_not(monkeypatch):
    monkeypatch.setattr(statistics, "LARGE", 50)
    Team.objects.bulk_create(Team(name=f"Team {number}") for number in range(60))
    looked_at = statistics.renew_statistics()
    if connection.vendor == "postgresql":
        assert looked_at == []
        return
    assert Team._meta.db_table in looked_at
    assert Job._meta.db_table not in looked_at
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = %s", [Team._meta.db_table])
        assert cursor.fetchone()[0] > 0
