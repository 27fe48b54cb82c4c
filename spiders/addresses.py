"""Which IP addresses may be connected to (pure)."""

import ipaddress
from collections.abc import Collection

_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that is given out; Python calls much of the rest global too
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Blocked(Exception):
    """An address that nothing may connect to."""


def check(address: str, allowed: Collection[str]) -> str:
    """Return the address if it is a public one or explicitly allowed.

    Args:
        address: an IP address as the resolver gives it.
        allowed: addresses that are let through although not public (tests and the demo newsroom).

    Raises:
        Blocked: private, loopback, link-local, multicast, reserved, or mapped to one of these.
    """
    ip = ipaddress.ip_address(address)
    public = ip.is_global and not ip.is_multicast
    if isinstance(ip, ipaddress.IPv6Address):
        nat64 = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None
        inner = ip.ipv4_mapped or ip.sixtofour or nat64
        public = inner.is_global and not inner.is_multicast if inner else public and ip in _UNICAST
    if address in allowed or public:
        return address
    raise Blocked(f"{address} is not a public address")
