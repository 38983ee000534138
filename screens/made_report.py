"""What a child process makes of an analysis: the page, and the two files that it can be made from again.

Contents: `MadeReport`.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeReport:
    """A report as it goes from the child process to the server."""

    html: str
    files: Mapping[str, str]
    """Content of the files to repeat it from, by name: only what its reader may have."""
