"""Making thousands of unsaved model instances."""

from collections.abc import Callable
from typing import TypeVar

from django.db import models
from django.db.models.base import ModelState

M = TypeVar("M", bound=models.Model)


def maker_of(model: type[M]) -> Callable[[], M]:
    """Return a function that makes instances with the defaults of their fields.

    Several times faster than calling a class of fifty fields, which works out every default each
    time; here that is done once. ``__init__`` is not called and no instance shares a mutable value.
    """
    defaults = {name: value for name, value in vars(model()).items() if name != "_state"}
    mutable = {name: value for name, value in defaults.items() if isinstance(value, (dict, list, set))}

    def make() -> M:
        instance = model.__new__(model)
        instance.__dict__ = defaults.copy()
        for name, value in mutable.items():
            instance.__dict__[name] = value.copy()
        instance._state = ModelState()
        return instance

    return make
