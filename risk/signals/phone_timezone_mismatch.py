"""The device's clock is not one of the country that the phone number is from."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown
from risk.intel.country_offsets import OFFSETS


def look(facts: Facts) -> Finding:
    """A number moves freely inside its country, so all of the country's clocks are in order."""
    if facts.phone is None or facts.phone.country is None or facts.phone.country not in OFFSETS:
        return Unknown("the phone number's country")
    if facts.device is None or facts.device.timezone_offset is None:
        return Unknown("the device's time zone")
    if facts.device.timezone in facts.phone.timezones or facts.device.timezone_offset in OFFSETS[facts.phone.country]:
        return CLEAR
    return Hit(
        "phone_timezone_mismatch", (("phone_country", facts.phone.country), ("offset", facts.device.timezone_offset))
    )


SIGNAL = Signal(
    name="phone_timezone_mismatch",
    family=Family.PHONE,
    reasons=(
        ReasonKind(
            "phone_timezone_mismatch",
            "The device's clock is not one of the country that the phone number is from.",
            "Travellers and people who live abroad and kept their number; browsers that hide the time zone and show"
            " UTC. Many, so it weighs little.",
        ),
    ),
    look=look,
)
