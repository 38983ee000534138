"""What two versions of a protocol say differently."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from protocols.canonical import to_plain
from protocols.design import Protocol

_KEYS = ("code", "event", "parameter", "feature", "analysis")
"""Fields by which an entry of a list is known, so that moving it is no change of its content."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One place where two protocols differ."""

    path: str
    """Where, e.g. ``visits[week_4].day``."""
    before: str
    """What the first says; empty when it says nothing there."""
    after: str
    """What the second says; empty when it says nothing there."""


def compare_protocols(before: Protocol, after: Protocol) -> tuple[Difference, ...]:
    """List all that differs between two protocols.

    Parameters
    ----------
    before : Protocol
        The earlier version.
    after : Protocol
        The later version.

    Returns
    -------
    tuple of Difference
        In the order of the document; empty exactly when their hashes are equal.
    """
    return tuple(_differences(to_plain(before), to_plain(after), ""))


def _differences(before: Any, after: Any, path: str) -> Iterator[Difference]:  # noqa: ANN401 - plain JSON
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before | after:
            yield from _differences(before.get(name), after.get(name), f"{path}.{name}".lstrip("."))
    elif _by_name(before) and _by_name(after):
        yield from _named_differences(_by_name(before), _by_name(after), path)
    else:
        yield Difference(path=path, before=_shown(before), after=_shown(after))


def _named_differences(
    before: dict[str, Any], after: dict[str, Any], path: str
) -> Iterator[Difference]:
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        yield Difference(path=path, before=", ".join(before), after=", ".join(after))
    for name in before | after:
        yield from _differences(before.get(name), after.get(name), f"{path}[{name}]")


def _by_name(entries: Any) -> dict[str, Any]:  # noqa: ANN401 - plain JSON
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return {}
    key = next((k for k in _KEYS if entries and all(k in entry for entry in entries)), None)
    named = {str(entry[key]): entry for entry in entries} if key else {}
    return named if len(named) == len(entries) else {}


def _shown(value: Any) -> str:  # noqa: ANN401 - plain JSON
    if value is None:
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_shown(entry)}" for name, entry in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(entry) for entry in value)
    return str(value)
