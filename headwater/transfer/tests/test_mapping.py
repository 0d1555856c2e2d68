"""Headers of the world's exports, and what is never mapped by itself."""

import pytest
from django.utils.translation import override

from headwater.metadata import registry
from headwater.transfer.errors import BadOptions
from headwater.transfer.mapping import Decision, decide


def mapped(object_name: str, *headers: str) -> dict[str, tuple[str | None, str]]:
    decisions = decide(registry.get(object_name), headers, None)
    return {each.header: (each.field, each.how) for each in decisions}


def fields(object_name: str, *headers: str) -> dict[str, str | None]:
    return {header: field for header, (field, _how) in mapped(object_name, *headers).items()}


def test_keys_labels_and_synonyms_are_told_apart() -> None:
    assert mapped("lead", "first_name", "Last name", "E-mail Address", "Favorite color") == {
        "first_name": ("first_name", "key"),
        "Last name": ("last_name", "label"),
        "E-mail Address": ("email", "synonym"),
        "Favorite color": (None, "none"),
    }


@pytest.mark.parametrize(
    ("object_name", "headers"),
    [
        (
            "contact",
            {
                "First Name": "first_name",
                "Last Name": "last_name",
                "Organization Name": "organization",
                "Organization Title": "job_title",
                "Birthday": "birthday",
                "Labels": "labels",
                "E-mail 1 - Value": "email",
                "Phone 1 - Value": "phone",
                "E-mail 2 - Value": None,
            },
        ),
        (
            "contact",
            {
                "First Name": "first_name",
                "E-mail Address": "email",
                "Business Phone": "phone",
                "Mobile Phone": "mobile",
                "Job Title": "job_title",
                "Categories": "labels",
                "Notes": "notes",
                "Gender": "gender",
            },
        ),
        (
            "lead",
            {
                "Record ID": "external_id",
                "First Name": "first_name",
                "Email": "email",
                "Phone Number": "phone",
                "Contact owner": "owner",
                "Create Date": "created_at",
                "Associated Company": "organization_name",
                "Original Source": "source",
                "Lifecycle Stage": None,
            },
        ),
        (
            "lead",
            {
                "Id": "external_id",
                "FirstName": "first_name",
                "LastName": "last_name",
                "Company": "organization_name",
                "MobilePhone": "mobile",
                "LeadSource": "source",
                "Status": "status",
                "CreatedDate": "created_at",
            },
        ),
        (
            "opportunity",
            {
                "ID": "external_id",
                "Title": "title",
                "Value": "amount",
                "Currency of Value": "currency",
                "Organization": "customer",
                "Contact person": "contact",
                "Stage": "stage",
                "Expected close date": "expected_close",
                "Deal created": "created_at",
                "Owner": "owner",
            },
        ),
        ("contact", {"ชื่อ": "first_name", "นามสกุล": "last_name", "อีเมล": "email", "เบอร์โทร": "phone"}),
        ("contact", {"នាម": "first_name", "គោត្តនាម": "last_name", "អ៊ីមែល": "email", "ទូរស័ព្ទ": "phone"}),
        ("contact", {"Vārds": "first_name", "Uzvārds": "last_name", "E-pasts": "email", "Tālrunis": "phone"}),
    ],
)
def test_exports_of_well_known_programs(object_name: str, headers: dict[str, str | None]) -> None:
    assert fields(object_name, *headers) == headers


def test_of_two_columns_for_one_field_the_surer_one_wins_and_the_other_is_reported() -> None:
    decisions = decide(registry.get("lead"), ["Telephone", "Phone", "Tel"], None)
    assert [(each.field, each.how, each.proposal) for each in decisions] == [
        (None, "conflict", "phone"),
        ("phone", "label", None),
        (None, "conflict", "phone"),
    ]


def test_what_is_merely_similar_is_proposed_and_not_applied() -> None:
    (decision,) = decide(registry.get("lead"), ["Frist name"], None)
    assert decision == Decision(0, "Frist name", None, "proposal", "first_name")


def test_fields_the_system_fills_are_never_mapped() -> None:
    found = mapped("lead", "version", "updated_at", "created_by", "name", "recorded_at")
    assert {field for field, _how in found.values()} == {None}


def test_labels_are_known_in_english_whatever_the_language() -> None:
    with override("lv"):
        assert fields("lead", "Last name") == {"Last name": "last_name"}


def test_a_given_mapping_is_taken_as_it_is() -> None:
    decisions = decide(registry.get("lead"), ["a", "b", "email"], {"a": "email", "b": ""})
    assert [(each.field, each.how) for each in decisions] == [
        ("email", "given"),
        (None, "none"),
        (None, "none"),
    ]


def test_a_given_column_that_the_file_lacks_is_named() -> None:
    with pytest.raises(BadOptions) as caught:
        decide(registry.get("lead"), ["a"], {"b": "email"})
    assert [(error.field, error.code) for error in caught.value.errors] == [("mapping", "unknown_column")]
    assert "b" in caught.value.errors[0].message
