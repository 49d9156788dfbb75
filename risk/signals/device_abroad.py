"""Neither the device's clock nor its language is of the country that the network is in."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown
from risk.intel.country_languages import LANGUAGES
from risk.intel.country_offsets import OFFSETS

EVERYWHERE = ("en",)  # people set it without speaking it at home, so it speaks against no country
SAME = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "tl": "fil", "nb": "no", "nn": "no"}


def look(facts: Facts) -> Finding:
    """Beside device_timezone_mismatch: a proxy in another country changes neither. All three only meet each other."""
    device, network = facts.device, facts.network
    if device is None or device.timezone_offset is None or not device.languages:
        return Unknown("the device's clock and languages")
    country = network.country if network else None
    if network is None or country is None or country not in OFFSETS or country not in LANGUAGES:
        return Unknown("the network's country")
    if network.hides_where:
        return Unknown("where the person is: such a network can stand anywhere")
    spoken = LANGUAGES[country]
    if device.timezone_offset in OFFSETS[country]:
        return CLEAR
    if any(_primary(tag) in spoken or _primary(tag) in EVERYWHERE for tag in device.languages[:1]):
        return CLEAR
    return Hit("device_abroad", (("offset", device.timezone_offset), ("network_country", country)))


def _primary(tag: str) -> str:
    primary = tag.replace("_", "-").split("-", maxsplit=1)[0].lower()
    return SAME.get(primary, primary)


SIGNAL = Signal(
    name="device_abroad",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_abroad",
            "Neither the device's clock nor its first language is of the country that its network is in.",
            "Travellers on their first days abroad, and people whose VPN leaves in another country: many, so it weighs"
            " little.",
        ),
    ),
    look=look,
)
