"""The protocol as a document: read, check, hash, compare, show.

Conventions: a protocol is written as YAML and hashed as canonical JSON (see ``canonical.py``), so
that comments and layout do not change its hash; a document with any problem is refused as a whole,
with all its problems at once.
"""

from functools import lru_cache
from pathlib import Path

from protocols.canonical import canonical_json, sha256_hex
from protocols.checks import find_faults
from protocols.comparison import Difference, compare_protocols
from protocols.design import Protocol
from protocols.marked_yaml import read_marked_yaml
from protocols.problems import DocumentError, Problem, ProtocolDocumentError
from protocols.public_text import public_protocol_text
from protocols.reading import path_text, problem_at, read_value, value_from_json

__all__ = [
    "Difference",
    "Problem",
    "ProtocolDocumentError",
    "check_protocol",
    "compare_protocols",
    "parse_protocol",
    "protocol_from_canonical",
    "protocol_hash",
    "public_protocol_text",
    "read_protocol",
    "shipped_protocol",
]

LIBRARY = Path(__file__).parent / "library"
"""Folder of the ready-to-run protocols."""


def read_protocol(path: Path) -> Protocol:
    """Read and check a protocol file.

    Parameters
    ----------
    path : Path
        A YAML file.

    Returns
    -------
    Protocol
        The protocol, without any problem.

    Raises
    ------
    ProtocolDocumentError
        If the file cannot be read or the protocol has problems.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ProtocolDocumentError((_unreadable(path, error.strerror or "no reason"),)) from error
    except UnicodeDecodeError as error:
        raise ProtocolDocumentError((_unreadable(path, "it is not UTF-8 text"),)) from error
    return parse_protocol(text, path.name)


def parse_protocol(text: str, name: str) -> Protocol:
    """Read and check a protocol given as YAML text.

    Parameters
    ----------
    text : str
        The document.
    name : str
        Name of the file, for messages.

    Returns
    -------
    Protocol
        The protocol, without any problem.

    Raises
    ------
    ProtocolDocumentError
        If the text is no protocol or the protocol has problems.
    """
    try:
        document = read_marked_yaml(text, name)
        protocol = read_value(Protocol, document)
    except DocumentError as error:
        raise ProtocolDocumentError(error.problems) from error
    problems = [
        problem_at(document, fault.path, fault.what, fault.mend) for fault in find_faults(protocol)
    ]
    if problems:
        raise ProtocolDocumentError(sorted(problems, key=lambda problem: problem.line or 0))
    return protocol


def check_protocol(protocol: Protocol) -> tuple[Problem, ...]:
    """Check that the parts of a protocol agree with each other.

    Parameters
    ----------
    protocol : Protocol
        Any protocol, also one that came from no file.

    Returns
    -------
    tuple of Problem
        All that is wrong; empty when nothing is.
    """
    return tuple(
        Problem(file="", line=None, what=fault.what, mend=fault.mend, path=path_text(fault.path))
        for fault in find_faults(protocol)
    )


def protocol_hash(protocol: Protocol) -> str:
    """Return the SHA-256 of the protocol's canonical JSON."""
    return sha256_hex(canonical_json(protocol))


def protocol_from_canonical(json_text: str | bytes) -> Protocol:
    """Return the protocol that was stored as canonical JSON.

    Parameters
    ----------
    json_text : str or bytes
        Canonical JSON as `canonical_json` writes it.

    Returns
    -------
    Protocol
        The protocol; it is not checked again, because it was when it was frozen.

    Raises
    ------
    ProtocolDocumentError
        If this is no protocol, or it has fields that this version does not know.
    """
    try:
        return value_from_json(Protocol, json_text)
    except ValueError as error:
        problem = Problem(
            file="",
            line=None,
            what=f"The stored document is no protocol: {error}",
            mend="Open it with the version of Antiphon that wrote it.",
        )
        raise ProtocolDocumentError((problem,)) from error


@lru_cache(maxsize=1)
def shipped_protocol() -> Protocol:
    """Return the protocol that Antiphon ships: adaptive against matched music in anxiety."""
    return read_protocol(LIBRARY / "anxiety_adaptive_music.yaml")


def _unreadable(path: Path, reason: str) -> Problem:
    return Problem(
        file=path.name,
        line=None,
        what=f"The file cannot be read: {reason}.",
        mend="Check the path and save the file as UTF-8 text.",
    )
