"""Bang's index: how far the guesses of one arm are from what chance and blinding would give.

From -1 (everybody names another arm) over 0 (as many right as wrong: blind) to 1 (everybody is right).
Whoever does not know counts among those who guessed.

References
----------
Bang, Ni & Davis (2004), Controlled Clinical Trials 25, 143-156: equations for three answers.
"""

from dataclasses import dataclass

from analysis.results import Interval, NotEstimableError


@dataclass(frozen=True, kw_only=True, slots=True)
class GuessCount:
    """The guesses about the participants of one arm."""

    correct: int
    incorrect: int
    unknown: int
    """Those who answered that they do not know."""

    @property
    def n(self) -> int:
        """How many answered."""
        return self.correct + self.incorrect + self.unknown


@dataclass(frozen=True, kw_only=True, slots=True)
class BlindingIndex:
    """Bang's index of one arm."""

    index: float
    """From -1 to 1."""
    standard_error: float
    interval: Interval | None
    """Two-sided Wald interval, cut at -1 and 1; None when every answer is alike."""
    reason: str = ""
    """Why there is no interval; empty when there is one."""


def estimate_blinding_index(guesses: GuessCount, *, confidence_level: float) -> BlindingIndex:
    """Estimate Bang's index of one arm.

    Parameters
    ----------
    guesses : GuessCount
        The guesses about the participants of the arm.
    confidence_level : float
        Of the two-sided interval, e.g. 0.95.

    Returns
    -------
    BlindingIndex
        The index, with its interval where it has one.

    Raises
    ------
    NotEstimableError
        If nobody answered.
    """
    from scipy.stats import norm

    if guesses.n == 0:
        message = "nobody has answered"
        raise NotEstimableError(message)
    right, wrong = guesses.correct / guesses.n, guesses.incorrect / guesses.n
    index = right - wrong
    variance = (right * (1 - right) + wrong * (1 - wrong) + 2 * right * wrong) / guesses.n
    if max(guesses.correct, guesses.incorrect, guesses.unknown) == guesses.n:
        reason = f"all {guesses.n} answers are alike"
        return BlindingIndex(index=index, standard_error=0.0, interval=None, reason=reason)
    standard_error = variance**0.5
    margin = float(norm.ppf((1 + confidence_level) / 2)) * standard_error
    return BlindingIndex(
        index=index,
        standard_error=standard_error,
        interval=Interval(
            lower=max(-1.0, index - margin),
            upper=min(1.0, index + margin),
            level=confidence_level,
        ),
    )
