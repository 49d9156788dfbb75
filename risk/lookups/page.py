"""What our own agent script found out about the browser, beside what the browser tells of itself."""

from dataclasses import replace

from risk.devices import PageReport
from risk.facts import DeviceFacts
from risk.lookups.cleaning import clean

NAMES_MAX = 32


def with_page(device: DeviceFacts | None, page: PageReport | None) -> DeviceFacts | None:
    """The device with the page's findings; as it is where no page of ours told."""
    if device is None or page is None:
        return device
    return replace(
        device,
        scan=_names(page.scan),
        differs=_names(page.differs),
        challenge=page.challenge,
        canvas=page.canvas,
    )


def _names(found: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Names as they can be stored; those of a later agent script too, for signals read the ones they know."""
    if found is None:
        return None
    cleaned = (clean(name, limit=40) for name in found[:NAMES_MAX])
    return tuple(name for name in cleaned if name)
