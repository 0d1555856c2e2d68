"""What a mail says, once for its text and its HTML."""

from dataclasses import dataclass, field

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

LAYOUT = "mail/letter.html"


@dataclass(frozen=True)
class Letter:
    """A mail in words; every text is plain and already in its reader's language.

    ``button`` is a label and the address it leads to (``absolute``); ``endings`` are the small
    lines at the foot, such as why somebody gets this mail.
    """

    subject: str
    paragraphs: list[str]
    greeting: str = ""
    button: tuple[str, str] | None = None
    endings: list[str] = field(default_factory=list)

    def as_text(self) -> str:
        """The plain form, which every mail program shows."""
        button = ["{}:\n{}".format(*self.button)] if self.button else []
        endings = ["-- \n" + "\n".join(self.endings)] if self.endings else []
        parts = [self.greeting, *self.paragraphs, *button, *endings]
        return "\n\n".join(part for part in parts if part) + "\n"

    def as_html(self) -> str:
        return render_to_string(LAYOUT, {"letter": self, "language": get_language() or "en"})


def absolute(path: str) -> str:
    """The public address of a page of ours.

    It comes from the settings, never from a request: whoever asks for a mail could write any host there.
    """
    return f"{settings.PUBLIC_URL}{path}"
