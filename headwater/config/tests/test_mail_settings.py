"""What the environment says about mail."""

import json
import os
import subprocess
import sys

import pytest

PRINT = """
import json
from headwater.config import settings as s
backend = s.EMAIL_BACKEND.split(".")[-2]
print(json.dumps([backend, s.EMAIL_PORT, s.EMAIL_USE_TLS, s.EMAIL_USE_SSL, s.PUBLIC_URL]))
"""


def read(tmp_path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEADWATER_")}
    env = kept | {"HEADWATER_DATA": str(tmp_path)} | variables
    return subprocess.run([sys.executable, "-c", PRINT], env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, ["filebased", 587, True, False, "http://localhost:8000"]),
        (
            {
                "HEADWATER_SMTP_HOST": "smtp.example.com",
                "HEADWATER_ORIGINS": "https://a.example,https://b.example",
            },
            ["smtp", 587, True, False, "https://a.example"],
        ),
        (
            {
                "HEADWATER_SMTP_HOST": "x",
                "HEADWATER_SMTP_SECURITY": "tls",
                "HEADWATER_URL": "https://c.example/",
            },
            ["smtp", 465, False, True, "https://c.example"],
        ),
        (
            {"HEADWATER_SMTP_HOST": "x", "HEADWATER_MAIL": "console", "HEADWATER_SMTP_PORT": "2525"},
            ["console", 2525, True, False, "http://localhost:8000"],
        ),
    ],
)
def test_the_way_mails_leave_is_read(tmp_path, variables, said):
    assert json.loads(read(tmp_path, **variables).stdout) == said


@pytest.mark.parametrize(
    "variables",
    [{"HEADWATER_MAIL": "pigeon"}, {"HEADWATER_SMTP_SECURITY": "ssl"}, {"HEADWATER_SMTP_PORT": "smtp"}],
)
def test_an_unknown_word_is_refused_by_name(tmp_path, variables):
    answer = read(tmp_path, **variables)
    assert answer.returncode != 0
    assert next(iter(variables)) in answer.stderr.splitlines()[-1]
