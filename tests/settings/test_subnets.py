"""The CIDR range of the VPC has equal subnets, which do not change with another zone."""

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from settings.subnets import subnet_cidrs


def test_a_slash_16_is_divided_into_slash_19s() -> None:
    assert subnet_cidrs("10.20.0.0/16", 3) == ["10.20.0.0/19", "10.20.32.0/19", "10.20.64.0/19"]


@given(prefix=st.integers(16, 23), zones=st.integers(1, 8), more=st.integers(0, 7), start=st.data())
def test_subnets_are_equal_disjoint_and_do_not_change_with_another_zone(
    prefix: int, zones: int, more: int, start: st.DataObject
) -> None:
    number = start.draw(st.integers(0, 2 ** (prefix - 8) - 1))
    vpc = ipaddress.IPv4Network(((10 << 24) + number * 2 ** (32 - prefix), prefix))
    subnets = [ipaddress.IPv4Network(cidr) for cidr in subnet_cidrs(str(vpc), zones)]
    assert len(subnets) == zones
    assert {subnet.prefixlen for subnet in subnets} == {prefix + 3}
    assert all(subnet.subnet_of(vpc) and subnet.prefixlen <= 26 for subnet in subnets)
    assert not any(a.overlaps(b) for a in subnets for b in subnets if a is not b)
    assert subnet_cidrs(str(vpc), min(8, zones + more))[:zones] == list(map(str, subnets))
