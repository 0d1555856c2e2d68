"""Where things are, and the environment in which our programs run."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = VENV / "tools"
PYTHON = str(VENV / "bin" / "python")
REQUIREMENTS = ROOT / "requirements"

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def data_folder(chosen: str | None = None) -> Path:
    """Return the folder of the database and files: the option, else HEADWATER_DATA, else var/."""
    return Path(chosen or os.environ.get("HEADWATER_DATA") or ROOT / "var").resolve()


def environment(**extra: str) -> dict[str, str]:
    """Return the environment for a program of ours, with variables set, or with "" taken away."""
    env = os.environ | {
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONPATH": str(ROOT),
        "VIRTUAL_ENV": str(VENV),
        "DJANGO_SETTINGS_MODULE": "headwater.config.settings",
    }
    # without compiled files every start would compile Django anew, some three seconds
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env.pop("PYTHONHOME", None)
    return {name: value for name, value in (env | extra).items() if value or name not in extra}


def download_environment() -> dict[str, str]:
    """Return the environment for uv and npm: they trust the certificates this machine trusts."""
    trusted = {"NODE_EXTRA_CA_CERTS": str(CERTIFICATES)} if CERTIFICATES.exists() else {}
    return trusted | environment(UV_SYSTEM_CERTS="1")
