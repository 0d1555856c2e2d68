"""Numbers, money, lengths of time, yes and no."""

import re
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _

from headwater.lib import formats
from headwater.lib.durations import DAY, DurationError, parse_duration
from headwater.lib.numbers import ascii_digits, without_percent
from headwater.lib.typed_numbers import Ambiguous
from headwater.metadata.errors import BadValue
from headwater.metadata.formulas.functions import rounded
from headwater.metadata.formulas.types import Value, ValueType
from headwater.metadata.kinds.base import Kind

if TYPE_CHECKING:
    from headwater.metadata.objects import Field

NUMBER_OPERATORS = ("eq", "ne", "lt", "le", "gt", "ge", "between", "empty", "not_empty", "field_cmp")
NUMBER_AGGREGATES = ("sum", "avg", "min", "max")
_TRUE = {"true", "yes", "1", "on", "y", "x"}
_FALSE = {"false", "no", "0", "off", "n", ""}
_DIGITS = re.compile(r"-?[0-9]{1,18}")  # written by programs: seconds
_LONGEST_DURATION = 1_000_000 * DAY
_BIG = 9_007_199_254_740_991  # what JSON numbers carry exactly


def clean_decimal(raw: Any) -> Decimal | None:
    """Read a number written with a point, as JSON and forms send it; None for nothing."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if isinstance(raw, Ambiguous):
        raise BadValue("ambiguous_number", raw.question())
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str, Decimal)):
        raise BadValue("not_number", _("Write a number, such as 1234.5."))
    try:
        value = Decimal(ascii_digits(str(raw)).strip().replace("\u00a0", "").replace(" ", ""))
    except InvalidOperation:
        raise BadValue("not_number", _("Write a number, such as 1234.5.")) from None
    if not value.is_finite():
        raise BadValue("not_number", _("Write a number, such as 1234.5."))
    return value


class NumberKind(Kind):
    """What all numbers have in common."""

    in_formulas = ValueType.NUMBER

    def number_in(self, raw: Any) -> Decimal | None:
        """Read the number that somebody gave, whatever field of the kind it is for. Raises BadValue."""
        return clean_decimal(raw)

    def to_formula(self, value: Any, field: "Field") -> Value:
        return None if value is None else Decimal(value)

    def from_formula(self, result: Value, field: "Field") -> Any:
        if isinstance(result, Decimal) and abs(result) < 10**field.max_digits:
            result = rounded(result, self.places(field))
        return super().from_formula(result, field)

    def places(self, field: "Field") -> int:
        """Return how many decimal places a value has."""
        return 0


class IntegerKind(NumberKind):
    name = "integer"
    operators = NUMBER_OPERATORS
    aggregates = NUMBER_AGGREGATES
    buckets = ("value",)

    def clean(self, raw: Any, field: "Field") -> int | None:
        value = self.number_in(raw)
        if value is None:
            return None
        if value != value.to_integral_value():
            raise BadValue("not_integer", _("Write a whole number."))
        if abs(value) > min(_BIG, field.max_value or _BIG):
            raise BadValue("too_large", _("This number is too large."))
        return int(value)

    def display(self, value: Any, field: "Field") -> str:
        return "" if value is None else formats.number(value)


class DecimalKind(NumberKind):
    name = "decimal"
    operators = NUMBER_OPERATORS
    aggregates: ClassVar[tuple[str, ...]] = NUMBER_AGGREGATES
    buckets = ("value",)

    def clean(self, raw: Any, field: "Field") -> Decimal | None:
        value = self.number_in(raw)
        if value is None:
            return None
        if abs(value) >= Decimal(10) ** (field.max_digits - field.decimal_places):
            raise BadValue("too_large", _("This number is too large."))
        rounded = value.quantize(Decimal(1).scaleb(-field.decimal_places))
        if rounded != value:
            raise BadValue(
                "too_precise", _("Use at most %(places)d decimal places.") % {"places": field.decimal_places}
            )
        return rounded

    def places(self, field: "Field") -> int:
        return field.decimal_places

    def to_json(self, value: Any) -> Any:
        # Columns hold at most 15 digits, which a JSON number carries exactly.
        return None if value is None else float(value)

    def from_json(self, value: Any) -> Any:
        return None if value is None else Decimal(str(value))

    def display(self, value: Any, field: "Field") -> str:
        return "" if value is None else formats.number(value)


class MoneyKind(DecimalKind):
    """An amount; its currency is a field beside it, named by ``field.currency_key``."""

    name = "money"


class PercentKind(DecimalKind):
    """A percentage, stored as the number before the sign: 12.5 for 12.5 %."""

    name = "percent"
    aggregates = ("avg", "min", "max")

    def number_in(self, raw: Any) -> Decimal | None:
        # By its very type: what means two numbers is a text of another one.
        return super().number_in(without_percent(raw) if type(raw) is str else raw)

    def clean(self, raw: Any, field: "Field") -> Any:
        value = super().clean(raw, field)
        return value if value is None or field.decimal_places else int(value)

    def to_json(self, value: Any) -> Any:
        return value if isinstance(value, int) else super().to_json(value)

    def from_json(self, value: Any) -> Any:
        return value if isinstance(value, int) else super().from_json(value)

    def display(self, value: Any, field: "Field") -> str:
        return "" if value is None else formats.percent(value, decimals_of(value))


class DurationKind(NumberKind):
    """A length of time in whole seconds. Formulas count it in days, as they count from date to date."""

    name = "duration"
    operators = NUMBER_OPERATORS
    aggregates = NUMBER_AGGREGATES
    buckets = ("value",)

    def number_in(self, raw: Any) -> Decimal | None:
        if isinstance(raw, timedelta):
            raw = Decimal(str(raw.total_seconds()))
        if type(raw) is not str or not raw.strip() or _DIGITS.fullmatch(raw.strip()):
            return super().number_in(raw)
        try:
            return Decimal(parse_duration(raw))
        except DurationError as problem:
            raise BadValue(problem.why, _said_of_duration(problem)) from None

    def clean(self, raw: Any, field: "Field") -> int | None:
        value = self.number_in(raw)
        if value is None:
            return None
        if value != value.to_integral_value():
            raise BadValue("too_precise", _("Durations are kept in whole seconds."))
        if abs(value) > _LONGEST_DURATION:
            raise BadValue("too_large", _("This duration is too long."))
        return int(value)

    def to_formula(self, value: Any, field: "Field") -> Value:
        return None if value is None else Decimal(value) / DAY

    def from_formula(self, result: Value, field: "Field") -> Any:
        if not isinstance(result, Decimal) or abs(result * DAY) > _LONGEST_DURATION:
            return None
        return int(rounded(result * DAY))

    def display(self, value: Any, field: "Field") -> str:
        return "" if value is None else formats.duration(round(value))


def _said_of_duration(problem: DurationError) -> str:
    if problem.why == "too_precise":
        return _("Durations are kept in whole seconds.")
    if problem.why == "ambiguous_number":
        return _("“%(typed)s” can be read in two ways: write 1.5 h or 90 min.") % {"typed": problem.typed}
    return _("Write a duration, such as 1:30, 90 min or 2 h.")


def decimals_of(value: Decimal | int) -> int:
    """Return how many decimals a number has, zeros at its end left out."""
    exponent = Decimal(value).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


class BooleanKind(Kind):
    name = "boolean"
    operators = ("is_true", "is_false")
    buckets = ("value",)
    in_formulas = ValueType.FLAG

    def clean(self, raw: Any, field: "Field") -> bool:
        if isinstance(raw, bool):
            return raw
        word = "" if raw is None else str(raw).strip().lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        raise BadValue("not_boolean", _("Write yes or no."))

    def empty_value(self, field: "Field") -> bool:
        return False

    def display(self, value: Any, field: "Field") -> str:
        return _("Yes") if value else _("No")
