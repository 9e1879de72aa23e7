"""Looks up the IP addresses of host names in threads of their own.

The system's lookup can't be canceled, and a dead name server holds it for half a minute. In the threads that everything
shares, a few dead calendar addresses would stop Slack's own lookups, and everything else, for that long.
"""

import asyncio
import contextlib
import socket
import threading
from typing import Any

MAX_LOOKUPS = 8
"""Most lookups at once. Others wait, as long as their callers do."""

AddressInfo = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]
"""What `socket.getaddrinfo` returns for each address."""


class NameLookups:
    """Looks up names, a few at a time.

    The threads are daemons, so that a lookup that hangs doesn't keep the process from ending.
    """

    def __init__(self, most: int = MAX_LOOKUPS) -> None:
        self._free = asyncio.Semaphore(most)

    async def look_up(self, host: str, port: int, family: socket.AddressFamily) -> list[AddressInfo]:
        """Return the addresses of a host. Raises OSError if there are none.

        If the caller stops waiting, the lookup still counts until it has ended.
        """
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        found: asyncio.Future[list[AddressInfo]] = loop.create_future()

        def finish(result: list[AddressInfo] | OSError) -> None:
            self._free.release()
            if found.done():
                return  # nobody waits anymore
            if isinstance(result, OSError):
                found.set_exception(result)
            else:
                found.set_result(result)

        def run() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has been closed
                loop.call_soon_threadsafe(finish, _look_up(host, port, family))

        threading.Thread(target=run, name="name-lookup", daemon=True).start()
        return await found


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[AddressInfo] | OSError:
    try:
        return list(socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG))
    except OSError as error:
        return error
    except UnicodeError:  # a label that is empty or too long
        return OSError()
