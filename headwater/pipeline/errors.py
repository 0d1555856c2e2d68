"""Why a step of the pipeline was refused."""

from django.utils.translation import gettext as _

from headwater.records.errors import FieldError, Invalid


class AlreadyMade(Invalid):
    """What is to be made from a record exists already. ``pk`` is None when the actor may not see it."""

    def __init__(self, object_name: str, pk: int | None, title: str | None) -> None:
        if title is None:
            message = _("A customer was made from this lead already.")
        else:
            message = _("A customer was made from this lead already: %(title)s.") % {"title": title}
        super().__init__([FieldError("", "already_made", message)])
        self.object_name, self.pk, self.title = object_name, pk, title
