"""The question which arm it was, asked after the last session to learn whether blinding held.

Conventions: the answer is the position of a choice, from 0; one more means “I do not know”. The words of
the choices are the protocol's, because what tells its arms apart is its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from protocols.problems import Fault
from protocols.questionnaire import Anchor, Questionnaire, load_questionnaire

OCCASION = "arm-guess/"
"""How the occasion of a guess begins; who guesses follows."""


class Respondent(StrEnum):
    """Who guesses."""

    PARTICIPANT = "participant"
    COORDINATOR = "coordinator"


@dataclass(frozen=True, kw_only=True, slots=True)
class GuessChoice:
    """One arm that may be guessed."""

    arm: str
    """Code of the arm."""
    words: str
    """What the person who guesses reads."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmGuess:
    """Who guesses the arm after the last session, and between what."""

    questionnaire: str
    """Id of the questionnaire with the one question."""
    respondents: tuple[Respondent, ...]
    choices: tuple[GuessChoice, ...]
    """In the order of the answers, from 0."""

    def occasion_of(self, respondent: Respondent) -> str:
        """Return the name under which somebody's guess is on record."""
        return f"{OCCASION}{respondent.value}"


def question_of(guess: ArmGuess) -> Questionnaire:
    """Return the questionnaire with the protocol's words for its answers."""
    asked = load_questionnaire(guess.questionnaire)
    anchors = tuple(
        Anchor(value=float(value), label=choice.words) for value, choice in enumerate(guess.choices)
    )
    item = asked.items[0]
    own = tuple(anchor for anchor in item.anchors if anchor.value >= len(anchors))
    return replace(asked, items=(replace(item, anchors=anchors + own),))


def arm_guess_faults(guess: ArmGuess, arms: tuple[str, ...]) -> Iterator[Fault]:
    """Yield what is wrong with the question.

    Parameters
    ----------
    guess : ArmGuess
        The question; its questionnaire exists.
    arms : tuple of str
        Codes of the protocol's arms.

    Yields
    ------
    Fault
        One for each disagreement.
    """
    if not guess.respondents:
        what = "Nobody is asked to guess the arm."
        yield Fault(("arm_guess", "respondents"), what, "Name participant, coordinator or both.")
    if sorted(choice.arm for choice in guess.choices) != sorted(arms):
        what = "The choices of the arm guess are not the arms."
        yield Fault(("arm_guess", "choices"), what, f"One choice for each of: {', '.join(arms)}.")
    for position, choice in enumerate(guess.choices):
        if not choice.words.strip():
            place = ("arm_guess", "choices", position, "words")
            yield Fault(place, "A choice has no words.", "Write what the guesser reads.")
    asked = load_questionnaire(guess.questionnaire)
    if len(asked.items) != 1 or asked.items[0].maximum != len(guess.choices):
        what = f"{asked.title} has no answer for each of {len(guess.choices)} arms."
        mend = "Name a questionnaire of one item whose answers are 0 to the number of arms."
        yield Fault(("arm_guess", "questionnaire"), what, mend)
