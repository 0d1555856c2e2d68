"""Files that a form sends along: without scripts, or because somebody was quicker than her upload."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from headwater.metadata.objects import ObjectType
from headwater.records.errors import FieldError, Invalid
from headwater.records.stored_files import upload
from headwater.users.actor import Actor
from headwater.web.controls import Raw, posted_values


@dataclass
class Posted:
    """What a form says of some fields, files by their numbers; ``errors`` are of files that are not taken."""

    raws: dict[str, Raw]
    errors: list[FieldError] = field(default_factory=list)

    def check(self) -> None:
        """Raise Invalid where a file was not taken."""
        if self.errors:
            raise Invalid(self.errors)


def posted_form(request: HttpRequest, actor: Actor, entry: ObjectType, keys: Iterable[str]) -> Posted:
    """Read a form, and keep the files in it."""
    keys = list(keys)
    posted = Posted(posted_values(entry, request.POST, keys))
    for key in keys:
        if entry.fields[key].kind.name != "file":
            continue
        if request.POST.get(f"{key}.remove") == "true":
            posted.raws[key] = ""
        file = request.FILES.get(f"{key}.file")
        if isinstance(file, UploadedFile):
            try:
                posted.raws[key] = str(upload(actor, entry.name, key, file, file.name or "").pk)
            except Invalid as problem:
                posted.errors += problem.errors
    return posted
