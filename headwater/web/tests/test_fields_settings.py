"""Settings › Fields: administrators make fields, and everybody has them on the next request."""

from typing import Any

import pytest
from django.test import Client

from headwater.metadata.models import CustomField
from headwater.users.models import User

pytestmark = pytest.mark.django_db


def make(client: Client, kind: str, label: str, **more: Any) -> Any:
    return client.post("/settings/fields/leads/new/", {"kind": kind, "label": label, **more})


def test_a_field_is_made_and_at_once_everywhere(client_of, administrator, seller_north):
    boss, seller = client_of(administrator), client_of(seller_north)
    assert "No fields of your own yet" in boss.get("/settings/fields/leads/").content.decode()
    assert make(boss, "text", "Shoe size", section="Feet").status_code == 302
    assert "Shoe size" in seller.get("/leads/new/").content.decode()
    made = seller.post("/leads/new/", {"first_name": "Anna", "cf_shoe_size": "Forty-one", "is_organization": "false"})
    assert made.status_code == 302, made.content.decode()
    page = seller.get(made.url).content.decode()
    assert "Feet" in page
    assert "Forty-one" in page
    assert "Forty-one" in seller.get("/leads/?columns=name,cf_shoe_size").content.decode()
    assert "Anna" in seller.get('/leads/?filter={"field":"cf_shoe_size","op":"eq","value":"forty-one"}').content.decode()
    assert "Anna" in seller.get("/leads/?q=forty").content.decode()


def test_pages(client_of, administrator):
    boss = client_of(administrator)
    assert boss.get("/settings/fields/").status_code == 302
    assert boss.get("/settings/fields/leads/new/").status_code == 200
    for kind in ("text","long_text","choice","multi_choice","integer","decimal","money","boolean","date","instant","email","phone","url","user","relation"):
        assert boss.get(f"/settings/fields/leads/new/?kind={kind}").status_code == 200
        got = make(boss, kind, f"My {kind}", options="Red\nBlue", places="1", target="customer")
        assert got.status_code == 302, got.content.decode()
        row = CustomField.objects.get(label=f"My {kind}")
        assert boss.get(f"/settings/fields/leads/{row.key}/").status_code == 200
    assert boss.get("/settings/lists/lead-cf_my_choice/").status_code == 200
    assert boss.get("/settings/fields/leads/").status_code == 200
    assert boss.get("/leads/").status_code == 200
    assert boss.get("/leads/new/").status_code == 200
    assert boss.get("/reports/new/?object=lead").status_code in (200, 302)
