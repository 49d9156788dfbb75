"""The expressions that pages give Alpine.js: every attribute of every template, as a browser would come to read it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import chain, product
from pathlib import Path
from typing import NamedTuple

from django.template.base import Lexer, Token, TokenType

# Directives whose value is no expression (a selector, a name, classes), and modifiers of others that take none.
WORDS = frozenset({"x-teleport", "x-ref", "x-cloak", "x-ignore", "x-transition", "x-modelable"})
WORDY = frozenset({"x-sort:group", "x-sort:handle"})
MARK = re.compile("\ue000(\\d+)\ue001")  # where a tag of Django's stood; the private use area is in no template


class Expression(NamedTuple):
    """One expression, the attribute that it is of, and the template that has it."""

    text: str
    attribute: str
    template: Path


def expressions_of(template: Path) -> Iterator[Expression]:
    """Each expression of a template, once for each way in which `{% if %}` within it can go."""
    tokens = Lexer(template.read_text(encoding="utf-8")).tokenize()
    reader = _Attributes()
    reader.feed("".join(_marked(place, token) for place, token in enumerate(tokens)))
    reader.close()
    for name, value in reader.found:
        for text in _ways(value, tokens):
            yield Expression(" ".join(text.split()), name, template)


class _Attributes(HTMLParser):
    """What is Alpine's among all attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        for name, value in attrs:
            if value and (full := _full_name(MARK.sub("", name))):
                self.found.append((full, value))


def _full_name(name: str) -> str | None:
    """As Alpine spells it, or None where it holds no expression."""
    full = re.sub("^@", "x-on:", re.sub("^:", "x-bind:", name))
    directive = re.match(r"x-[a-z]+", full)
    plain = full.partition(".")[0]
    return full if directive and directive[0] not in WORDS and plain not in WORDY else None


def _marked(place: int, token: Token) -> str:
    if token.token_type is TokenType.TEXT:
        return token.contents
    return "" if token.token_type is TokenType.COMMENT else f"\ue000{place}\ue001"


def _ways(value: str, tokens: list[Token]) -> list[str]:
    """All texts that one value can become. A variable is a 1: the end of a name, a number, a word of a string."""
    pieces = iter(MARK.split(value))
    return ["".join(way) for way in _sequence(pieces, tokens, until=())[0]]


def _sequence(pieces: Iterator[str], tokens: list[Token], *, until: tuple[str, ...]) -> tuple[list[list[str]], str]:
    """Every way through pieces up to one of these tags, and which of them it was."""
    parts: list[list[list[str]]] = [[[next(pieces, "")]]]
    for mark in pieces:
        token = tokens[int(mark)]
        tag = token.contents.split()[0] if token.token_type is TokenType.BLOCK else ""
        if tag in until:
            return _joined(parts), tag
        parts.append(_alternatives(pieces, tokens) if tag == "if" else [["1"] if _tells(token, tag) else []])
        parts.append([[next(pieces, "")]])
    return _joined(parts), ""


def _alternatives(pieces: Iterator[str], tokens: list[Token]) -> list[list[str]]:
    found: list[list[str]] = []
    tag, has_else = "if", False
    while tag not in {"endif", ""}:
        ways, tag = _sequence(pieces, tokens, until=("elif", "else", "endif"))
        found += ways
        has_else = has_else or tag == "else"
    return found + ([] if has_else else [[]])


def _tells(token: Token, tag: str) -> bool:
    """Whether something is written where a tag stands."""
    return token.token_type is TokenType.VAR or tag not in {"for", "endfor", "with", "endwith", "load", "comment"}


def _joined(parts: list[list[list[str]]]) -> list[list[str]]:
    return [list(chain(*way)) for way in product(*parts)]
