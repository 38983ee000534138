"""The life of a protocol: draft, frozen, amended; steps in order, none taken back.

1. A draft may change at will. It has no number and no hash that anyone relies on.
2. Freezing takes a draft without problems and gives it the number 1. A frozen version never changes.
3. Amending adds the next frozen version, with a reason and a new version label; the version before
   it is then superseded but stays readable for ever.

Everything here is a pure value; the time and the person come in as arguments, and storing a
version is the caller's business.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from protocols.checks import find_faults
from protocols.comparison import Difference, compare_protocols
from protocols.design import Protocol
from protocols.document import protocol_hash


class ProtocolStepError(ValueError):
    """A step was asked for out of order, or without what it needs."""


class ProtocolStage(StrEnum):
    """How far a protocol has come."""

    DRAFT = "draft"
    FROZEN = "frozen"
    AMENDED = "amended"
    """Frozen more than once: amendments were made."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FrozenVersion:
    """One version that is in force or has been."""

    number: int
    """From 1, without gaps."""
    protocol: Protocol
    sha256: str
    """Hash of the canonical protocol."""
    reason: str
    """Why it was amended; empty for the first version."""
    frozen_at: datetime
    frozen_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProtocolHistory:
    """A protocol with all its versions."""

    draft: Protocol | None
    """What is being written; None once frozen."""
    versions: tuple[FrozenVersion, ...] = ()
    """In order; the last is in force."""

    @property
    def stage(self) -> ProtocolStage:
        """How far the protocol has come."""
        if not self.versions:
            return ProtocolStage.DRAFT
        return ProtocolStage.FROZEN if len(self.versions) == 1 else ProtocolStage.AMENDED

    @property
    def in_force(self) -> FrozenVersion:
        """The version in force.

        Raises
        ------
        ProtocolStepError
            If the protocol is still a draft.
        """
        if not self.versions:
            message = "The protocol is still a draft: no version is in force."
            raise ProtocolStepError(message)
        return self.versions[-1]


def begin_draft(protocol: Protocol) -> ProtocolHistory:
    """Return the history of a protocol that is being written."""
    return ProtocolHistory(draft=protocol)


def revise(history: ProtocolHistory, protocol: Protocol) -> ProtocolHistory:
    """Replace the draft.

    Parameters
    ----------
    history : ProtocolHistory
        A draft.
    protocol : Protocol
        What it now says.

    Returns
    -------
    ProtocolHistory
        The new draft.

    Raises
    ------
    ProtocolStepError
        If the protocol is frozen.
    """
    if history.versions:
        message = "The protocol is frozen: it can only be amended, with a reason."
        raise ProtocolStepError(message)
    return replace(history, draft=protocol)


def freeze(history: ProtocolHistory, *, at: datetime, by: str) -> ProtocolHistory:
    """Freeze a draft as version 1.

    Parameters
    ----------
    history : ProtocolHistory
        A draft.
    at : datetime
        When, with a time zone.
    by : str
        Who.

    Returns
    -------
    ProtocolHistory
        With one version, in force.

    Raises
    ------
    ProtocolStepError
        If it is frozen already.
    """
    if history.draft is None or history.versions:
        message = "The protocol is frozen already: it can only be amended, with a reason."
        raise ProtocolStepError(message)
    _check_complete(history.draft)
    version = _version(history.draft, number=1, reason="", at=at, by=by)
    return ProtocolHistory(draft=None, versions=(version,))


def amend(
    history: ProtocolHistory, protocol: Protocol, *, reason: str, at: datetime, by: str
) -> ProtocolHistory:
    """Add the next version to a frozen protocol.

    Parameters
    ----------
    history : ProtocolHistory
        A frozen protocol.
    protocol : Protocol
        What the next version says, with a version label that no earlier version has.
    reason : str
        Why.
    at : datetime
        When, with a time zone; not before the version in force.
    by : str
        Who.

    Returns
    -------
    ProtocolHistory
        With the new version in force.

    Raises
    ------
    ProtocolStepError
        If the protocol is still a draft, if the reason is missing, if nothing changes, or if study
        id, version label or time do not fit.
    """
    current = history.in_force
    labels = {version.protocol.version for version in history.versions}
    refusals = (
        (not reason.strip(), "An amendment needs a reason."),
        (
            protocol.study_id != current.protocol.study_id,
            f"An amendment keeps the study id {current.protocol.study_id}.",
        ),
        (
            not _changes(current.protocol, protocol),
            "The amendment changes nothing besides the version label.",
        ),
        (
            protocol.version in labels,
            f"Version {protocol.version} exists already: give the amendment a new version label.",
        ),
        (at < current.frozen_at, "An amendment cannot be older than the version that it amends."),
    )
    for refused, message in refusals:
        if refused:
            raise ProtocolStepError(message)
    _check_complete(protocol)
    version = _version(protocol, number=current.number + 1, reason=reason.strip(), at=at, by=by)
    return ProtocolHistory(draft=None, versions=(*history.versions, version))


def _changes(before: Protocol, after: Protocol) -> tuple[Difference, ...]:
    return tuple(d for d in compare_protocols(before, after) if d.path != "version")


def _check_complete(protocol: Protocol) -> None:
    faults = find_faults(protocol)
    if faults:
        others = f" ({len(faults) - 1} more problems)" if len(faults) > 1 else ""
        message = f"The protocol has problems, so it cannot be frozen: {faults[0].what}{others}"
        raise ProtocolStepError(message)


def _version(
    protocol: Protocol, *, number: int, reason: str, at: datetime, by: str
) -> FrozenVersion:
    if at.tzinfo is None:
        message = "The time of freezing needs a time zone."
        raise ProtocolStepError(message)
    return FrozenVersion(
        number=number,
        protocol=protocol,
        sha256=protocol_hash(protocol),
        reason=reason,
        frozen_at=at,
        frozen_by=by,
    )
