"""Django settings, read from the environment once.

Every value an operator may set is an environment variable read by one of the typed
readers below; ``docs/administrators.md`` lists them.
"""

import os
import secrets
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from headwater.lib.company_accounts import read_company_accounts

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(os.environ.get("HEADWATER_DATA", BASE_DIR / "var")).resolve()


def env_bool(name: str, default: bool) -> bool:
    """Read a yes/no variable; anything else than a known word is an error, not a default."""
    word = os.environ.get(name, "").strip().lower()
    if not word:
        return default
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {word!r}.")


def secret_key(path: Path | None) -> str:
    """Take the key from the file, made at the first start; without a file from the environment."""
    if path is None:
        return os.environ["HEADWATER_SECRET_KEY"]
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def env_number(name: str, default: int) -> int:
    """Read a whole number."""
    word = os.environ.get(name, "").strip() or str(default)
    if not word.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a number, not {word!r}.")
    return int(word)


def env_choice(name: str, *words: str) -> str:
    """Read one of a few words, the first being the default."""
    word = os.environ.get(name, "").strip().lower() or words[0]
    if word not in words:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(words)}, not {word!r}.")
    return word


DEBUG = env_bool("HEADWATER_DEBUG", False)
KEY_FILE = None if os.environ.get("HEADWATER_SECRET_KEY") else DATA_DIR / "secret.key"
SECRET_KEY = secret_key(KEY_FILE)
# keys of before: they open what they closed, but close nothing new
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("HEADWATER_OLD_SECRET_KEYS", "").split(",") if key]
ALLOWED_HOSTS = os.environ.get("HEADWATER_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("HEADWATER_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_htmx",
    "ninja",  # the scripts of the API's page for people
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "headwater.jobs",
    "headwater.users",
    "headwater.files",
    "headwater.history",
    "headwater.metadata",
    "headwater.access",
    "headwater.records",
    "headwater.reports",
    "headwater.transfer",
    "headwater.activities",
    "headwater.customers",
    "headwater.pipeline",
    "headwater.api",
    "headwater.web",
    "headwater.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "headwater.web.middleware.CompressText",
    "headwater.config.middleware.unit_of_work",
    "headwater.config.middleware.who_acts",
    "headwater.web.middleware.security_headers",
    "headwater.api.middleware.problem_details",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "headwater.config.middleware.SignedIn",
    "headwater.config.middleware.ReaderLanguage",
    "headwater.web.middleware.reader",
    "headwater.web.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "headwater.web.signin.sessions.note_sessions",
    "django_htmx.middleware.HtmxMiddleware",
    "headwater.web.middleware.DoorErrors",
]

TEMPLATES = [
    {
        # every page of ours, the sign-in pages included
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "headwater" / "web" / "templates"],
        "OPTIONS": {
            "environment": "headwater.web.jinja.environment",
            "context_processors": ["headwater.web.shell.context"],
        },
    },
    {
        # the libraries' own e-mails and widgets
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]
CSRF_FAILURE_VIEW = "headwater.web.views.errors.csrf_failure"

ROOT_URLCONF = "headwater.config.urls"
WSGI_APPLICATION = "headwater.config.wsgi.application"

SQLITE_INIT = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=1073741824;"
    "PRAGMA cache_size=-16000; PRAGMA foreign_keys=ON;"
    # 16 MB of log: an import does not copy the same pages over with every chunk.
    "PRAGMA wal_autocheckpoint=4000;"
)
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'headwater.sqlite3'}",
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "headwater.lib.sqlite"
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": SQLITE_INIT,
    }
