"""What an invented person, and the coordinator, guess the arm to be after the last session.

Whoever feels better guesses the experimental arm a little more often, whatever was played: so the
simulated blind holds but for what the music did.
"""

import numpy as np

from protocols.arm_guess import ArmGuess, Respondent
from protocols.design import ArmRole, Protocol

_DOES_NOT_KNOW = {Respondent.PARTICIPANT: 0.35, Respondent.COORDINATOR: 0.7}
_HOPE = 0.08
"""How much likelier than half the experimental arm is named for each unit of relief above average."""
_USUAL_RELIEF = 3.6


def guess_arm(
    protocol: Protocol,
    guess: ArmGuess,
    respondent: Respondent,
    relief: float,
    draw: np.random.Generator,
) -> float:
    """Return the answer to the arm guess.

    Parameters
    ----------
    protocol : Protocol
        Whose arms are guessed.
    guess : ArmGuess
        The question.
    respondent : Respondent
        Who guesses.
    relief : float
        Points of GAD-7 that the person has improved by.
    draw : numpy.random.Generator
        Source of chance.

    Returns
    -------
    float
        Position of the arm that is named; the number of arms for “I do not know”.
    """
    if draw.random() < _DOES_NOT_KNOW[respondent]:
        return float(len(guess.choices))
    experimental = {arm.code for arm in protocol.arms if arm.role is ArmRole.EXPERIMENTAL}
    hopes = [choice.arm in experimental for choice in guess.choices]
    share = float(np.clip(0.5 + _HOPE * (relief - _USUAL_RELIEF), 0.1, 0.9))
    wanted = draw.random() < share
    positions = [position for position, is_hoped in enumerate(hopes) if is_hoped == wanted]
    return float(draw.choice(positions))
