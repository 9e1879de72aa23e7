"""Which IP addresses may be connected to on behalf of learners."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.ip_addresses import is_public

PRIVATE = {
    "this machine": ["127.0.0.1", "127.255.255.254", "0.0.0.0", "::1", "::"],  # noqa: S104
    "private networks": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fdff::1"],
    "neighbours": ["169.254.1.1", "169.254.169.254", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1"],
    "a provider's own": ["100.64.0.1", "100.127.255.255"],
    "many at once": ["224.0.0.1", "239.255.255.250", "255.255.255.255", "ff02::1", "ff0e::1"],
    "reserved": ["0.1.2.3", "240.0.0.1", "192.0.0.1", "198.18.0.1", "100::1", "200::1", "4000::1"],
    "examples": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1", "3fff:fff:ffff::1"],
    "protocols": ["192.0.0.8", "192.0.0.9", "192.0.0.10", "192.0.0.170", "2001:1::1", "2001:20::1", "5f00::1"],
    "relays": ["192.88.99.1", "192.52.193.1", "192.31.196.1", "192.175.48.1", "2620:4f:8000::1"],
    "clouds' own": ["168.63.129.16", "192.0.0.192", "100.100.100.200", "fd00:ec2::254", "161.26.0.10", "166.9.0.1"],
    "mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1"],
    "translated": ["64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::808:808"],
    "tunnelled": ["2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "no addresses": [
        "",
        "localhost",
        "example.org",
        "127.1",
        "2130706433",
        "0x7f000001",
        "1.2.3",
        "8.8.8.8/8",
        "8.8.8.8 ",
    ],
}

PUBLIC = [
    *("8.8.8.8", "93.184.216.34", "168.63.129.17", "192.88.98.1"),
    *("2606:2800:220:1:248:1893:25c8:1946", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"),
]


@pytest.mark.parametrize("address", [each for family in PRIVATE.values() for each in family])
def test_what_only_some_can_reach_is_not_public(address: str):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_everyone_can_reach_is_public(address: str):
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_is_no_more_public_for_being_mapped_or_translated(address: ipaddress.IPv4Address):
    number = int(address)
    mapped = ipaddress.IPv6Address(0xFFFF << 32 | number)
    translated = ipaddress.IPv6Address(0x64FF9B << 96 | number)

    assert is_public(str(mapped)) == is_public(str(translated)) == is_public(str(address))


@given(st.ip_addresses())
def test_no_private_address_is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address):
    special = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast

    assert not (special and getattr(address, "ipv4_mapped", None) is None and is_public(str(address)))
