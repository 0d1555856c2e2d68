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


def sign_in_changes() -> dict[str, str]:
    """What can change about somebody's sign-in, in words."""
    return {
        "app_added": _("An authenticator app was added to your account."),
        "app_removed": _("The authenticator app was removed from your account."),
        "passkey_added": _("A passkey was added to your account."),
        "passkey_removed": _("A passkey was removed from your account."),
        "codes_made": _("New recovery codes were made; the earlier ones are over."),
        "password": _("Your password was changed."),
        "reset": _("An administrator removed your second factors and signed you out everywhere."),
    }


def sign_in_changed(*, name: str, change: str) -> Letter:
    """Something about how the reader signs in was changed; ``change`` is a key of ``sign_in_changes``."""
    return Letter(
        subject=_("Your sign-in was changed"),
        greeting=_greeting(name),
        paragraphs=[sign_in_changes()[change]],
        button=(_("Open Headwater"), absolute("/")),
        endings=[
            _(
                "If it was not you, choose a new password now, sign out everywhere else, and tell an "
                "administrator."
            )
        ],
    )


def notices(
    *, name: str, subject: str, lines: list[str], button: tuple[str, str], settings_path: str
) -> Letter:
    """Things that concern the reader, one in each line; the page of settings says how she hears of them."""
    return Letter(
        subject=subject,
        greeting=_greeting(name),
        paragraphs=lines,
        button=button,
        endings=[
            _("You get this mail because you use Headwater of %(company)s.") % {"company": _company()},
            _("What you are told by mail, you choose here: %(address)s")
            % {"address": absolute(settings_path)},
        ],
    )


def token_ends(*, name: str, token: str, day: str) -> Letter:
    """A token of the reader's ends soon."""
    words = {"token": token, "day": day}
    return Letter(
        subject=_("Your API token “%(token)s” ends on %(day)s") % words,
        greeting=_greeting(name),
        paragraphs=[
            _("From then on, the program that has the token “%(token)s” can no longer act as you.") % words,
            _("If it is still needed, make a new token, give it to the program, and revoke this one."),
        ],
        button=(_("API tokens"), absolute("/settings/tokens/")),
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
