"""Every page is readable by everyone: axe-core finds nothing, light, dark and on a phone."""

import pytest

from headwater.activities.services import add_comment
from headwater.customers.services import add_address, add_contact
from headwater.testing.factories import (
    SYSTEM,
    actor_of,
    make_contact,
    make_customer,
    make_lead,
    make_opportunity,
    make_option,
    make_stage,
)
from headwater.users.models import Role, Team, User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible

LOOKS = {"light": {}, "dark": {"dark": True}, "phone": {"phone": True}}
WINDOW_STAYS = """document.querySelector(".screen-body") === null
    || document.documentElement.scrollHeight <= window.innerHeight"""
PAGES = [
    "/",
    "/leads/",
    "/leads/?columns=name,labels,priority,website,value,is_organization,created_at",
    "/leads/?group=status&open=%22lead%22&totals=value:sum,name:count",
    "/leads/?display=board",
    "/leads/views/",
    '/leads/filter/?filter={"all":[{"field":"owner","op":"me"},{"none":[{"field":"value","op":"gt","value":1}]}]}',
    "/leads/new/",
    "/leads/{lead}/",
    "/leads/{lead}/sections/work/",
    "/leads/{lead}/viewers/",
    "/leads/{lead}/erasure/",
    "/leads/{lead}/make/customer/",
    "/opportunities/{deal}/",
    "/customers/{customer}/",
    "/contacts/{contact}/",
    "/addresses/",
    "/search/?q=example",
    "/no-such-page/",
    "/settings/",
    "/notices/",
    "/settings/notices/",
    "/settings/profile/",
    "/settings/security/",
    "/settings/tokens/",
    "/settings/organization/",
    "/settings/users/",
    "/settings/users/new/",
    "/settings/users/{user}/",
    "/settings/sign-in/",
    "/settings/users/{user}/access/",
    "/settings/users/{user}/handover/",
    "/settings/teams/",
    "/settings/teams/{team}/",
    "/settings/roles/",
    "/settings/audit/",
    "/settings/audit/disclosures/",
    "/settings/audit/failed-sign-ins/",
    "/settings/sharing/",
    "/settings/sharing/new/",
    "/settings/scoring/",
    "/settings/scoring/new/",
    "/settings/roles/new/",
    "/settings/roles/{role}/",
    "/settings/roles/{role}/fields/?object=lead",
    "/settings/fields/leads/",
    "/settings/fields/leads/email/",
    "/settings/fields/leads/new/",
    "/settings/fields/leads/new/?kind=choice",
    "/settings/lists/",
    "/settings/lists/sources/",
    "/settings/lists/labels/{label}/merging/",
    "/settings/limits/",
    "/settings/exchange-rates/",
    "/accounts/password/change/",
    "/accounts/again/?next=/settings/security/",
]


@pytest.fixture
def numbers(administrator: User, north: Team) -> dict[str, int]:
    """A small company with something in every panel, in long Thai, Khmer and Latvian words."""
    make_option("source", "Trade show", color="teal")
    label = make_option("label", "VIP", color="purple")
    make_option("label", "ตัวแทนจำหน่ายรายใหญ่ในภาคตะวันออกเฉียงเหนือ")
    stage = make_stage("Proposal")
    actor = actor_of(administrator)
    lead = make_lead(
        administrator,
        organization_name="ក្រុមហ៊ុន ផ្លែឈើខ្មែរ",
        first_name="Vidzemes lauksaimniecības kooperatīvs",
        last_name="บริษัท สยามผลไม้และผลิตภัณฑ์การเกษตร จำกัด",
        email="somebody@example.com",
        source="trade_show",
        labels=["vip"],
        value="98000",
        next_contact_at="2026-01-05T09:00",
    )
    add_contact(actor, "lead", lead.pk, {"first_name": "Ilze", "email": "ilze@example.com"})
    add_address(actor, "lead", lead.pk, {"line1": "Brīvības iela 12", "city": "Rīga"})
    deal = make_opportunity(administrator, lead=lead.pk, stage=stage.pk, amount="500")
    add_comment(SYSTEM, "lead", lead.pk, f"@{administrator.name} look")
    return {
        "lead": lead.pk,
        "deal": deal.pk,
        "customer": make_customer(administrator, email="info@example.com").pk,
        "contact": make_contact(administrator).pk,
        "label": label.pk,
        "team": north.pk,
        "user": administrator.pk,
        "role": Role.objects.get(key="salesperson").pk,
    }


@pytest.mark.parametrize("look", LOOKS)
def test_pages_are_accessible(
    open_page: OpenPage, administrator: User, numbers: dict[str, int], look: str
) -> None:
    page = open_page(administrator, **LOOKS[look])
    for address in PAGES:
        for key, number in numbers.items():
            address = address.replace(f"{{{key}}}", str(number))
        page.goto(address)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
        # Where the body of a screen scrolls the window stays: bar and foot are never pushed out.
        assert page.evaluate(WINDOW_STAYS), address
