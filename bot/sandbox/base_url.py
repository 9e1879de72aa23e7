"""The sandbox's address, which is known only after it starts, because it may use any free port."""

from dataclasses import dataclass

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(slots=True)
class BaseUrl:
    """The address as a URL without a trailing slash; empty until the sandbox starts."""

    url: str = ""
