import pytest

from headwater.customers.seeds import seed as seed_customers
from headwater.pipeline.seeds import seed as seed_pipeline
from headwater.users.models import User


@pytest.fixture
def options(administrator: User) -> None:
    """The option lists and the pipeline of a new installation."""
    seed_customers(administrator)
    seed_pipeline(administrator)
