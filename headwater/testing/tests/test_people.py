"""The shared company is what its description says."""

import pytest

from headwater.metadata import registry
from headwater.records.errors import NotFound
from headwater.records.find import find_records, get_record
from headwater.testing.factories import MINIMAL, actor_of, make_lead, make_record


@pytest.mark.django_db
def test_every_object_of_the_dictionary_can_be_made(administrator):
    assert MINIMAL.keys() == {entry.name for entry in registry.objects()}
    for name in MINIMAL:
        assert make_record(administrator, name).pk


@pytest.mark.django_db
def test_teams_keep_their_records_to_themselves(manager, seller_north, seller_south, stranger):
    north, south = make_lead(seller_north), make_lead(seller_south)
    assert set(find_records(actor_of(manager), "lead")) == {north}
    assert set(find_records(actor_of(seller_south), "lead")) == {south}
    for record in (north, south):
        with pytest.raises(NotFound):
            get_record(actor_of(stranger), "lead", record.pk)
