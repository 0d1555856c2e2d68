"""A new installation, and the company of the questions."""

from collections.abc import Iterator

import pytest
import time_machine

from headwater.customers.seeds import seed as seed_customers
from headwater.lib.memo import unit_of_work
from headwater.pipeline.seeds import seed as seed_pipeline
from headwater.pipeline.tests import questions
from headwater.pipeline.tests.questions import World
from headwater.users.actor import Actor
from headwater.users.models import User


@pytest.fixture
def options(administrator: User) -> None:
    """The option lists and the pipeline of a new installation."""
    seed_customers(administrator)
    seed_pipeline(administrator)


@pytest.fixture
def world(administrator: User) -> Iterator[World]:
    with time_machine.travel(questions.NOW, tick=False), unit_of_work():
        yield questions.bring()


@pytest.fixture(params=(None, "North", "South"), ids=str)
def team(request: pytest.FixtureRequest) -> str | None:
    """Whose records the reader sees: everybody's, or one team's."""
    return request.param


@pytest.fixture
def reader(world: World, administrator: User, team: str | None) -> Actor:
    return Actor({None: administrator, "North": world.users["anna"], "South": world.users["carla"]}[team])
