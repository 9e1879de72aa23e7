"""Says which IP addresses may be connected to on behalf of learners: public ones only."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are the IPv4 address it leads to."""

_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
"""RFC 8215: translated as the local network's operator decides."""


def is_public(text: str) -> bool:
    """Return whether this is the address of a machine on the public internet.

    False for this machine, its neighbors and its network, for addresses that lead to one of these (mapped, translated,
    or tunneled), for multicast and reserved addresses, and for anything that isn't an IP address.
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
