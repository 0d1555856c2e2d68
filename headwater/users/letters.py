"""The words of the mails that people of this installation get."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.lib.mail.letters import Letter, absolute
from headwater.users import organization


def _greeting(name: str) -> str:
    return _("Hello %(name)s,") % {"name": name} if name else _("Hello,")


def _company() -> str:
    return organization.current().name or "Headwater"


def invitation(*, name: str, inviter: str, path: str, days: int) -> Letter:
    """Somebody is invited to become a user; ``path`` is the page with the key."""
    company = _company()
    return Letter(
        subject=_("%(person)s invites you to Headwater of %(company)s")
        % {"person": inviter, "company": company},
        greeting=_greeting(name),
        paragraphs=[
            _("%(person)s has set up a place for you in Headwater, the customer base of %(company)s.")
            % {"person": inviter, "company": company},
            _("Choose your name and a password to begin."),
        ],
        button=(_("Accept the invitation"), absolute(path)),
        endings=[
            ngettext(
                "The link works once, within %(n)d day.", "The link works once, within %(n)d days.", days
            )
            % {"n": days},
            _("If you did not expect this, you need not do anything."),
        ],
    )


def password_reset(*, name: str, path: str, hours: int) -> Letter:
    """Somebody asked for a new password; ``path`` is the page with the key."""
    return Letter(
        subject=_("Choose a new password"),
        greeting=_greeting(name),
        paragraphs=[_("Somebody, probably you, asked for a new password for your account.")],
        button=(_("Choose a new password"), absolute(path)),
        endings=[
            ngettext(
                "The link works once, within %(n)d hour.", "The link works once, within %(n)d hours.", hours
            )
            % {"n": hours},
            _("If it was not you, you need not do anything: your password stays as it is."),
        ],
    )


def shared(*, name: str, sharer: str, what: str, path: str) -> Letter:
    """Somebody shared something; ``what`` is its name."""
    words = {"person": sharer, "what": what}
    return Letter(
        subject=_("%(person)s shared “%(what)s” with you") % words,
        greeting=_greeting(name),
        paragraphs=[
            _("%(person)s shared “%(what)s” with you.") % words,
            _("You see in it what your own rights let you see."),
        ],
        button=(_("Open it"), absolute(path)),
        endings=[_("You get this mail because you use Headwater of %(company)s.") % {"company": _company()}],
    )


def test_message(*, name: str) -> Letter:
    """An administrator tries whether mails arrive."""
    return Letter(
        subject=_("Test message from Headwater"),
        greeting=_greeting(name),
        paragraphs=[
            _("If you can read this, mails from Headwater of %(company)s arrive.") % {"company": _company()}
        ],
        button=(_("Open Headwater"), absolute("/")),
    )