# attempts to sign in and codes that were used, for all processes together; nothing else uses it
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "users_cacheentry",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["headwater.web.signin.backend.Backend"]
# shorter than eight is not offered
PASSWORD_LENGTH = max(8, env_number("HEADWATER_PASSWORD_LENGTH", 10))
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "headwater.users.passwords.NotTheSameAgain"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "headwater.web.signin.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "change_password": "5/m/user",
    "reset_password": "20/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
}
ACCOUNT_FORMS = {"reset_password": "headwater.web.signin.password_reset.AskForm"}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# the company's own sign-in, by OpenID Connect
COMPANY_ACCOUNTS = read_company_accounts(os.environ)
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "headwater.web.signin.company.Provider",
        "APPS": [accounts.as_app() for accounts in COMPANY_ACCOUNTS.values()],
        "OAUTH_PKCE_ENABLED": True,
    }
}
SOCIALACCOUNT_ADAPTER = "headwater.web.signin.company.Adapter"
# beginning changes nothing here, and a form may not lead to another site
SOCIALACCOUNT_LOGIN_ON_GET = True
MFA_ADAPTER = "headwater.web.signin.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "headwater.web.signin.second_factor.AuthenticateOnce",
    "reauthenticate": "headwater.web.signin.second_factor.ReauthenticateOnce",
    "activate_totp": "headwater.web.signin.second_factor.ActivateOnce",
    "authenticate_webauthn": "headwater.web.signin.second_factor.AuthenticatePasskey",
    "login_webauthn": "headwater.web.signin.second_factor.SignInPasskey",
    "reauthenticate_webauthn": "headwater.web.signin.second_factor.ReauthenticatePasskey",
    "add_webauthn": "headwater.web.signin.second_factor.AddPasskeyForm",
    "edit_webauthn": "headwater.web.signin.second_factor.RenamePasskeyForm",
}
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60

SESSION_ENGINE = "headwater.users.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# behind https, an operator says so once: HEADWATER_ORIGINS lists the public addresses
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(CSRF_TRUSTED_ORIGINS) and all(
    origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS
)
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("th", "ไทย"), ("km", "ភាសាខ្មែរ"), ("lv", "Latviešu")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "headwater" / "locale"]

API_REQUESTS_PER_MINUTE = env_number("HEADWATER_API_REQUESTS_PER_MINUTE", 6000)
"""Of one token, or one signed-in person."""

FILE_BYTES = max(1, env_number("HEADWATER_FILE_MB", 25)) * 1024 * 1024
"""Of one file that is put onto a record."""
# the first lets no upload fill the disk; what it cuts off is refused by whoever reads the form
DATA_UPLOAD_MAX_NUMBER_FILES = 200  # a form has a part for every field of files, empty ones too
FILE_UPLOAD_HANDLERS = [
    "headwater.files.receiving.StopAtLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# where links in mails lead: never taken from a request
PUBLIC_URL = os.environ.get("HEADWATER_URL") or next(iter(CSRF_TRUSTED_ORIGINS), "http://localhost:8000")
PUBLIC_URL = PUBLIC_URL.rstrip("/")
EMAIL_HOST = os.environ.get("HEADWATER_SMTP_HOST", "")
MAIL_WAY = env_choice("HEADWATER_MAIL", *(("smtp", "file") if EMAIL_HOST else ("file", "smtp")), "console")
EMAIL_BACKEND = {
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
    "console": "django.core.mail.backends.console.EmailBackend",
}[MAIL_WAY]
EMAIL_FILE_PATH = DATA_DIR / "mail"
SMTP_SECURITY = env_choice("HEADWATER_SMTP_SECURITY", "starttls", "tls", "none")
EMAIL_USE_TLS = SMTP_SECURITY == "starttls"
EMAIL_USE_SSL = SMTP_SECURITY == "tls"
EMAIL_PORT = env_number("HEADWATER_SMTP_PORT", {"starttls": 587, "tls": 465, "none": 25}[SMTP_SECURITY])
EMAIL_HOST_USER = os.environ.get("HEADWATER_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("HEADWATER_SMTP_PASSWORD", "")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("HEADWATER_MAIL_FROM") or "Headwater <headwater@localhost>"

STATIC_URL = "static/"
# build.mjs writes hashed and compressed files: nothing is left for collectstatic to do
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"/dist/.+-[0-9A-Z]{8}\.\w+$"

TASKS = {
    "default": {
        "BACKEND": "headwater.jobs.backend.DatabaseBackend",
        # long work goes to "bulk", so that an operator can keep workers free of it
        "QUEUES": ["default", "bulk"],
        "OPTIONS": {"lease_seconds": 60, "schedule": "headwater.config.schedule.SCHEDULE"},
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # a wrong address is the visitor's mistake, not worth a line
        "django.request": {"level": "ERROR"},
    },
}
