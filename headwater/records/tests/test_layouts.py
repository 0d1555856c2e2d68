"""Form layouts: no field is ever lost, whatever a layout says and whatever came after it."""

from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.metadata import registry
from headwater.metadata.custom import layouts
from headwater.metadata.custom.arranging import arranged, needed_on_form
from headwater.metadata.custom.definitions import (
    BadDefinition,
    Definition,
    add_field,
    change_field,
    order_fields,
    switch_field,
)
from headwater.metadata.models import FormLayout

pytestmark = pytest.mark.django_db


def add(label: str, **more: Any) -> str:
    return add_field("lead", Definition(label=label, **more)).key


def drawn() -> dict[str, tuple[str, ...]]:
    return {section.key: section.fields for section in registry.get("lead").sections}


KEYS = st.sampled_from(
    ["email", "phone", "mobile", "website", "source", "campaign", "value", "utm_term", "first_name", "gone"]
)
LAYOUTS = st.fixed_dictionaries(
    {
        "sections": st.lists(
            st.fixed_dictionaries(
                {
                    "key": st.sampled_from(["lead", "reach", "work", "own_a", "own_b"]),
                    "name": st.sampled_from(["", "A"]),
                    "fields": st.lists(KEYS, max_size=6),
                }
            ),
            unique_by=lambda each: str(each["key"]),
            max_size=5,
        ),
        "off_form": st.lists(KEYS, max_size=4),
    }
)


@settings(max_examples=150, deadline=None)
@given(stored=LAYOUTS)
def test_a_layout_loses_no_field_and_shows_none_twice(stored: Any) -> None:
    entry = registry.base("lead")
    found = arranged(entry, stored, lambda name, _names: name)
    shown = [key for section in found.sections for key in section.fields]
    known = [key for section in entry.sections for key in section.fields]
    assert sorted([*shown, *dict.fromkeys(found.off_form)]) == sorted(known)
    assert needed_on_form(entry) <= set(shown)
    placed = [key for each in stored["sections"] for key in each["fields"]]
    for section in found.sections:
        for key in section.fields:
            if key in placed and key not in stored["off_form"]:
                first = next(each for each in stored["sections"] if key in each["fields"])
                assert section.key == first["key"]


def test_fields_move_between_sections_and_off_the_form() -> None:
    layouts.arrange_fields("lead", {"reach": ["website", "value", "email"], "": ["utm_term"]})
    found = registry.get("lead")
    assert drawn()["reach"][:4] == ("website", "value", "email", "phone")
    assert [*drawn()["reach"]].count("website") == 1
    assert "value" not in drawn()["work"]
    assert found.off_form == ("utm_term",)
    layouts.move_field("lead", "website", -1)
    assert drawn()["lead"][-1] == "website"
    layouts.move_field("lead", "website", 1)
    assert drawn()["reach"][0] == "website"
    layouts.place_field("lead", "utm_term", "work")
    assert drawn()["work"][-1] == "utm_term"
    with pytest.raises(BadDefinition):
        layouts.place_field("lead", "first_name", "")
    with pytest.raises(LookupError):
        layouts.place_field("lead", "email", "nowhere")
    layouts.reset("lead")
    assert registry.get("lead").sections == registry.base("lead").sections


def test_a_field_of_a_later_version_stands_beside_its_neighbour() -> None:
    layouts.arrange_fields("lead", {"work": ["email"]})
    row = FormLayout.objects.get(object="lead")
    for each in row.sections:  # as if "phone", which stands after "email", had not been known then
        each["fields"] = [key for key in each["fields"] if key != "phone"]
    row.save()
    layouts.rows.refresh()
    work = drawn()["work"]
    assert work[work.index("email") + 1] == "phone"


def test_sections_are_made_named_ordered_and_removed() -> None:
    key = layouts.save_section("lead", "", "The  flat", {"lv": "Dzīvoklis"}, 1)
    layouts.order_sections("lead", [key, "work"])
    layouts.place_field("lead", "value", key)
    found = registry.get("lead").sections[0]
    assert (found.key, str(found.label), found.columns, found.fields) == (key, "The flat", 1, ("value",))
    with translation.override("lv"):
        assert str(registry.get("lead").sections[0].label) == "Dzīvoklis"
        assert str(registry.get("lead").sections[1].label) == "Darba dati"  # a shipped name stays translated
    layouts.save_section("lead", "work", "Deal", {}, 2)
    assert str(registry.get("lead").sections[1].label) == "Deal"
    layouts.save_section("lead", "work", "", {}, 2)
    assert str(registry.get("lead").sections[1].label) == "Work"
    for wrong in ("", "the FLAT", "x" * 81):
        with pytest.raises(BadDefinition):
            layouts.save_section("lead", "", wrong, {}, 2)
    with pytest.raises(BadDefinition):
        layouts.save_section("lead", "", "New", {"xx": "?"}, 2)
    layouts.remove_section("lead", key)
    assert "value" in drawn()["work"]
    with pytest.raises(LookupError):
        layouts.remove_section("lead", key)


def test_custom_fields_stand_where_their_section_says_until_they_are_moved() -> None:
    floor = add("Floor", section="The flat")
    assert drawn()["own_the_flat"] == (floor,)
    source = add("Paper", section="source")  # the name of a section that there is
    assert drawn()["source"][-1] == source
    area = add("Area", section="The flat")
    assert drawn()["own_the_flat"] == (floor, area)
    order_fields("lead", [area, floor])
    assert drawn()["own_the_flat"] == (area, floor)
    layouts.place_field("lead", floor, "work")
    change_field("lead", floor, Definition(label="Level", section="The flat"))
    assert floor in drawn()["work"]  # its section was not changed
    switch_field("lead", floor, is_active=False)
    layouts.move_field("lead", "email", 1)
    switch_field("lead", floor, is_active=True)
    assert floor in drawn()["work"]
    change_field("lead", floor, Definition(label="Level", section="House"))
    assert drawn()["own_house"] == (floor,)


def test_what_becomes_mandatory_comes_back_to_the_form() -> None:
    key = add("Floor", section="The flat")
    layouts.place_field("lead", key, "")
    assert registry.get("lead").off_form == (key,)
    change_field("lead", key, Definition(label="Floor", section="The flat", required_from="open"))
    assert registry.get("lead").off_form == ()
    assert drawn()["own_the_flat"] == (key,)
