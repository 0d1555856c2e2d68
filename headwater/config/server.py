"""The web server: ``python -m headwater.config.server``."""

import argparse
import logging

import uvicorn

from headwater.lib.memory import settle

SECONDS_TO_FINISH = 3
"""How long an open request may go on after SIGTERM; without a limit an open stream would hold it for ever."""


def main() -> None:
    """Listen until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    config = uvicorn.Config(
        "headwater.config.asgi_root:application",
        host=options.host,
        port=options.port,
        access_log=False,
        lifespan="off",
        ws="none",
        log_level=logging.WARNING,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    config.load()
    settle()
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
