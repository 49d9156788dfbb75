"""Every regular expression of ours that meets text from outside, and by which of its methods."""

import ast
import importlib
import json
import pkgutil
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from django.core.validators import RegexValidator
from django.forms import Form
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.serializers import Serializer

from verification.agent.build import NODE, ROOT

PACKAGES = ("config", "risk", "tiers", "verification", "gatehouse_client")
METHODS = frozenset({"search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"})
PAGES = ("verification", "templates")  # where scripts for browsers are
SCHEMA = ROOT / "risk" / "policies" / "schema.json"


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression, where it is, and the methods that it is used by."""

    place: str
    pattern: re.Pattern[str]
    methods: frozenset[str] = frozenset({"search"})


def expressions() -> list[Expression]:
    """All of them."""
    return [*_of_modules(), *_written_in_calls(), *_of_fields(), *_of_addresses(), *_of_schemas(), *_of_scripts()]


@lru_cache(maxsize=1)
def modules() -> list[ModuleType]:
    """Every module of ours, without the settings' own and those that only run."""
    packages = [importlib.import_module(name) for name in PACKAGES]
    names = [
        found.name
        for package in packages
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not found.name.endswith("__main__") and ".migrations" not in found.name
    ]
    return [importlib.import_module(name) for name in names]


def _of_modules() -> Iterator[Expression]:
    used = _methods()
    for module in modules():
        for name, value in vars(module).items():
            for pattern in _patterns_in(value):
                yield Expression(f"{module.__name__}.{name}", pattern, used.get(name) or METHODS)


def _patterns_in(value: Any, depth: int = 4) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield re.compile(value.pattern.decode("latin-1"), value.flags) if isinstance(value.pattern, bytes) else value
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _patterns_in(each, depth - 1)
    elif depth and isinstance(value, Mapping):
        yield from _patterns_in([*value.keys(), *value.values()], depth)


@lru_cache(maxsize=1)
def sources() -> list[tuple[Path, ast.Module]]:
    """Our Python, parsed."""
    files = {str(module.__file__) for module in modules()}
    return [(Path(file), ast.parse(Path(file).read_text(encoding="utf-8"))) for file in sorted(files)]


def _calls() -> Iterator[tuple[Path, ast.Call, str, str]]:
    """Calls of methods: the file, the call, what it is called on where that has a name, and the method."""
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                on = node.func.value
                yield path, node, on.id if isinstance(on, ast.Name) else getattr(on, "attr", ""), node.func.attr


def _methods() -> Mapping[str, frozenset[str]]:
    """Of each name that a method of expressions is called on, which ones; two of one name share them."""
    found: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for _, _, name, method in _calls():
        if name != "re" and method in METHODS:
            found[name] |= {method}
    return found


def _written_in_calls() -> Iterator[Expression]:
    """Expressions in calls such as `re.findall("...", text)`. Raises where one cannot be read there."""
    for path, node, name, method in _calls():
        if name == "re" and method in METHODS:
            written = ast.literal_eval(node.args[0])
            yield Expression(f"{path.relative_to(ROOT)}:{node.lineno}", re.compile(written), frozenset({method}))


def made_within() -> set[str]:
    """Files with expressions that are made within a function or a class, which are seen where a module keeps them."""
    return {
        str(path.relative_to(ROOT))
        for path, tree in sources()
        for part in tree.body
        if isinstance(part, ast.FunctionDef | ast.ClassDef)
        for node in ast.walk(part)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
    }


def _of_fields() -> Iterator[Expression]:
    """What serializers and forms check, and what msgspec does."""
    kinds = [value for module in modules() for value in vars(module).values() if isinstance(value, type)]
    for kind in dict.fromkeys(kinds):
        if issubclass(kind, Serializer | Form):
            fields = {**getattr(kind, "_declared_fields", {}), **getattr(kind, "base_fields", {})}
            for name, field in fields.items():
                yield from _checked(f"{kind.__qualname__}.{name}", field)
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "pattern" and isinstance(node.value, ast.Constant):
                written = str(node.value.value)
                yield Expression(f"{path.relative_to(ROOT)}:{node.value.lineno}", re.compile(written))


def _checked(place: str, field: Any) -> Iterator[Expression]:
    """By what a field checks itself, and each element if it is a list."""
    for validator in [*field.validators, *getattr(getattr(field, "child", None), "validators", [])]:
        if isinstance(validator, RegexValidator):
            yield Expression(place, re.compile(validator.regex))


def _of_addresses() -> Iterator[Expression]:
    """What addresses are matched by."""
    waiting: list[URLPattern | URLResolver] = list(get_resolver().url_patterns)
    while waiting:
        each = waiting.pop()
        yield Expression(f"the address {each.pattern}", each.pattern.regex, frozenset({"search", "fullmatch"}))
        waiting += each.url_patterns if isinstance(each, URLResolver) else []


def _of_schemas() -> Iterator[Expression]:
    for pattern in _named_pattern(json.loads(SCHEMA.read_text())):
        yield Expression(f"{SCHEMA.name}: {pattern}", re.compile(pattern))


def _named_pattern(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        if isinstance(found := document.get("pattern"), str):
            yield found
        document = list(document.values())
    for each in document if isinstance(document, list) else []:
        yield from _named_pattern(each)


def _of_scripts() -> Iterator[Expression]:
    """Literals of our scripts, in Python's spelling."""
    files = [path for folder in PAGES for path in sorted((ROOT / folder).rglob("*.js"))]
    command = [NODE / "node", ROOT / "tests" / "patterns.mjs", *files]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for place, pattern, flags in json.loads(said):
        spelled = re.sub(r"\(\?<(?=[a-zA-Z])", "(?P<", re.sub(r"\\u\{([0-9a-f]+)\}", r"\\U\1", pattern))
        yield Expression(place, re.compile(spelled, re.IGNORECASE if "i" in flags else 0))
