"""YAML as plain values that remember the line on which each of them stands.

Conventions: YAML 1.2 words only (``yes``, ``no``, ``on`` and dates stay text); a key given twice, an
anchor that is missing and text that is no YAML are problems with a line; lines count from 1.
"""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from protocols.problems import DocumentError, Path, Problem


class _PlainLoader(yaml.SafeLoader):
    """Reads numbers, ``true``, ``false`` and ``null``; everything else is text."""


_UNWANTED_TAGS = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"}
_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _UNWANTED_TAGS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _letter, _word in (("t", "true"), ("f", "false")):
    _PlainLoader.yaml_implicit_resolvers.setdefault(_letter, []).append(
        ("tag:yaml.org,2002:bool", re.compile(f"^{_word}$"))
    )


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
        If the text is no YAML or empty, or if a key is given twice.
    """
    try:
        loader = _PlainLoader(text)
        root = loader.get_single_node()
        if root is None:
            raise DocumentError((_empty(name),))
        problems = tuple(_node_problems(root, name))
        if problems:
            raise DocumentError(problems)
        plain = loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        raise DocumentError((_syntax_problem(error, name),)) from error
    except yaml.reader.ReaderError as error:
        raise DocumentError((_unreadable(error, text, name),)) from error
    return MarkedDocument(name, plain, root)


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
