"""`python -m tests.bench.attack.slow_names web`: the `rounds` command on a network with a dead name server.

Every name that ends in `.invalid` takes 20 seconds to be looked up, and then isn't found. All else is as always.
"""

import socket
import time
from typing import Any

from bot.cli.main import main

SECONDS = 20.0

_look_up = socket.getaddrinfo


def look_up_slowly(host: Any, *rest: Any, **options: Any) -> list[Any]:
    """What `socket.getaddrinfo` does, but late and without an answer for `.invalid`."""
    if isinstance(host, str) and host.endswith(".invalid"):
        time.sleep(SECONDS)
        raise socket.gaierror(socket.EAI_AGAIN, "the name server doesn't answer")
    return _look_up(host, *rest, **options)


if __name__ == "__main__":
    socket.getaddrinfo = look_up_slowly
    main()
