"""Where a sandbox answers. Known once it is started, for its port may be any free one."""

from dataclasses import dataclass

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(slots=True)
class BaseUrl:
    """The address as a URL without a slash at its end; empty until the sandbox is started."""

    url: str = ""
