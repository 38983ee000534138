"""A YAML document turned into a frozen dataclass, or into a list of all that is wrong with it.

Conventions: unknown fields are refused; types are strict (``"12"`` is no number); every problem
carries the line of the value it is about.
"""

import dataclasses
import difflib
import json
import math
from collections.abc import Iterator
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import ValidationError

from protocols.canonical import adapter_of
from protocols.marked_yaml import MarkedDocument, read_marked_yaml
from protocols.problems import DocumentError, Path, Problem

Value = TypeVar("Value")


def read_value(kind: type[Value], document: MarkedDocument) -> Value:
    """Turn a document into a value.

    Parameters
    ----------
    kind : type
        The frozen dataclass to make.
    document : MarkedDocument
        What to make it from.

    Returns
    -------
    Value
        A value of that kind.

    Raises
    ------
    DocumentError
        If fields are unknown or missing, or a value is of the wrong type.
    """
    problems = [
        problem_at(document, path, what, mend)
        for path, what, mend in (
            *unknown_fields(kind, document.plain),
            *_endless_numbers(document.plain),
        )
    ]
    try:
        value: Value = value_from_plain(kind, document.plain)
    except ValidationError as error:
        problems += [_problem_of(document, detail) for detail in error.errors()]
    if problems:
        raise DocumentError(sorted(problems, key=lambda problem: problem.line or 0))
    return value


def value_from_plain(kind: type[Value], plain: object) -> Value:
    """Turn plain values into a frozen dataclass; the same strictness as `value_from_json`."""
    return _validated(kind, json.dumps(plain, default=str))


def value_from_json(kind: type[Value], text: str | bytes) -> Value:
    """Turn JSON into a frozen dataclass, strictly.

    Parameters
    ----------
    kind : type
        The frozen dataclass to make.
    text : str or bytes
        JSON.

    Returns
    -------
    Value
        A value of that kind.

    Raises
    ------
    ValueError
        If a field is unknown, missing or of the wrong type.
    """
    unknown = next(unknown_fields(kind, json.loads(text)), None)
    if unknown is not None:
        raise ValueError(unknown[1])
    return _validated(kind, text)


def _validated(kind: type[Value], text: str | bytes) -> Value:
    value: Value = adapter_of(kind).validate_json(text, strict=True)
    return value


def problem_at(document: MarkedDocument, path: Path, what: str, mend: str) -> Problem:
    """Return a problem with the file and line of the value it is about."""
    return Problem(
        file=document.name,
        line=document.line_of(path),
        what=what,
        mend=mend,
        path=path_text(path),
    )


def path_text(path: Path) -> str:
    """Write a path as text.

    Examples
    --------
    >>> path_text(("outcomes", 2, "visit"))
    'outcomes[2].visit'
    """
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def unknown_fields(kind: object, plain: object, path: Path = ()) -> Iterator[tuple[Path, str, str]]:
    """Find the keys that are no field of the dataclass they belong to.

    Parameters
    ----------
    kind : type
        The annotation that the value should fit.
    plain : object
        Plain values.
    path : tuple of str and int
        Where they stand in the document.

    Yields
    ------
    tuple
        Path, what is wrong, how to mend it.
    """
    if get_origin(kind) in {Union, UnionType}:
        for option in get_args(kind):
            yield from unknown_fields(option, plain, path)
    elif get_origin(kind) is tuple and isinstance(plain, list):
        for position, entry in enumerate(plain):
            yield from unknown_fields(get_args(kind)[0], entry, (*path, position))
    elif isinstance(kind, type) and dataclasses.is_dataclass(kind) and isinstance(plain, dict):
        hints = get_type_hints(kind)
        for key, value in plain.items():
            if key in hints:
                yield from unknown_fields(hints[key], value, (*path, key))
            else:
                yield (*path, key), f"“{key}” is not a field of {kind.__name__}.", _mend(key, hints)


def _mend(key: object, hints: dict[str, Any]) -> str:
    alike = difflib.get_close_matches(str(key), hints, n=1)
    return f"Did you mean “{alike[0]}”?" if alike else f"Known fields: {', '.join(sorted(hints))}."


def read_value_from_text(kind: type[Value], text: str, name: str) -> Value:
    """Read a YAML text into a value; the same errors as `read_value`."""
    return read_value(kind, read_marked_yaml(text, name))


def _endless_numbers(plain: object, path: Path = ()) -> Iterator[tuple[Path, str, str]]:
    if isinstance(plain, float) and not math.isfinite(plain):
        yield path, f"{path_text(path)}: {plain} is no number.", "Write a finite number."
    pairs = plain.items() if isinstance(plain, dict) else ()
    for step, entry in enumerate(plain) if isinstance(plain, list) else pairs:
        yield from _endless_numbers(entry, (*path, step))


_WORDS = {
    "missing": ("is missing", "Add it."),
    "int_type": ("should be a whole number", "Write it without point or quotation marks."),
    "int_from_float": ("should be a whole number", "Write it without point or quotation marks."),
    "float_type": ("should be a number", "Write it without quotation marks."),
    "string_type": ("should be text", "Put it between quotation marks."),
    "bool_type": ("should be true or false", "Write one of these two words."),
    "tuple_type": ("should be a list", "Write one line for each entry, beginning with a dash."),
    "dataclass_type": ("should have fields", "Indent its fields, each with a colon, below it."),
}
"""What pydantic's kinds of error mean to the writer of a document, and how to mend them."""


def _problem_of(document: MarkedDocument, detail: Any) -> Problem:  # noqa: ANN401 - pydantic's ErrorDetails
    path = tuple(detail["loc"])
    plainly = str(detail["msg"]).removeprefix("Input ")
    fact, mend = _WORDS.get(detail["type"], (plainly, "Correct this value."))
    given = detail["input"]
    found = f" (found {given!r})" if isinstance(given, str | int | float | None) else ""
    what = f"{path_text(path) or 'The document'} {fact}{found}."
    return problem_at(document, path, what, mend)
