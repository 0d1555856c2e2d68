"""What the settings pages list, by who may open it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.web.shell import Shell

Item = tuple[str, str, str]


def settings_menu(shell: Shell) -> list[tuple[str, list[Item]]]:
    """Return groups of (label, address, icon); administrators see the company's too."""
    own = [
        (_("Your profile"), reverse("profile"), "user-circle"),
        (_("Notices"), reverse("notice_settings"), "bell"),
        (_("Sign-in and security"), reverse("mfa_index"), "shield-lock"),
        (_("API tokens"), reverse("tokens"), "key"),
    ]
    groups = [(_("You"), own)]
    if shell.is_administrator:
        groups.append(
            (
                _("Company"),
                [
                    (_("Organization"), reverse("organization"), "building-community"),
                    (_("Users"), reverse("users"), "users"),
                    (_("Teams"), reverse("teams"), "users-group"),
                    (_("Roles"), reverse("roles"), "shield"),
                    (_("Sharing rules"), reverse("sharing_rules"), "share"),
                    (_("Audit"), reverse("audit"), "history"),
                    (_("Sign-in rules"), reverse("signin_rules"), "login-2"),
                    (_("Outgoing mail"), reverse("mails"), "mail"),
                    (_("Lead scoring"), reverse("score_rules"), "target-arrow"),
                    (_("Fields"), reverse("fields"), "forms"),
                    (_("Choice lists"), reverse("choice_lists"), "list-check"),
                    (_("Exchange rates"), reverse("exchange_rates"), "coin"),
                    (_("Limits"), reverse("limits"), "gauge"),
                ],
            )
        )
    return groups
