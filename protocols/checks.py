"""Whether the parts of a protocol agree with each other."""

from collections.abc import Iterator
from dataclasses import dataclass

from protocols.design import Protocol
from protocols.marked_yaml import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """One disagreement inside a protocol."""

    path: Path
    """Where it stands."""
    what: str
    mend: str


def find_faults(protocol: Protocol) -> Iterator[Fault]:
    """Yield every disagreement."""
    yield from ()
