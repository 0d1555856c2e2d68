"""Strings of libraries that our pages show: their own translations lack Khmer, or speak another trade.

Ours come first. A test holds them against the libraries' catalogues, so that none is forgotten here
after the library changed it.
"""

BORROWED: dict[str, tuple[str | tuple[str, str], ...]] = {
    "django": (
        "This field is required.",
        "This field cannot be blank.",
        "This field cannot be null.",
        "Enter a valid email address.",
        "%(model_name)s with this %(field_label)s already exists.",
        (
            "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
            "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        ),
    ),
    "django.contrib.auth": (
        (
            "This password is too short. It must contain at least %d character.",
            "This password is too short. It must contain at least %d characters.",
        ),
        "The password is too similar to the %(verbose_name)s.",
        "This password is too common.",
        "This password is entirely numeric.",
    ),
    "allauth": (
        "The email address and/or password you specified are not correct.",
        "This account is currently inactive.",
        "Too many failed login attempts. Try again later.",
        "Please type your current password.",
        "You must type the same password each time.",
        "Be patient, you are sending too many requests.",
        "Incorrect code.",
        "Incorrect password.",
        "You cannot deactivate two-factor authentication.",
        "You cannot generate recovery codes without having two-factor authentication enabled.",
    ),
}
