"""The cast: the same few people in every test.

Alice is an ordinary person at home. Bob signs up from a script. Nora is an analyst.
"""

import copy
from typing import Any

DESKTOP = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36"
)

ALICE: dict[str, Any] = {
    "account_id": "acct_alice",
    "ip": "72.224.214.33",
    "user_agent": DESKTOP,
    "accept_language": "en-US,en;q=0.9",
    "email": "alice.archer@gmail.com",
    "name": "Alice Archer",
    "phone": "+14155552671",
    "device": {
        "visitor_id": "a11ce0000000000000000",
        "canvas": "c6a624d53ae71848",
        "audio": "e2cc2e33",
        "webgl_vendor": "Google Inc. (NVIDIA)",
        "webgl_renderer": "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0)",
        "fonts": ["Arial", "Calibri", "Segoe UI"],
        "screen": "1920x1080x24",
        "timezone": "America/New_York",
        "languages": ["en-US", "en"],
        "platform": "Win32",
        "hardware_concurrency": 12,
        "device_memory": 8,
        "touch_points": 0,
        "webdriver": False,
    },
    "form": {"duration_ms": 41250, "keystrokes": 58, "pastes": 0, "pointer_events": 61},
}

BOB: dict[str, Any] = {
    "account_id": "acct_bob",
    "ip": "3.5.140.2",
    "user_agent": "python-requests/2.32.3",
    "email": "xk29fj3q8z@mailinator.com",
    "name": "Bob",
    "phone": "+1415555",
    "device": {
        "visitor_id": "b0b0000000000000000",
        "webdriver": True,
        "languages": ["zh-CN"],
        "timezone": "Asia/Shanghai",
    },
    "form": {"duration_ms": 300, "keystrokes": 0, "pastes": 0, "pointer_events": 0},
}

# Alice's signup as a client of minFraud sends it.
TRANSACTION: dict[str, Any] = {
    "account": {"user_id": "acct_alice"},
    "event": {"type": "account_creation", "transaction_id": "txn-1", "time": "2026-11-30T08:00:00Z"},
    "device": {
        "ip_address": ALICE["ip"],
        "user_agent": ALICE["user_agent"],
        "accept_language": "en-US",
        "session_age": 12.5,
    },
    "email": {"address": ALICE["email"], "domain": "gmail.com"},
    "billing": {
        "first_name": "Alice",
        "last_name": "Archer",
        "country": "US",
        "phone_country_code": "1",
        "phone_number": "415-555-2671",
    },
    "credit_card": {
        "issuer_id_number": "42424242",
        "token": "Xt5EWLLDS7FJjR1c",
        "country": "US",
        "cvv_result": "N",
        "avs_result": "Y",
        "was_3d_secure_successful": True,
    },
    "payment": {"processor": "stripe", "was_authorized": True},
    "order": {"amount": 12.5, "currency": "USD"},
    "shopping_cart": [{"category": "seat", "price": 12.5, "quantity": 1}],
}


def alice(**changes: Any) -> dict[str, Any]:
    """What Alice's signup sends, with changes."""
    return {**copy.deepcopy(ALICE), **changes}


def bob(**changes: Any) -> dict[str, Any]:
    """What Bob's script sends, with changes."""
    return {**copy.deepcopy(BOB), **changes}


def window(**changes: Any) -> dict[str, Any]:
    """An hour of Alice's."""
    return {
        "account_id": "acct_alice",
        "window_start": "2026-08-03T10:00:00.000Z",
        "requests": 41,
        "input_tokens": 37959,
        "output_tokens": 76535,
        "ip": "8.218.53.54",
        "client": "python-sdk/1.4.2",
        "prompt_sketches": ["4daf63a3b36f595a", "ffffffffffffffff"],
        **changes,
    }
