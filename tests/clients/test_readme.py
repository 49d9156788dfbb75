"""The program in the client's README runs, against a running Gatehouse."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.clients.install import Install

README = Path(__file__).parents[2] / "clients" / "python" / "README.md"
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()


@pytest.mark.processes
def test_the_program_in_the_readme_runs_and_prints_what_it_says(
    install: Install, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in install.environment.items():
        monkeypatch.setenv(name, value)
    pieces = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(pieces) == 6
    program: dict[str, Any] = {}
    exec(compile("\n".join(pieces), str(README), "exec"), program)  # noqa: S102 - our own page
    program["gatehouse"].close()
    said = capsys.readouterr().out.splitlines()
    assert said[0].split()[0] in ("allow", "challenge")
    assert any("by any of" in line for line in said)
    assert said[-1].split()[1:] == [program["signup"].tier, "True"]
    _a_webhook_is_taken(program["received"])


def _a_webhook_is_taken(received: Callable[..., str | None]) -> None:
    body = b'{"type": "check.passed", "timestamp": "2026-11-29T12:00:00Z", "data": {}}'
    now = datetime.now(UTC)
    headers = {"webhook-id": "evt_1", "webhook-timestamp": str(int(now.timestamp()))}
    headers["webhook-signature"] = Webhook(SECRET).sign("evt_1", now, body.decode())
    assert received(body, headers, SECRET) == "check.passed"
    assert received(body + b" ", headers, SECRET) is None
