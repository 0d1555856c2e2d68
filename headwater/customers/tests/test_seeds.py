"""A claimed installation has its options, and keeps what people made of them."""

import pytest

from headwater.customers.seeds import seed as seed_customers
from headwater.metadata.choices import add_option, lists, options_of
from headwater.metadata.models import ChoiceOption
from headwater.pipeline.models import Pipeline, Stage
from headwater.pipeline.seeds import seed as seed_pipeline
from headwater.users.services import AlreadyClaimed, create_owner

pytestmark = pytest.mark.django_db

OWNER = {"email": "owner@example.com", "name": "Owner", "password": "correct-horse-battery"}


def test_claiming_an_installation_fills_its_lists_and_makes_a_pipeline():
    create_owner(**OWNER, organization={"language": "en"})
    empty = {found.name for found in lists() if not options_of(found.name)}
    assert empty == {"label", "campaign", "competitor"}
    assert {"reference", "cold_calling", "walk_in"} <= {option.key for option in options_of("source")}
    assert {"director", "accountant", "lawyer", "secretary"} <= {o.key for o in options_of("contact_role")}
    stages = list(Stage.objects.values_list("name", "probability"))
    assert len(stages) == 5
    assert [probability for _name, probability in stages] == sorted(
        probability for _name, probability in stages
    )
    with pytest.raises(AlreadyClaimed):
        create_owner(**OWNER, organization={"language": "en"})


def test_seeding_again_changes_nothing_that_people_made(administrator):
    add_option("source", "Reference")
    add_option("source", "Fair in Riga")
    seed_customers(administrator)
    seed_pipeline(administrator)
    ChoiceOption.objects.filter(list="industry", key="retail").update(label="Shops", active=False)
    Pipeline.objects.update(name="Ours")
    count = ChoiceOption.objects.count()
    seed_customers(administrator)
    seed_pipeline(administrator)
    assert ChoiceOption.objects.count() == count
    assert ChoiceOption.objects.get(list="industry", key="retail").label == "Shops"
    assert list(Pipeline.objects.values_list("name", flat=True)) == ["Ours"]
    labels = [option.label for option in options_of("source")]
    assert labels[:2] == ["Reference", "Fair in Riga"]
    assert len(labels) == len(set(labels))


def test_every_source_origin_that_the_doors_write_has_a_label():
    create_owner(**OWNER, organization={"language": "en"})
    assert {"manually_created", "import", "api", "automation", "system"} == {
        o.key for o in options_of("source_origin")
    }
