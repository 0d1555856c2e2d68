"""The product's settings on a throw-away data folder, with cheap password hashes."""

import atexit
import os
import shutil
import tempfile

if "HEADWATER_TEST_DATA" not in os.environ:
    # inherited by the parallel test processes, removed by the process that made it
    os.environ["HEADWATER_TEST_DATA"] = tempfile.mkdtemp(prefix="headwater-test-")
    atexit.register(shutil.rmtree, os.environ["HEADWATER_TEST_DATA"], ignore_errors=True)
os.environ["HEADWATER_DATA"] = os.environ["HEADWATER_TEST_DATA"]

from headwater.config.settings import *  # noqa: F403
from headwater.config.settings import DATA_DIR, DATABASES

if DATABASES["default"]["ENGINE"].endswith("sqlite"):
    # a file, as in production: several threads and processes can open it
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # A browser that goes on before it has everything is no news; what fails is an error.
    "loggers": {"django.server": {"level": "WARNING"}},
}
