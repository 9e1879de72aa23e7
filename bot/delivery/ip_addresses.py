"""Which addresses of the internet may be connected to on behalf of people: those that anyone can reach."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are an IPv4 address, and that is where it leads."""

_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
"""RFC 8215: translates into whatever the network's own operator likes."""


def is_public(text: str) -> bool:
    """Whether this is the address of a machine on the open internet.

    Not this machine, its neighbours or its network, no address that leads to one of them through another (mapped,
    translated, tunnelled), no multicast, and none that is reserved. What isn't an address isn't public.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return _is_public(address)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        if address in _LOCAL_NAT64 or address.scope_id is not None or address.teredo is not None:
            return False
        if inner := address.ipv4_mapped or address.sixtofour:
            return _is_public(inner)
        if address in _NAT64:
            return _is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
        if address.is_site_local:
            return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not special and not address.is_private and not address.is_link_local
