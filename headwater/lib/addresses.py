"""Postal addresses in their parts, and the one way they are written."""

from typing import NamedTuple


class PostalAddress(NamedTuple):
    """The parts of an address. ``country`` is a name where it is written, and can be a code elsewhere."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""

    @property
    def lines(self) -> list[str]:
        """The address as on an envelope, empty lines left out."""
        town = " ".join(filter(None, (self.postal_code, self.city)))
        return [line for line in (self.line1, self.line2, town, self.state, self.country) if line]

    @property
    def street(self) -> str:
        """The part that finds the house."""
        return ", ".join(filter(None, (self.line1, self.line2)))

    @property
    def place(self) -> str:
        """The part that finds the town."""
        return ", ".join(self._replace(line1="", line2="").lines)

    @property
    def one_line(self) -> str:
        return ", ".join(self.lines)
