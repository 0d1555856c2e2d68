"""Field kinds: what a value of each kind is, how it is read, shown, compared and summed."""

from headwater.metadata.kinds.addresses import AddressKind
from headwater.metadata.kinds.base import Kind
from headwater.metadata.kinds.choices import ChoiceKind, MultiChoiceKind
from headwater.metadata.kinds.files import FileKind
from headwater.metadata.kinds.numbers import (
    BooleanKind,
    DecimalKind,
    DurationKind,
    IntegerKind,
    MoneyKind,
    PercentKind,
)
from headwater.metadata.kinds.relations import RelationKind, RelationsKind, UserKind
from headwater.metadata.kinds.text import EmailKind, LongTextKind, PhoneKind, TextKind, UrlKind
from headwater.metadata.kinds.times import DateKind, InstantKind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        TextKind(),
        LongTextKind(),
        EmailKind(),
        PhoneKind(),
        UrlKind(),
        AddressKind(),
        IntegerKind(),
        DecimalKind(),
        MoneyKind(),
        PercentKind(),
        DurationKind(),
        BooleanKind(),
        DateKind(),
        InstantKind(),
        ChoiceKind(),
        MultiChoiceKind(),
        UserKind(),
        RelationKind(),
        RelationsKind(),
        FileKind(),
    )
}

__all__ = ["KINDS", "Kind"]
