"""Checks of the addresses that secrets are sent to."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def check_safe_for_tokens(address: str) -> None:
    """Raise ValueError unless tokens may be sent there."""
    if not is_safe_for_tokens(address):
        raise ValueError("must be an https address (plain http works only for this machine)")


def is_safe_for_tokens(address: str) -> bool:
    """Return whether tokens may be sent there: the address is encrypted, or on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port  # raises ValueError if it is no number
        return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)))
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
