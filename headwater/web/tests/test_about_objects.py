"""Whoever meets an object for the first time is told what one is."""

import pytest

from headwater.metadata import registry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["lead", "contact", "customer", "opportunity"])
def test_an_empty_list_and_a_new_form_say_what_one_is(client_of, administrator, name):
    entry = registry.get(name)
    assert entry.about
    client = client_of(administrator)
    for page in (f"/{entry.slug}/", f"/{entry.slug}/new/"):
        assert str(entry.about) in client.get(page).content.decode()
