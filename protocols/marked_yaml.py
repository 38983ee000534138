"""YAML as plain values that remember the line on which each of them stands.

Conventions: YAML 1.2 words and numbers only (``yes``, ``no``, ``on``, dates, ``12:30`` and ``010`` stay text); a key
given twice, an anchor that is missing, values that grow without end by aliases or nesting, and text that is no YAML are
problems with a line; lines count from 1.
"""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from protocols.problems import DocumentError, Path, Problem


class _PlainLoader(yaml.SafeLoader):
    """Reads numbers, ``true``, ``false`` and ``null``; everything else is text."""


_TAG = "tag:yaml.org,2002:"
_OF_YAML_1_1 = {f"{_TAG}{kind}" for kind in ("timestamp", "bool", "int", "float")}
_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _OF_YAML_1_1]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_NUMBERS = "+-.0123456789"
for _kind, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", _NUMBERS),
    ("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?", _NUMBERS),
    ("float", r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", _NUMBERS),
):
    _PlainLoader.add_implicit_resolver(f"{_TAG}{_kind}", re.compile(f"^(?:{_pattern})$"), _first)

_MOST_VALUES = 100_000
"""A document with more values than this, aliases written out, is no protocol."""


@dataclass(frozen=True, slots=True)
class MarkedDocument:
    """A YAML document: its plain values, and where each of them stands."""

    name: str
    """Name of the file, for messages."""
    plain: Any
    root: yaml.Node

    def line_of(self, path: Path) -> int:
        """Return the line of a value, or of the nearest one above it that exists."""
        node = self.root
        line = _line(node)
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line


def read_marked_yaml(text: str, name: str) -> MarkedDocument:
    """Read one YAML document.

    Parameters
    ----------
    text : str
        The document.
    name : str
        Name of the file, for messages.

    Returns
    -------
    MarkedDocument
        Plain values with their lines.

    Raises
    ------
    DocumentError
        If the text is no YAML, empty or without end, or if a key is given twice.
    """
    try:
        loader = _PlainLoader(text)
        root = loader.get_single_node()
        if root is None:
            raise DocumentError((_empty(name),))
        if _written_out(root, {}) > _MOST_VALUES:
            raise DocumentError((_too_much(name, "It repeats its values by aliases too often."),))
        problems = tuple(_node_problems(root, name))
        if problems:
            raise DocumentError(problems)
        plain = _constructed(loader, root, name)
    except yaml.MarkedYAMLError as error:
        raise DocumentError((_syntax_problem(error, name),)) from error
    except yaml.reader.ReaderError as error:
        raise DocumentError((_unreadable(error, text, name),)) from error
    except RecursionError as error:
        raise DocumentError((_too_much(name, "It nests its values too deeply."),)) from error
    return MarkedDocument(name, plain, root)


def _constructed(loader: _PlainLoader, root: yaml.Node, name: str) -> object:
    try:
        return loader.construct_document(root)
    except ValueError as error:  # a tag such as !!int on a word, or thousands of digits
        raise DocumentError(
            (_too_much(name, f"It holds a value that cannot be: {error}."),)
        ) from error


def _written_out(node: yaml.Node, counted: dict[int, int]) -> int:
    """Count the values of a node with every alias written out; one within itself counts once."""
    if id(node) not in counted:
        counted[id(node)] = 0
        counted[id(node)] = 1 + sum(_written_out(value, counted) for _, value in _pairs(node))
    return counted[id(node)]


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _child(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((_line(key), value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return _line(node.value[step]), node.value[step]
    return None


def _node_problems(
    node: yaml.Node, name: str, above: tuple[yaml.Node, ...] = ()
) -> Iterator[Problem]:
    if any(node is ancestor for ancestor in above):
        yield Problem(
            file=name,
            line=_line(node),
            what="This value contains itself.",
            mend="Write the values out instead of repeating them by an alias (*).",
        )
        return
    yield from _repeated_keys(node, name)
    for _, value in _pairs(node):
        yield from _node_problems(value, name, (*above, node))


def _repeated_keys(node: yaml.Node, name: str) -> Iterator[Problem]:
    first_lines: dict[Hashable, int] = {}
    for key, _ in _pairs(node):
        if key is not None and key.value in first_lines:
            yield Problem(
                file=name,
                line=_line(key),
                what=f"“{key.value}” is given twice; first on line {first_lines[key.value]}.",
                mend="Keep one of the two.",
            )
        elif key is not None:
            first_lines[key.value] = _line(key)


def _pairs(node: yaml.Node) -> list[tuple[yaml.Node | None, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return [(key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
    if isinstance(node, yaml.SequenceNode):
        return [(None, value) for value in node.value]
    return []


def _empty(name: str) -> Problem:
    return Problem(
        file=name,
        line=1,
        what="The document is empty.",
        mend="Start from one of the documents in protocols/library.",
    )


def _too_much(name: str, what: str) -> Problem:
    return Problem(file=name, line=1, what=what, mend="Write plain values, each where it belongs.")


def _syntax_problem(error: yaml.MarkedYAMLError, name: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    return Problem(
        file=name,
        line=int(mark.line) + 1 if mark else 1,
        what=f"This is not valid YAML: {error.problem or error.context}.",
        mend="Look at this line and the one above: indentation, a missing colon or quotation mark.",
    )


def _unreadable(error: yaml.reader.ReaderError, text: str, name: str) -> Problem:
    return Problem(
        file=name,
        line=text.count("\n", 0, error.position) + 1,
        what=f"The document holds a character that YAML does not allow: {error.reason}.",
        mend="Save the file as plain text in UTF-8.",
    )
