"""When the primary analysis is looked at before its end, and how much of the level may be spent by then, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from protocols.canonical import UNSAID


class Spending(StrEnum):
    """How much of the level may be spent by a share of the information (Lan & DeMets 1983)."""

    O_BRIEN_FLEMING = "o_brien_fleming"
    """Very little early."""
    POCOCK = "pocock"
    """Nearly even."""
    KIM_DEMETS = "kim_demets"
    """The level times the share to a power: the parameter."""
    HWANG_SHIH_DECANI = "hwang_shih_decani"
    """Exponential: parameter -4 resembles O'Brien and Fleming, 1 resembles Pocock."""

    @property
    def label(self) -> str:
        """The function in words."""
        return _WORDS[self]

    @property
    def has_parameter(self) -> bool:
        """Whether the function needs a number."""
        return self in {Spending.KIM_DEMETS, Spending.HWANG_SHIH_DECANI}


_WORDS: Mapping[Spending, str] = {
    Spending.O_BRIEN_FLEMING: "Lan-DeMets spending like O'Brien and Fleming",
    Spending.POCOCK: "Lan-DeMets spending like Pocock",
    Spending.KIM_DEMETS: "Kim-DeMets spending",
    Spending.HWANG_SHIH_DECANI: "Hwang-Shih-DeCani spending",
}


class FutilityForce(StrEnum):
    """Whether a trial at or below a futility bound must stop."""

    NON_BINDING = "non_binding"
    """It may go on: the level holds either way."""
    BINDING = "binding"
    """It must stop: efficacy bounds are a little lower, and the level holds only if it does."""


class AssumedEffect(StrEnum):
    """Which effect conditional power takes as true."""

    PLANNED = "planned"
    """The one that the trial has its power for."""
    TREND = "trend"
    """The one that the data show so far."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedFutility:
    """Futility bounds that spend the probability of missing the planned effect (Pampallona & Tsiatis 1994)."""

    spending: Spending
    parameter: Annotated[float | None, UNSAID] = None
    """Of the spending function, where it has one."""
    force: FutilityForce = FutilityForce.NON_BINDING

    @property
    def label(self) -> str:
        """The promise in a few words."""
        force = self.force.value.replace("_", "-")
        return f"futility bounds ({force}) that spend the error of missing the planned effect, {_spent(self.spending, self.parameter)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedConditionalPower:
    """Stop for futility when the chance of showing the effect has become small; never binding."""

    threshold: float
    """Conditional power at or below which the trial may stop."""
    effect: AssumedEffect = AssumedEffect.PLANNED

    @property
    def label(self) -> str:
        """The promise in a few words."""
        effect = (
            "the planned effect"
            if self.effect is AssumedEffect.PLANNED
            else "the trend of the data"
        )
        return f"futile (non-binding) when conditional power under {effect} is at most {self.threshold:g}"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedHarmStop:
    """Stop for harm: a bound on the other side with a level of its own."""

    level: float
    """One-sided chance of stopping a harmless trial as harmful."""
    spending: Spending
    parameter: Annotated[float | None, UNSAID] = None
    """Of the spending function, where it has one."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return f"stop for harm at a one-sided level of {self.level:g}, {_spent(self.spending, self.parameter)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class HypothesisSpending:
    """How a hypothesis beside the primary one spends its own share of the level over the looks."""

    analysis: str
    """Code of the analysis."""
    spending: Spending
    parameter: Annotated[float | None, UNSAID] = None
    """Of the spending function, where it has one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedLooks:
    """Looks at the primary analysis, and at every hypothesis that shares its level.

    Two-sided, at the level of the plan. With futility or harm the looks are at a benefit: one-sided, at half of it.
    """

    information_fractions: tuple[float, ...]
    """Share of the planned participants with the primary outcome at each look; rising, the last is 1."""
    spending: Spending
    parameter: float | None = None
    """Of the spending function, where it has one."""
    futility: Annotated[PlannedFutility | None, UNSAID] = None
    """Futility bounds of the primary analysis; this or ``conditional_power``."""
    conditional_power: Annotated[PlannedConditionalPower | None, UNSAID] = None
    """Conditional power at which the primary analysis is futile."""
    harm: Annotated[PlannedHarmStop | None, UNSAID] = None
    """When the primary analysis stops the trial for harm."""
    hypotheses: Annotated[tuple[HypothesisSpending, ...], UNSAID] = ()
    """Hypotheses that spend their share in another way than the primary one."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        *early, _ = (f"{fraction:.6g}" for fraction in self.information_fractions)
        return f"looks at {', '.join(early)} and all of the information, {_spent(self.spending, self.parameter)}"

    @property
    def is_for_benefit(self) -> bool:
        """Whether the looks are at a benefit only, because stopping on the other side has rules of its own."""
        return any((self.futility, self.conditional_power, self.harm))

    @property
    def rules(self) -> tuple[str, ...]:
        """When else the trial stops, one rule each, in a few words."""
        return tuple(
            rule.label
            for rule in (self.futility, self.conditional_power, self.harm)
            if rule is not None
        )

    def spending_of(self, analysis: str) -> tuple[Spending, float | None]:
        """Return the spending function, with its parameter, of an analysis."""
        for own in self.hypotheses:
            if own.analysis == analysis:
                return own.spending, own.parameter
        return self.spending, self.parameter


def _spent(spending: Spending, parameter: float | None) -> str:
    return spending.label if parameter is None else f"{spending.label} with parameter {parameter:g}"
