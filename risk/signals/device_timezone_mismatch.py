"""The device's clock is not one of the country that the network is in."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown
from risk.intel.country_offsets import OFFSETS


def look(facts: Facts) -> Finding:
    """Compare offsets, not zones: many zones share a clock. Where servers and VPNs stand says nothing."""
    device, network = facts.device, facts.network
    if device is None or device.timezone_offset is None:
        return Unknown("the device's time zone")
    if network is None or network.country is None or network.country not in OFFSETS:
        return Unknown("the network's country")
    if network.hides_where:
        return Unknown("where the person is: such a network can stand anywhere")
    if device.timezone_offset in OFFSETS[network.country]:
        return CLEAR
    return Hit(
        "device_timezone_mismatch",
        (("timezone", device.timezone or ""), ("offset", device.timezone_offset), ("network_country", network.country)),
    )


SIGNAL = Signal(
    name="device_timezone_mismatch",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_timezone_mismatch",
            "The device's clock is not one of the country that its network is in.",
            "Travellers whose laptop keeps its home time or whose phone roams through its home network; VPNs;"
            " Tor and Firefox's fingerprinting protection, which show UTC.",
        ),
    ),
    look=look,
)
