"""Says which IP addresses may be connected to on behalf of learners: public ones only."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are the IPv4 address it leads to."""

_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
"""RFC 8215: translated as the local network's operator decides."""

_UNICAST = IPv6Network("2000::/3")
"""The only IPv6 addresses that are given out for use on the internet."""

_SPECIAL: tuple[IPv4Network | IPv6Network, ...] = tuple(
    map(
        ip_network,
        (
            "161.26.0.0/16",  # IBM Cloud's own services
            "166.8.0.0/14",  # IBM Cloud's own services
            "168.63.129.16/32",  # Azure's own services, for each of its virtual machines
            "192.0.0.0/24",  # IETF protocols: DS-Lite, NAT64 discovery, PCP and TURN anycast, Oracle Cloud's metadata
            "192.31.196.0/24",  # AS112, which answers for private names
            "192.52.193.0/24",  # AMT relays
            "192.88.99.0/24",  # 6to4 relays, withdrawn
            "192.175.48.0/24",  # AS112
            "2001::/23",  # IETF protocols: Teredo, PCP and TURN anycast, benchmarks, ORCHID
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)
"""Addresses for special purposes (IANA's registries), some of which Python or one of its versions calls global, and
those of cloud providers that look public."""


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
        if address not in _UNICAST:
            return False
    if any(address in network for network in _SPECIAL if network.version == address.version):
        return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not special and not address.is_private and not address.is_link_local
