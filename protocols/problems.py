"""What is wrong with a document, where, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Keys and positions from the top of a document down to one value, e.g. ``("arms", 0, "label")``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong with a document."""

    file: str
    """Name of the file; empty when the value did not come from a file."""
    line: int | None
    """Line in that file, from 1; None when the value did not come from a file."""
    what: str
    """What is wrong, as one sentence."""
    mend: str
    """How to mend it, as one sentence."""
    path: str = ""
    """Where in the document, e.g. ``outcomes[2].visit``."""

    @property
    def text(self) -> str:
        """The problem as one line of text."""
        place = f"{self.file}:{self.line}: " if self.line is not None else ""
        return f"{place}{self.what} {self.mend}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One disagreement between parts of a value, before it is known where they stand in a file."""

    path: Path
    """Where in the value."""
    what: str
    """What is wrong, as one sentence."""
    mend: str
    """How to mend it, as one sentence."""


class DocumentError(ValueError):
    """A document cannot be used; ``problems`` says why, one by one."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.text for problem in self.problems))


class ProtocolDocumentError(DocumentError):
    """A protocol document cannot be used; ``problems`` says why, one by one."""
