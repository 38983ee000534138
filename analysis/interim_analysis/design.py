"""What a plan promises about looks: when, at which level, and by which rule a trial may stop.

References
----------
O'Brien & Fleming (1979), Biometrics 35, 549-556. Pocock (1977), Biometrika 64, 191-199.
Wang & Tsiatis (1987), Biometrics 43, 193-199. Pampallona & Tsiatis (1994), JSPI 42, 19-35 (beta spending).
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.spending import SpendingFunction

SMALLEST_STEP = 0.0005
"""Of the information at a look: nearer looks are one look."""


class Sides(StrEnum):
    """In how many directions the trial may show an effect."""

    ONE_SIDED = "one-sided"
    """For a benefit only; statistics are signed so that a benefit is positive."""
    TWO_SIDED = "two-sided"
    """Symmetric; half of the level on each side."""


class FutilityForce(StrEnum):
    """Whether a trial below a futility bound must stop."""

    NON_BINDING = "non-binding"
    """It may go on: efficacy bounds are as without futility, so the level holds either way."""
    BINDING = "binding"
    """It must stop: efficacy bounds are a little lower, and the level holds only if it does."""


@dataclass(frozen=True, slots=True)
class WangTsiatis:
    """Classical bounds c t^(shape - 1/2): shape 0 is O'Brien and Fleming, 1/2 is Pocock."""

    shape: float


O_BRIEN_FLEMING = WangTsiatis(0.0)
POCOCK = WangTsiatis(0.5)


@dataclass(frozen=True, kw_only=True, slots=True)
class BetaSpending:
    """Futility bounds that spend the probability of missing the effect."""

    function: SpendingFunction
    force: FutilityForce = FutilityForce.NON_BINDING


@dataclass(frozen=True, kw_only=True, slots=True)
class FixedFutility:
    """Futility bounds named in the plan."""

    bounds: tuple[float, ...]
    """Statistics (z), one for each look but the last; ``-inf`` where there is none."""
    force: FutilityForce = FutilityForce.NON_BINDING


class AssumedEffect(StrEnum):
    """Which effect conditional power takes as true."""

    PLANNED = "planned"
    """The one at which the design, without futility, has its power."""
    TREND = "trend"
    """The one that the data show so far."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConditionalPowerFutility:
    """Futility bounds where the chance of showing the effect has fallen to a limit; never binding."""

    threshold: float
    """Conditional power, futility ignored, at or below which to give up; above 0 and below 1."""
    effect: AssumedEffect = AssumedEffect.PLANNED

    @property
    def force(self) -> FutilityForce:
        """Never binding."""
        return FutilityForce.NON_BINDING


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupSequentialDesign:
    """The looks that a plan promises."""

    information_fractions: tuple[float, ...]
    """Share of the planned information at each look; the last is 1."""
    significance_level: float
    """Of the whole trial; one-sided or two-sided as ``sides`` says."""
    statistical_power: float
    sides: Sides
    efficacy: WangTsiatis | SpendingFunction
    futility: BetaSpending | FixedFutility | ConditionalPowerFutility | None = None

    def __post_init__(self) -> None:
        _check_fractions(self.information_fractions)
        _check_probabilities(self)
        _check_futility(self)

    @property
    def level_of_a_side(self) -> float:
        """The level in the direction of benefit."""
        halves = 2 if self.sides is Sides.TWO_SIDED else 1
        return self.significance_level / halves

    @property
    def is_futility_binding(self) -> bool:
        """Whether a trial below a futility bound must stop."""
        return self.futility is not None and self.futility.force is FutilityForce.BINDING


def equally_spaced(looks: int) -> tuple[float, ...]:
    """Return the information fractions of equally spaced looks.

    Examples
    --------
    >>> equally_spaced(4)
    (0.25, 0.5, 0.75, 1.0)

    Raises
    ------
    InterimError
        If there is no look.
    """
    if looks < 1:
        message = f"The design has {looks} looks: it needs at least one, the final analysis."
        raise InterimError(message)
    return tuple(look / looks for look in range(1, looks + 1))


def check_order(information: tuple[float, ...]) -> None:
    """Check that information grows from look to look.

    Raises
    ------
    InterimError
        If there is no look, information is not above 0, goes backwards, or hardly moves.
    """
    if not information:
        raise InterimError("There is no look: name the information of at least one.")
    if not all(math.isfinite(level) for level in information) or not information[0] > 0:
        message = f"The information at the looks is {_listed(information)}: it must start above 0 and be finite."
        raise InterimError(message)
    for number, (earlier, later) in enumerate(pairwise(information), start=1):
        if later <= earlier:
            message = f"Information goes backwards: {later} at look {number + 1} after {earlier} at look {number}."
            raise InterimError(message)
        if later - earlier < SMALLEST_STEP * later:
            message = f"Looks {number} and {number + 1} have almost the same information ({earlier} and {later}): count them as one look."
            raise InterimError(message)


def _check_fractions(fractions: tuple[float, ...]) -> None:
    check_order(fractions)
    if not math.isclose(fractions[-1], 1.0, rel_tol=1e-12):
        message = f"The information fractions are {_listed(fractions)}: the last look is the end of the trial, so it must be 1."
        raise InterimError(message)


def _check_probabilities(design: GroupSequentialDesign) -> None:
    if not 0 < design.significance_level < 1:
        message = f"The significance level is {design.significance_level}: it must lie between 0 and 1, e.g. 0.025 one-sided."
        raise InterimError(message)
    if not design.level_of_a_side < design.statistical_power < 1:
        message = f"The power is {design.statistical_power}: it must lie between the significance level and 1, e.g. 0.9."
        raise InterimError(message)


def _check_futility(design: GroupSequentialDesign) -> None:
    futility = design.futility
    if futility is None:
        return
    if design.sides is Sides.TWO_SIDED:
        raise InterimError("A two-sided design has no futility bounds here: make it one-sided.")
    if isinstance(futility, ConditionalPowerFutility):
        if not 0 < futility.threshold < 1:
            message = f"The limit of conditional power is {futility.threshold}: it must lie between 0 and 1, e.g. 0.2."
            raise InterimError(message)
    elif isinstance(futility, FixedFutility):
        wanted = len(design.information_fractions) - 1
        if len(futility.bounds) != wanted or any(math.isnan(bound) for bound in futility.bounds):
            message = f"There are {len(futility.bounds)} futility bounds: give {wanted} numbers, one for each look but the last."
            raise InterimError(message)
    elif isinstance(design.efficacy, WangTsiatis) and futility.force is FutilityForce.BINDING:
        raise InterimError(
            "Binding beta spending goes with alpha spending only: choose a spending function for efficacy."
        )


def _listed(numbers: tuple[float, ...]) -> str:
    return ", ".join(str(number) for number in numbers)
