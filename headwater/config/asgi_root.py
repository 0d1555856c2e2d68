"""The root of the web server: Django's pages run in a thread pool.

Django's own ASGI handler costs a small request three to four times the CPU, so pages go
through WSGI; long-lived streams are to be answered here, before they reach Django.
"""

import os
from typing import cast

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import WSGIApp

from headwater.config.wsgi import application as pages

THREADS = int(os.environ.get("HEADWATER_THREADS", "4"))
"""Requests answered at the same time; each thread keeps one database connection."""

# Django's response is the iterable of bytes that WSGI asks for, but is not declared as one
application = WSGIMiddleware(cast(WSGIApp, pages), workers=THREADS)
