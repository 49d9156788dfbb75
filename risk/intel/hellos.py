"""Whose TLS greeting a JA4 is: engines by the ciphers they offer, and HTTP libraries by the whole.

The middle part of a JA4 is a hash of the ciphers, which an engine changes about once in years, while extensions change
with every other release. Sources: FoxIO's ja4plus-mapping.csv and README (marked F), and greetings caught here on
2026-11-23 (marked M) from curl 7.88.1, Python's requests 2.34.2, urllib3 2.8.0, urllib and aiohttp 3.14.5 on OpenSSL
3.0.19, Node 20.20.2 and Chromium 156. What goes with which browser beyond this is learnt from traffic (risk.traits).
"""

from collections.abc import Mapping

ENGINES: Mapping[str, str] = {
    "8daaf6152771": "chromium",  # F and M: over TCP
    "55b375c5d22e": "chromium",  # F: over QUIC
    "5b57614c22b0": "gecko",  # F
    "a09f3c656075": "webkit",  # F
}
# An HTTP library's ciphers come from its TLS library's defaults, and no browser offers the same.
TOOLS: Mapping[str, str] = {
    "85036bcba153": "Python",  # F and M: requests, urllib3, urllib, aiohttp
    "9dc949149365": "Go",  # F
    "e8f1e7e78f70": "curl",  # M
    "a33745022dd6": "Node",  # M: fetch and https
    "2b729b4bf6f3": "Windows' wininet",  # F
    "d83cc789557e": "Windows' wininet",  # F
    "76e208dd3e22": "Windows' winhttp",  # F
    "fcb5b95cb75a": "SoftEther",  # F
}
# The engine behind a browser's name; on Apple's handsets all are WebKit, whatever their name.
FAMILIES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "Chrome",
            "Chrome Mobile",
            "Chrome Mobile WebView",
            "Chromium",
            "Edge",
            "Edge Mobile",
            "Opera",
            "Opera Mobile",
            "Samsung Internet",
            "Brave",
            "Vivaldi",
            "Yandex Browser",
            "HeadlessChrome",
        ),
        "chromium",
    ),
    **dict.fromkeys(("Firefox", "Firefox Mobile"), "gecko"),
    **dict.fromkeys(("Safari", "Mobile Safari", "Chrome Mobile iOS", "Firefox iOS"), "webkit"),
}
ALWAYS_WEBKIT = "iOS"


def ciphers_of(ja4: str) -> str:
    """The middle part: the hash of the ciphers offered."""
    return ja4.split("_")[1] if ja4.count("_") == 2 else ""


def engine_of(family: str, system: str) -> str | None:
    """The engine of a browser by its name; None for one not known."""
    return "webkit" if system == ALWAYS_WEBKIT else FAMILIES.get(family)
