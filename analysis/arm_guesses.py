"""What people guessed after the last session, by arm: whether the blind held (CONSORT 2025 item 20b).

Conventions: of several answers of one person the last counts. While the arms are masked it is only counted
who was asked: named guesses by masked arm would tell the letters where the blind failed (docs/decisions, 19).
"""

from collections import Counter
from dataclasses import dataclass

from analysis.estimators.blinding_index import (
    BlindingIndex,
    GuessCount,
    estimate_blinding_index,
)
from analysis.results import NotEstimableError
from analysis.roles import ArmColumn
from analysis.study import Study
from protocols.arm_guess import ArmGuess, Respondent


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmGuesses:
    """The guesses about the participants of one arm."""

    arm: str
    label: str
    randomized: int
    named: tuple[int, ...]
    """How often each choice was named, in the order of the protocol's choices."""
    unknown: int
    declined: int
    """Asked, and preferred not to answer."""
    index: BlindingIndex | None
    reason: str
    """Why there is no index; empty when there is one."""

    @property
    def answered(self) -> int:
        """How many named an arm or said that they do not know."""
        return sum(self.named) + self.unknown

    @property
    def not_asked(self) -> int:
        """How many gave no answer: not asked, or not asked yet."""
        return self.randomized - self.answered - self.declined


@dataclass(frozen=True, kw_only=True, slots=True)
class RespondentGuesses:
    """The guesses of all participants, or of their coordinators."""

    respondent: Respondent
    choices: tuple[str, ...]
    """Words of the choices."""
    randomized: int
    asked: int
    """How many answered the question or preferred not to, whatever their arm."""
    arms: tuple[ArmGuesses, ...]
    """In the order of every table; empty while the arms are masked."""


def describe_arm_guesses(study: Study) -> tuple[RespondentGuesses, ...]:
    """Describe the guesses of everybody whom the protocol asks.

    Parameters
    ----------
    study : Study
        Protocol, records and arms.

    Returns
    -------
    tuple of RespondentGuesses
        Empty when the protocol asks nobody.
    """
    guess = study.protocol.arm_guess
    if guess is None:
        return ()
    return tuple(_of_respondent(study, guess, respondent) for respondent in guess.respondents)


def _of_respondent(study: Study, guess: ArmGuess, respondent: Respondent) -> RespondentGuesses:
    given = _last_answers(study, guess, respondent)
    arms = () if study.records.masked else study.arms
    return RespondentGuesses(
        respondent=respondent,
        choices=tuple(choice.words for choice in guess.choices),
        randomized=len(study.arm_of),
        asked=len((_finished(study, guess, respondent) | set(given)) & set(study.arm_of)),
        arms=tuple(_of_arm(study, guess, arm, given) for arm in arms),
    )


def _finished(study: Study, guess: ArmGuess, respondent: Respondent) -> set[str]:
    return {
        completion.participant_id
        for completion in study.records.completions
        if completion.questionnaire == guess.questionnaire
        and completion.occasion == guess.occasion_of(respondent)
    }


def _last_answers(study: Study, guess: ArmGuess, respondent: Respondent) -> dict[str, float | None]:
    return {
        answer.participant_id: answer.value
        for answer in study.records.answers
        if answer.questionnaire == guess.questionnaire
        and answer.occasion == guess.occasion_of(respondent)
    }


def _of_arm(
    study: Study, guess: ArmGuess, arm: ArmColumn, given: dict[str, float | None]
) -> ArmGuesses:
    people = [person for person, allocated in study.arm_of.items() if allocated == arm.arm]
    counts = Counter(given[person] for person in people if person in given)
    named = tuple(counts[float(value)] for value in range(len(guess.choices)))
    unknown = counts[float(len(guess.choices))]
    index, reason = _index(study, guess, arm.arm, named, unknown)
    return ArmGuesses(
        arm=arm.arm,
        label=arm.label,
        randomized=len(people),
        named=named,
        unknown=unknown,
        declined=counts[None],
        index=index,
        reason=reason,
    )


def _index(
    study: Study, guess: ArmGuess, arm: str, named: tuple[int, ...], unknown: int
) -> tuple[BlindingIndex | None, str]:
    correct = named[[choice.arm for choice in guess.choices].index(arm)]
    counted = GuessCount(correct=correct, incorrect=sum(named) - correct, unknown=unknown)
    level = study.protocol.analysis.confidence_level
    try:
        index = estimate_blinding_index(counted, confidence_level=level)
    except NotEstimableError as error:
        return None, str(error)
    return index, index.reason
