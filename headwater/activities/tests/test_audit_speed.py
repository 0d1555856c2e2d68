"""The newest of one person, or of one door, are found by an index however much others did."""

import pytest
from django.db import connection

from headwater.activities.audit.reading import Question, find_entries
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("question", "index"),
    [(Question(person=1), "history_actor"), (Question(door="api"), "history_door")],
)
def test_a_page_of_one_person_or_door_comes_from_an_index(administrator, question, index):
    page = find_entries(Actor(administrator), question)[:51]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # a table of a few rows would be read as a whole
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    plan = page.explain()
    assert index in plan
    assert "TEMP B-TREE" not in plan
