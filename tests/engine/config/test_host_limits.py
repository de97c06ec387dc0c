"""Limits of single addresses."""

import pytest

from engine.config.host_limits import HostLimits, host_limits


def test_each_address_has_its_number() -> None:
    assert host_limits("") == {}
    assert host_limits("10.0.0.1:5, [::1]:7,::2:9,") == {"10.0.0.1": 5, "::1": 7, "::2": 9}


@pytest.mark.parametrize("text", ["x", ":5", "10.0.0.1:", "10.0.0.1:-1", "10.0.0.1:five"])
def test_anything_else_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match="expected ADDRESS:NUMBER"):
        host_limits(text)
    assert HostLimits().fault(text)
    assert HostLimits().fault("10.0.0.1:5") is None
