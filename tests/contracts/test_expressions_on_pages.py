"""The console's pages need no 'unsafe-eval': Alpine's parser reads all their expressions, or ours has an answer.

Gone through is all that the installed toolkit has, used here or not, so that its next version breaks this test and not
a page that nobody looks at.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest
import unfold
from django.conf import settings
from django.contrib import admin
from django.contrib.staticfiles import finders

from tests.expressions import Expression, expressions_of
from verification.agent.build import NODE, ROOT

TOOLKIT = Path(unfold.__file__).parent
OURS = Path(settings.BASE_DIR, "templates")
ALPINE = "unfold/js/alpine/alpine.js"
BUILT = ROOT / "build" / "console" / ALPINE
CODE = tuple(path.read_text() for path in TOOLKIT.rglob("*.py"))
# Attributes that the toolkit's code gives to fields: names of these fields, and x-init of fields that show by others.
OF_FIELDS = {"x-init", "x-model", "x-model.fill"}
needs_packages = pytest.mark.skipif(
    not (ROOT / "node_modules" / "@alpinejs").exists(), reason="not installed: python -m verification.agent.build"
)


def expressions() -> list[Expression]:
    """Of all templates, without those of the toolkit that ours stand in front of and do not extend; and of its code."""
    replaced = {path.relative_to(OURS) for path in OURS.rglob("*.html") if "{% extends" not in path.read_text()}
    theirs = TOOLKIT / "templates"
    pages = [path for path in theirs.rglob("*.html") if path.relative_to(theirs) not in replaced]
    written = [each for code in CODE for each in re.findall(r'\b(x-[a-z][\w.:-]*)="([^"]+)"', code)]
    return [
        *(found for page in sorted([*pages, *OURS.rglob("*.html")]) for found in expressions_of(page)),
        *(Expression(text, attribute, TOOLKIT) for attribute, text in written),
    ]


def faults(given: list[Expression]) -> list[str]:
    """A line for each expression that would not work."""
    texts = json.dumps([{"text": found.text, "attribute": found.attribute} for found in given])
    command = [NODE / "node", ROOT / "tests" / "expressions.mjs", TOOLKIT / "static" / "unfold" / "js" / "app.js"]
    said = subprocess.run(command, input=texts, capture_output=True, text=True, check=True).stdout
    return [
        f"{found.template.name}: {found.attribute}={found.text!r}: {fault}"
        for found, fault in zip(given, json.loads(said), strict=True)
        if fault
    ]


@needs_packages
def test_every_expression_on_the_console_s_pages_works_without_eval() -> None:
    found = expressions()
    assert len(found) > 150
    assert {"x-data", "x-show", "x-for", "x-init", "x-bind:class"} <= {each.attribute for each in found}
    assert faults(found) == []


@needs_packages
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("one(); two()", "Unexpected token"),
        ("open ??= true", "Unexpected token"),
        ("[1].map(n => n)", "Unexpected token"),
        ("`a ${b}`", "Unexpected token"),
        ("document.title", "nothing is named document"),
        ("opne = true", "nothing is named opne"),
        ("$refs.searchInput.value = ''", "it writes to a part of the page"),
        ("$el.setAttribute('style', '')", "prohibited"),
    ],
)
def test_an_expression_that_would_not_work_is_named(text: str, fault: str) -> None:
    told = faults([*expressions(), Expression(text, "x-on:click", Path("new.html"))])
    assert len(told) == 1
    assert told[0].startswith("new.html")
    assert fault in told[0]


def test_expressions_are_read_with_every_way_that_conditions_within_them_can_go(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        """<p {% if a %}@click="{# no #}go({% if a %}'{{ b|default:"x" }}'{% elif c %}2{% else %}3{% endif %})"
            {% endif %}:class="{'a b': open{{ id }} {% if d %}&amp;&amp; e{% endif %}}" x-ref="name"></p>"""
    )
    assert [(found.attribute, found.text) for found in expressions_of(page)] == [
        ("x-on:click", "go('1')"),
        ("x-on:click", "go(2)"),
        ("x-on:click", "go(3)"),
        ("x-bind:class", "{'a b': open1 && e}"),
        ("x-bind:class", "{'a b': open1 }"),
    ]


def test_fields_that_show_by_what_others_hold_which_need_eval_are_on_no_page_of_ours() -> None:
    given = {name for code in CODE for name in re.findall(r"""["'](x-[a-z][\w.:-]*)["']""", code)}
    assert given == OF_FIELDS
    models = list(admin.site._registry.values())
    assert len(models) > 10
    for model in models:
        assert not getattr(model, "conditional_fields", None), model


@pytest.mark.skipif(not BUILT.exists(), reason="not built: python -m verification.agent.build")
def test_pages_load_the_alpine_that_reads_them_and_not_the_toolkit_s() -> None:
    skeleton = (TOOLKIT / "templates" / "unfold" / "layouts" / "skeleton.html").read_text()
    assert f"{{% static '{ALPINE}' %}}" in skeleton
    assert Path(str(finders.find(ALPINE))) == BUILT
    assert not re.search(r"\beval\(|\bnew Function\b|\bAsyncFunction\b", BUILT.read_text())
