"""Eligibility: the signed checklist over people and input data (SPIRIT-AI, CONSORT-AI 4a).

A criterion that names a questionnaire is computed from the stored screening score and cannot be
answered by hand; every other criterion is answered yes or no by the person who signs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from data.records.participants import (
    CriterionAnswer,
    EligibilityAssessment,
    Participant,
    ParticipantState,
)
from data.records.people import Actor
from data.storage.roles import Permission
from data.storage.store import Reading, Store, Writing
from protocols.design import Protocol
from protocols.eligibility import Criterion, CriterionKind
from trials.answers import completed_score
from trials.consent import require_consent
from trials.errors import AlreadyDoneError, IncompleteAssessmentError
from trials.in_force import protocol_in
from trials.local_days import day_for
from trials.participants import move
from trials.schedule import baseline_visit, done_visit, screening_visits

DECLINED = "declined"


class Willingness(StrEnum):
    """Whether the person wants to take part."""

    WILLING = "willing"
    DECLINED = "declined"


@dataclass(frozen=True, kw_only=True, slots=True)
class ComputedCriterion:
    """A criterion that follows from a questionnaire."""

    criterion: Criterion
    score: float | None
    """None while there is no finished form with a score."""

    @property
    def is_met(self) -> bool | None:
        """Whether the score reaches the minimum; None without a score."""
        minimum = self.criterion.minimum
        return None if self.score is None else minimum is None or self.score >= minimum


def assess_eligibility(
    store: Store,
    actor: Actor,
    participant_id: str,
    answers: Mapping[str, bool],
    *,
    willingness: Willingness = Willingness.WILLING,
) -> EligibilityAssessment:
    """Sign the checklist: the participant is eligible, or fails screening with the reasons.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who signs.
    participant_id : str
        Who is assessed.
    answers : mapping of str to bool
        For each criterion that a person answers: whether it is met.
    willingness : Willingness
        ``DECLINED`` ends screening, whatever the answers are.

    Returns
    -------
    EligibilityAssessment
        With the codes of every criterion that keeps the person out.
    """
    with store.writing(actor, Permission.ENROL, "assess_eligibility") as writing:
        protocol = protocol_in(writing)
        participant = writing.get(Participant, participant_id)
        _check_first(writing, participant_id)
        _check_known(protocol, answers)
        met: Mapping[str, bool] = answers
        reasons: tuple[str, ...] = (DECLINED,)
        if willingness is Willingness.WILLING:
            require_consent(writing, protocol, participant_id)
            met = _every_answer(writing, protocol, participant, answers)
            reasons = keep_out(protocol.criteria, met)
        to = ParticipantState.SCREEN_FAILED if reasons else ParticipantState.ELIGIBLE
        move(writing, participant_id, to)
        assessment = EligibilityAssessment(
            id=f"{participant_id}/eligibility",
            participant_id=participant_id,
            answers=tuple(
                CriterionAnswer(criterion=criterion.code, met=met[criterion.code])
                for criterion in protocol.criteria
                if criterion.code in met
            ),
            eligible=not reasons,
            reasons=reasons,
            assessed_at=store.clock(),
            assessed_by=actor.user_id,
        )
        writing.add(assessment)
        if willingness is Willingness.WILLING:
            _close_screening(writing, protocol, assessment)
    return assessment


def asked_criteria(protocol: Protocol) -> tuple[Criterion, ...]:
    """Return the criteria that a person answers."""
    return tuple(c for c in protocol.criteria if c.questionnaire is None)


def computed_checklist(
    store: Store, actor: Actor, participant_id: str
) -> tuple[ComputedCriterion, ...]:
    """Return the criteria that nobody answers by hand, with the scores behind them now."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        reading.get(Participant, participant_id)
        return computed_in(reading, protocol_in(reading), participant_id)


def computed_criteria(
    reading: Reading, protocol: Protocol, participant_id: str
) -> Mapping[str, bool]:
    """Return whether each score criterion is met; those without a finished form are left out."""
    computed = computed_in(reading, protocol, participant_id)
    return {one.criterion.code: one.is_met for one in computed if one.is_met is not None}


def computed_in(
    reading: Reading, protocol: Protocol, participant_id: str
) -> tuple[ComputedCriterion, ...]:
    """Return every score criterion with the score of the newest finished form before randomization."""
    return tuple(
        ComputedCriterion(
            criterion=criterion, score=_score_of(reading, protocol, criterion, participant_id)
        )
        for criterion in protocol.criteria
        if criterion.questionnaire is not None
    )


def keep_out(criteria: Iterable[Criterion], met: Mapping[str, bool]) -> tuple[str, ...]:
    """Return the codes of inclusion criteria not met and of exclusion criteria met."""
    return tuple(
        criterion.code
        for criterion in criteria
        if met[criterion.code] != (criterion.kind is CriterionKind.INCLUSION)
    )


def _every_answer(
    reading: Reading, protocol: Protocol, participant: Participant, answers: Mapping[str, bool]
) -> dict[str, bool]:
    met = dict(answers) | dict(computed_criteria(reading, protocol, participant.id))
    missing = [c.code for c in protocol.criteria if c.code not in met]
    if missing:
        message = (
            f"The checklist of {participant.id} lacks: {', '.join(missing)} "
            "(a computed criterion needs its finished questionnaire)."
        )
        raise IncompleteAssessmentError(message)
    return met


def _check_first(reading: Reading, participant_id: str) -> None:
    if reading.first(EligibilityAssessment, participant_id=participant_id) is not None:
        message = (
            f"The eligibility of {participant_id} was signed before. If it no longer holds, record a "
            "withdrawal with the reason."
        )
        raise AlreadyDoneError(message)


def _check_known(protocol: Protocol, answers: Mapping[str, bool]) -> None:
    strangers = sorted(set(answers) - {c.code for c in asked_criteria(protocol)})
    if strangers:
        message = f"These are computed or unknown, not answered by hand: {', '.join(strangers)}."
        raise IncompleteAssessmentError(message)


def _score_of(
    reading: Reading, protocol: Protocol, criterion: Criterion, participant_id: str
) -> float | None:
    if criterion.questionnaire is None or criterion.score is None:
        return None
    visits = screening_visits(protocol) or (baseline_visit(protocol),)
    for visit in reversed(visits):
        score = completed_score(
            reading, participant_id, visit.code, criterion.questionnaire, criterion.score
        )
        if score is not None and score.value is not None:
            return score.value
    return None


def _close_screening(
    writing: Writing, protocol: Protocol, assessment: EligibilityAssessment
) -> None:
    at = assessment.assessed_at
    on = day_for(writing, assessment.participant_id, at)
    for visit in screening_visits(protocol):
        writing.add(done_visit(assessment.participant_id, visit.code, on=on, at=at))
