"""An export as a value: an archive of one format, and what is in it."""

from dataclasses import dataclass
from enum import StrEnum


class ExportFormat(StrEnum):
    """How tables are written."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedFile:
    """One file of an export."""

    name: str
    rows: int | None
    """None where it is no table."""
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """One archive."""

    format: ExportFormat
    files: tuple[ExportedFile, ...]
    archive: bytes
    """ZIP."""
    sha256: str
    """Of the archive."""
