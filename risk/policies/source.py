"""A policy file as text: read strictly, held against schema.json, and every mistake named with its line."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from risk.policyerror import PolicyError

SCHEMA = Path(__file__).with_name("schema.json")
TEXT_MOST = 5_000_000  # bytes; a policy with a learnt model and long lists is below a tenth of it
DEPTH_MOST = 20
TOLD_MOST = 20  # mistakes named at once


class _Loader(yaml.SafeLoader):
    """YAML's plain values, but for moments: JSON has none, so they stay the text that they were written as.

    Aliases are refused: nested, a short text with them is a gigabyte.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_mark()
            raise yaml.composer.ComposerError(None, None, "aliases are not read here; write the part out", mark)
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Dumper(yaml.SafeDumper):
    """Tables line by line, so that versions can be compared; lists of plain values on one line."""


def _list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.Node:
    plain = not any(isinstance(each, Mapping) for each in value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=plain)


_Dumper.add_representer(list, _list)


@dataclass(frozen=True, slots=True)
class Source:
    """A document with where its parts stand. `name` is what people call the file."""

    name: str
    document: Mapping[str, Any]
    lines: Mapping[str, int]  # dotted place -> line, from 1

    @contextmanager
    def located(self) -> Iterator[None]:
        """What is found wrong with the document is told with its line."""
        try:
            yield
        except PolicyError as error:
            raise PolicyError(f"{self.name}:{self.line(error.place)}: {error}") from None

    def line(self, place: str) -> int:
        """The line of a dotted place, or of what it stands in where it is missing itself."""
        while place and place not in self.lines:
            place = place.rpartition(".")[0]
        return self.lines.get(place, 1)


def load(text: str, name: str) -> Source:
    """Read a policy's text and hold it against the schema.

    Raises:
        PolicyError: with the lines of what is wrong: no YAML, a name given twice, an anchor, or not as the schema says.

    """
    if len(text.encode("utf-8", "surrogatepass")) > TEXT_MOST:
        raise PolicyError(f"{name}:1: more than {TEXT_MOST:,} bytes is no policy")
    try:
        root = yaml.compose(text, Loader=_Loader)
        lines: dict[str, int] = {}
        document = _built(root, "", lines, name) if root is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError(f"{name}:{line}: not YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise PolicyError(f"{name}:1: not YAML: {str(error)[:200]}") from None
    if not isinstance(document, dict):
        raise PolicyError(f"{name}:1: a table is needed at the top")
    source = Source(name, document, lines)
    if told := [_told(source, error) for error in _mistakes(document)]:
        raise PolicyError("\n".join(told))
    return source


def read(path: Path) -> Source:
    """Read a policy file.

    Raises:
        OSError: it cannot be read.
        PolicyError: as `load`.

    """
    try:
        return load(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError:
        raise PolicyError(f"{path.name}:1: not UTF-8") from None


def written(document: Mapping[str, Any]) -> str:
    """A stored document as the text of a file, in the schema's order: the database keeps none."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    ordered = {name: _ordered(document[name], part) for name, part in schema["properties"].items() if name in document}
    return yaml.dump(ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=140)


def _ordered(value: Any, schema: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        known = list(schema.get("properties", {}))
        names = [name for name in known if name in value] + sorted(set(value) - set(known))
        return {name: _ordered(value[name], schema.get("properties", {}).get(name, {})) for name in names}
    if isinstance(value, list):
        return [_ordered(each, schema.get("items", {})) for each in value]
    return value


def _mistakes(document: Mapping[str, Any]) -> list[ValidationError]:
    found = sorted(_schema().iter_errors(document), key=lambda error: list(map(str, error.absolute_path)))
    return found[:TOLD_MOST]


@lru_cache(maxsize=1)
def _schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _told(source: Source, error: ValidationError) -> str:
    place = ".".join(map(str, error.absolute_path))
    return f"{source.name}:{source.line(place)}: {f'{place}: ' if place else ''}{error.message[:300]}"


def _built(node: yaml.Node, place: str, lines: dict[str, int], name: str) -> Any:
    """The value of a node, with the lines of all that is in it."""
    if place in lines:
        raise PolicyError(f"{name}:{node.start_mark.line + 1}: {place} stands here twice")
    if place.count(".") > DEPTH_MOST:
        raise PolicyError(f"{name}:{node.start_mark.line + 1}: {place[:60]}... is too deep")
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, place, lines, name))
    if isinstance(node, yaml.SequenceNode):
        return [_built(inner, _below(place, str(at)), lines, name) for at, inner in enumerate(node.value)]
    return _Loader("").construct_object(node)


def _pairs(node: yaml.MappingNode, place: str, lines: dict[str, int], name: str) -> Iterator[tuple[str, Any]]:
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise PolicyError(f"{name}:{key.start_mark.line + 1}: a name is needed here")
        inner = _below(place, key.value)
        yield key.value, _built(value, inner, lines, name)
        lines[inner] = key.start_mark.line + 1


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
