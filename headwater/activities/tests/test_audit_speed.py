"""The newest of one person, or of one door, are found by an index however much others did."""

import pytest

from headwater.activities.audit.reading import Question, find_entries
from headwater.records.bulk import RowWrite
from headwater.testing.factories import make_crowd
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("question", "index"),
    [(Question(person=1), "history_actor"), (Question(door="api"), "history_door")],
)
def test_a_page_of_one_person_or_door_comes_from_an_index(administrator, question, index):
    make_crowd("lead", [RowWrite({"first_name": "A"})] * 2_000)
    plan = find_entries(Actor(administrator), question)[:51].explain()
    assert index in plan
    assert "TEMP B-TREE" not in plan
