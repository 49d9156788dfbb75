"""What signals found of a signup, as bits: the reasons that can tie accounts to one operator. Pure.

Reasons that count others are not among them: how many share a value is what links are weighed by, once.
"""

from collections.abc import Iterable

WORD_BITS = 62  # bits to one stored number, which is signed

# The numbers of the bits are stored: add at the end, never change.
TELLS: tuple[str, ...] = (
    "network_hosting",
    "network_tor",
    "network_vpn",
    "network_proxy",
    "network_residential_proxy",
    "automation_webdriver",
    "automation_bot",
    "automation_debugger",
    "automation_traces",
    "automation_headless",
    "browser_tool",
    "browser_bot",
    "browser_headless",
    "browser_absent",
    "browser_language_absent",
    "form_too_fast",
    "form_no_input",
    "form_pasted",
    "form_machine_rhythm",
    "form_pointer_jumps",
    "hints_browser_mismatch_engine",
    "hints_browser_mismatch_brand",
    "hints_browser_mismatch_version",
    "hints_platform_mismatch",
    "hints_mobile_mismatch",
    "device_languages_mismatch",
    "device_platform_mismatch",
    "device_touch_mismatch",
    "device_gpu_mismatch",
    "device_fonts_mismatch",
    "device_screen_impossible",
    "device_screen_headless",
    "device_memory_impossible",
    "device_software_gpu",
    "device_contexts_differ",
    "device_canvas_failed",
    "device_virtual_machine",
    "device_pair_rare",
    "edge_ja4_tool",
    "edge_ja4_mismatch_engine",
    "edge_ja4_mismatch_protocol",
    "edge_header_order_missing",
    "edge_header_order_wrong",
    "edge_proxy_gap",
    "mailbox_random",
    "phone_voip",
    "card_prepaid",
    "card_cvc_failed",
)
# Where somebody comes from, which is no doing of theirs.
NETWORKS = frozenset(tell for tell in TELLS if tell.startswith("network_"))
# Of these, and of what number or card it is, links of those aspects tell already.
CIRCUMSTANCES = NETWORKS | {"device_languages_mismatch", "phone_voip", "card_prepaid"}
# What only programs show: no crowd of people explains it. People are behind hosts' addresses too, by VPNs and relays.
PROGRAMS = frozenset(
    tell
    for tell in TELLS
    if tell.startswith(("automation_", "browser_"))
    or tell in {"form_too_fast", "form_no_input", "form_machine_rhythm", "form_pointer_jumps"}
)
WORDS = -(-len(TELLS) // WORD_BITS)
_NUMBER = {tell: number for number, tell in enumerate(TELLS)}


def told(reasons: Iterable[str]) -> list[int]:
    """The stored bits of the reasons of a verdict."""
    words = [0] * WORDS
    for reason in reasons:
        number = _NUMBER.get(reason)
        if number is not None:
            words[number // WORD_BITS] |= 1 << number % WORD_BITS
    return words
