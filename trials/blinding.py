"""What an analysis may see: arms behind X and Y until two people have lifted the blind after the lock.

Which arm is X is decided by one draw from the masking key, the same for the whole trial and
unrelated to the order of the protocol. Unblinding is asked for by one person and confirmed by
another, both after the database lock, and cannot be taken back (ICH E6(R3) annex 1, 4.1).
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from operator import attrgetter
from typing import Any, TypeVar

from data.records.allocation import Allocation
from data.records.answers import ItemAnswer, QuestionnaireCompletion
from data.records.bundle import (
    AlertSummary,
    AllocatedArm,
    SiteTimeZone,
    TrialRecords,
)
from data.records.code_breaks import CodeBreak
from data.records.harm_askings import HarmAsking
from data.records.participants import (
    Consent,
    EligibilityAssessment,
    Participant,
    ProtocolDeviation,
    Withdrawal,
)
from data.records.people import Actor
from data.records.resting_signals import RestingSignal
from data.records.safety import AdverseEvent, SafetyAlert
from data.records.sessions import ListeningSession, LoopStep, Playback
from data.records.trial import DatabaseLock, Site, Unblinding
from data.records.visits import PlannedSession, PlannedVisit, RestingMeasurement
from data.storage.accounts import password_givers
from data.storage.roles import Permission
from data.storage.store import Reading, Store
from protocols.design import Protocol
from trials.errors import (
    NotLockedError,
    ReasonMissingError,
    SamePersonError,
    UnblindingStateError,
)
from trials.in_force import protocol_in, trial_in, version_in_force
from trials.looks_on_record import looks_in, without_findings
from trials.randomization.draw import Draw
from trials.recording_spans import resting_spans
from trials.session_summary import shown_beats, summarize_session

MASKING_KEY = "masking"
MASK_LETTERS = "XYZWVUTS"

Record = TypeVar("Record")


class Blind(StrEnum):
    """Whether the arms are known to the analysis."""

    MASKED = "masked"
    REQUESTED = "requested"
    LIFTED = "lifted"


def extract_records(store: Store, actor: Actor) -> TrialRecords:
    """Return the records of the trial for an analysis: no identity; arms masked, and no arm guess, until unblinding."""
    with store.reading(actor, Permission.EXTRACT_RECORDS) as reading:
        if blind_in(reading) is Blind.LIFTED:
            return extract_with_arms(store, reading)
        names = mask_names(store.key_for(MASKING_KEY), protocol_in(reading))
        records = _extract(store, reading, names)
        held = without_findings(looks_in(reading)) if records.locked_at else ()
        return replace(
            records, masked=True, answers=_answers(reading, protocol_in(reading)), looks=held
        )


def extract_with_arms(store: Store, reading: Reading) -> TrialRecords:
    """Return the records with the names of the arms, the arm guesses and all looks held.

    For the analysis once the blind is lifted, and for a look before the end.
    """
    return replace(_extract(store, reading, {}), looks=looks_in(reading))


def _extract(store: Store, reading: Reading, names: Mapping[str, str]) -> TrialRecords:
    trial = trial_in(reading)
    lock = reading.first(DatabaseLock)
    return TrialRecords(
        study_id=trial.id,
        protocol_sha256=version_in_force(reading).sha256,
        masked=False,
        simulated=trial.simulated,
        locked_at=lock.locked_at if lock else None,
        extracted_at=store.clock(),
        participants=_by_id(reading, Participant),
        consents=_by_id(reading, Consent),
        assessments=_by_id(reading, EligibilityAssessment),
        arms=_arms(reading, names),
        visits=_by_id(reading, PlannedVisit),
        sessions_planned=_by_id(reading, PlannedSession),
        sessions=tuple(
            summarize_session(
                session,
                reading.find(LoopStep, session_id=session.id),
                reading.find(Playback, session_id=session.id),
                shown_beats(reading, session),
            )
            for session in _by_id(reading, ListeningSession)
        ),
        resting=_by_id(reading, RestingMeasurement),
        resting_spans=resting_spans(reading),
        resting_signals=_by_id(reading, RestingSignal),
        answers=reading.find(ItemAnswer),
        completions=_by_id(reading, QuestionnaireCompletion),
        withdrawals=_by_id(reading, Withdrawal),
        deviations=_by_id(reading, ProtocolDeviation),
        adverse_events=_by_id(reading, AdverseEvent),
        site_time_zones=tuple(
            SiteTimeZone(id=site.id, time_zone=site.time_zone) for site in _by_id(reading, Site)
        ),
        harm_askings=reading.find(HarmAsking),
        code_breaks=reading.find(CodeBreak),
        alerts=tuple(_summarize_alert(alert) for alert in reading.find(SafetyAlert)),
    )


def mask_names(key: bytes, protocol: Protocol) -> Mapping[str, str]:
    """Return the letter of each arm, by arm code: one draw for the whole trial."""
    letters = MASK_LETTERS[: len(protocol.arms)]
    shuffled = Draw(key, f"mask|{protocol.study_id}").shuffled(letters)
    return {arm.code: letter for arm, letter in zip(protocol.arms, shuffled, strict=True)}


def unblinding_state(store: Store, actor: Actor) -> Blind:
    """Return whether the arms are masked, asked for, or known."""
    with store.reading(actor, Permission.SEE_PROTOCOL) as reading:
        return blind_in(reading)


def unblinding(store: Store, actor: Actor) -> Unblinding | None:
    """Return who asked for unblinding, why, and who confirmed it; None when nobody asked."""
    with store.reading(actor, Permission.SEE_PROTOCOL) as reading:
        return reading.first(Unblinding)


def request_unblinding(store: Store, actor: Actor, reason: str) -> Unblinding:
    """Ask for unblinding; another person has to confirm.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who asks.
    reason : str
        Why.

    Returns
    -------
    Unblinding
        The request.

    Raises
    ------
    ReasonMissingError
        If no reason is given.
    NotLockedError
        If the database is not locked.
    UnblindingStateError
        If it was asked for before.
    """
    if not reason.strip():
        message = "Unblinding needs its reason."
        raise ReasonMissingError(message)
    permission = Permission.REQUEST_UNBLINDING
    with store.writing(actor, permission, "request_unblinding", reason) as writing:
        # ICH E6(R3) annex 1, 3.16.1(r): no edit access any more when arms become known
        if writing.first(DatabaseLock) is None:
            message = "Unblinding is refused until the database is locked."
            raise NotLockedError(message)
        if blind_in(writing) is not Blind.MASKED:
            message = "Unblinding has already been requested."
            raise UnblindingStateError(message)
        request = Unblinding(
            id=trial_in(writing).id,
            requested_by=actor.user_id,
            requested_at=store.clock(),
            reason=reason.strip(),
            confirmed_by=None,
            confirmed_at=None,
        )
        writing.add(request)
    return request


def confirm_unblinding(store: Store, actor: Actor) -> Unblinding:
    """Confirm the request of another person: from now on the analysis sees the arms.

    Returns
    -------
    Unblinding
        Requested and confirmed.

    Raises
    ------
    UnblindingStateError
        If nobody asked, or it is confirmed.
    SamePersonError
        If the person who asked tries to confirm, or somebody who gave that person the password.
    """
    with store.writing(actor, Permission.CONFIRM_UNBLINDING, "confirm_unblinding") as writing:
        request = writing.first(Unblinding)
        if request is None or blind_in(writing) is not Blind.REQUESTED:
            message = "There is no open request for unblinding."
            raise UnblindingStateError(message)
        if request.requested_by == actor.user_id:
            message = "Unblinding is confirmed by another person than the one who asked for it."
            raise SamePersonError(message)
        if actor.user_id in password_givers(store, request.requested_by):
            message = (
                f"You gave {request.requested_by} a password, so you could have asked yourself: "
                "another administrator confirms."
            )
            raise SamePersonError(message)
        confirmed = replace(request, confirmed_by=actor.user_id, confirmed_at=store.clock())
        writing.replace(confirmed)
    return confirmed


def blind_in(reading: Reading) -> Blind:
    """Return whether the arms are masked, asked for, or known, within a transaction."""
    request = reading.first(Unblinding)
    if request is None:
        return Blind.MASKED
    return Blind.REQUESTED if request.confirmed_at is None else Blind.LIFTED


def _by_id(reading: Reading, kind: type[Record]) -> tuple[Record, ...]:
    by_id: Any = attrgetter("id")
    return tuple(sorted(reading.find(kind), key=by_id))


def _answers(reading: Reading, protocol: Protocol) -> tuple[ItemAnswer, ...]:
    """Return the answers without the arm guesses: by masked arm they would tell the letters where the blind failed."""
    guess = protocol.arm_guess
    asked = {guess.occasion_of(who) for who in guess.respondents} if guess else set()
    return tuple(one for one in reading.find(ItemAnswer) if one.occasion not in asked)


def _arms(reading: Reading, names: Mapping[str, str]) -> tuple[AllocatedArm, ...]:
    return tuple(
        AllocatedArm(
            participant_id=allocation.id,
            arm=names.get(allocation.arm, allocation.arm),
            stratum=allocation.stratum,
            randomized_at=allocation.randomized_at,
        )
        for allocation in _by_id(reading, Allocation)
    )


def _summarize_alert(alert: SafetyAlert) -> AlertSummary:
    return AlertSummary(
        participant_id=alert.participant_id,
        rule=alert.rule,
        severity=alert.severity,
        raised_at=alert.raised_at,
        acknowledged_at=alert.acknowledged_at,
    )
