"""The two lines of Python that give an answer again: imports, and one call with every value written out."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

Imports = defaultdict[str, set[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A piece of Python as it is, and the names it needs from a module."""

    text: str
    module: str
    name: str


def seeded_generator(seed: int) -> Written:
    """Return a random generator as it is written."""
    return Written(text=f"Generator(PCG64({seed}))", module="numpy.random", name="Generator, PCG64")


@dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """A call inside the call."""

    function: Callable[..., Any]
    values: tuple[object, ...]


def python_lines(function: Callable[..., Any], *values: object, **named: object) -> str:
    """Return two lines of Python that call a function with these values; the result is ``answer``."""
    imports: Imports = defaultdict(set)
    call = _call(function, values, named, imports)
    return _joined(imports, call)


def python_method_lines(owner: object, method: str, *values: object) -> str:
    """Return two lines of Python that call a method of a value."""
    imports: Imports = defaultdict(set)
    parts = ", ".join(_text(value, imports) for value in values)
    return _joined(imports, f"{_text(owner, imports)}.{method}({parts})")


def _joined(imports: Imports, call: str) -> str:
    lines = "; ".join(
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(imports.items())
    )
    return f"{lines}\nanswer = {call}"


def _call(
    function: Callable[..., Any],
    values: tuple[object, ...],
    named: Mapping[str, object],
    imports: Imports,
) -> str:
    imports[function.__module__].add(function.__name__)
    parts = [_text(value, imports) for value in values]
    parts += [f"{name}={_text(value, imports)}" for name, value in named.items()]
    return f"{function.__name__}({', '.join(parts)})"


def _text(value: object, imports: Imports) -> str:
    if isinstance(value, Written):
        imports[value.module].add(value.name)
        return value.text
    if isinstance(value, Fraction):
        imports["fractions"].add("Fraction")
        return repr(value)
    if isinstance(value, Called):
        return _call(value.function, value.values, {}, imports)
    if isinstance(value, Enum):
        imports[type(value).__module__].add(type(value).__name__)
        return f"{type(value).__name__}.{value.name}"
    if is_dataclass(value) and not isinstance(value, type):
        imports[type(value).__module__].add(type(value).__name__)
        parts = [
            f"{field.name}={_text(getattr(value, field.name), imports)}"
            for field in fields(value)
            if field.init
        ]
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, tuple | list):
        inside = ", ".join(_text(item, imports) for item in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, Mapping):
        inside = ", ".join(f"{k!r}: {_text(v, imports)}" for k, v in value.items())
        return f"{{{inside}}}"
    return repr(value)
