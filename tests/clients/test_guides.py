"""What the guides show is what runs: each piece of code stands in the example that a test walks through."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "clients" / "python" / "examples"
GUIDES = {
    "docs/integrate-django.md": sorted((EXAMPLES / "django_shop").glob("*.py")),
    "docs/integrate-fastapi.md": [EXAMPLES / "fastapi_shop.py"],
}


@pytest.mark.parametrize("guide", GUIDES)
def test_every_piece_of_code_in_a_guide_stands_in_its_example(guide: str) -> None:
    pieces = re.findall(r"```python\n(.*?)```", (ROOT / guide).read_text(encoding="utf-8"), re.DOTALL)
    files = [path.read_text(encoding="utf-8") for path in GUIDES[guide]]
    assert len(pieces) >= 5
    for piece in pieces:
        assert any(piece.rstrip() in text for text in files), piece
