"""Hypotheses with their p values, what a procedure decides about each, and when it refuses.

Numbers are taken as they are written: ``0.0125`` is one eightieth, not the nearest binary fraction, so that a p value
exactly on its level counts as reached. `Fraction` is taken too, for weights such as one third.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


class MultiplicityError(ValueError):
    """Hypotheses, weights or levels that no procedure can work with; the text says what to mend."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hypothesis:
    """One null hypothesis and the p value of its test."""

    name: str
    p: float
    """Not adjusted; between 0 and 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What a procedure says about one hypothesis."""

    name: str
    p: float
    adjusted_p: float
    """The smallest level of the whole family at which the hypothesis is rejected."""
    local_level: float
    """The level that ``p`` was compared with."""
    is_rejected: bool


def as_written(number: float | Fraction) -> Fraction:
    """Return a number as the decimal that people write.

    Examples
    --------
    >>> as_written(0.1), as_written(Fraction(1, 3))
    (Fraction(1, 10), Fraction(1, 3))
    """
    return number if isinstance(number, Fraction) else Fraction(repr(float(number)))


def check_level(significance_level: float) -> None:
    """Check the level of the family.

    Raises
    ------
    MultiplicityError
        If it does not lie between 0 and 1.
    """
    if not 0 < significance_level < 1:
        message = f"The significance level is {significance_level}: it must lie between 0 and 1, e.g. 0.05."
        raise MultiplicityError(message)


def check_hypotheses(hypotheses: Sequence[Hypothesis]) -> None:
    """Check that there are hypotheses, each with its own name and a p value.

    Raises
    ------
    MultiplicityError
        If one of these does not hold.
    """
    if not hypotheses:
        raise MultiplicityError("There is no hypothesis to test: name at least one.")
    names = [hypothesis.name for hypothesis in hypotheses]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        message = f"The hypothesis {repeated[0]} is there twice: give each its own name."
        raise MultiplicityError(message)
    for hypothesis in hypotheses:
        if not 0 <= hypothesis.p <= 1:
            message = (
                f"The p value of {hypothesis.name} is {hypothesis.p}: it must lie between 0 and 1."
            )
            raise MultiplicityError(message)
