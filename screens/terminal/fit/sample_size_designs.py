"""Options of `antiphon fit sample-size` to the comparison that they describe."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.options import listed_numbers
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.sample_size.repeated_measures import Matrix, RepeatedArm
    from analysis.sample_size.requirement import Design


class Estimator(StrEnum):
    """Which analysis the trial is planned for."""

    T_TEST = "t-test"
    ANCOVA = "ancova"
    CHANGE = "change"
    NON_INFERIORITY = "non-inferiority"
    EQUIVALENCE = "equivalence"
    MMRM = "mmrm"
    PROPORTIONS = "proportions"
    COUNTS = "counts"
    SURVIVAL = "survival"
    CROSSOVER = "crossover"
    PAIRS = "pairs"
    ORDINAL = "ordinal"
    RANK = "rank"


class VisitCorrelation(StrEnum):
    """How the correlation between visits falls."""

    AR1 = "ar1"
    CS = "cs"


class Reference(StrEnum):
    """Which distribution a formula of means is built on."""

    STUDENT = "student"
    NORMAL = "normal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumptions:
    """What was typed; None where nothing was."""

    difference: Annotated[
        float | None, typer.Option(help="Difference that must not be missed, first minus second.")
    ] = None
    sd: Annotated[
        str | None,
        typer.Option(
            help="Standard deviation; of crossover within participants, of pairs that of "
            "differences, of mmrm at the last visit (two numbers: one an arm)."
        ),
    ] = None
    correlation: Annotated[
        float | None, typer.Option(help="With baseline (ancova, change), between visits (mmrm).")
    ] = None
    reference: Annotated[
        Reference, typer.Option(help="Distribution of ancova and change: Borm's formula is normal.")
    ] = Reference.STUDENT
    margin: Annotated[float | None, typer.Option(help="Non-inferiority margin, above 0.")] = None
    lower_margin: Annotated[float | None, typer.Option(help="Equivalence.")] = None
    upper_margin: Annotated[float | None, typer.Option(help="Equivalence.")] = None
    proportions: Annotated[str | None, typer.Option(help="Expected in both arms: '0.5,0.3'.")] = (
        None
    )
    hypothesis: Annotated[
        float | None,
        typer.Option(help="Difference (proportions) or ratio (counts, survival) to be refuted."),
    ] = None
    rates: Annotated[str | None, typer.Option(help="Events a unit of exposure: '1.2,0.8'.")] = None
    exposure: Annotated[float | None, typer.Option(help="Of one participant (counts).")] = None
    dispersion: Annotated[float, typer.Option(help="Negative binomial; 0 is Poisson.")] = 0.0
    hazards: Annotated[str | None, typer.Option(help="Events a unit of time: '0.1,0.06'.")] = None
    accrual: Annotated[float, typer.Option(help="Time of entry (survival).")] = 0.0
    follow_up: Annotated[
        float | None, typer.Option(help="Time after the last entry (survival).")
    ] = None
    loss_hazard: Annotated[float, typer.Option(help="Losses a unit of time (survival).")] = 0.0
    visit_correlation: Annotated[
        VisitCorrelation, typer.Option(help="How it falls between visits (mmrm).")
    ] = VisitCorrelation.AR1
    retention: Annotated[
        str | None, typer.Option(help="Share still there at each visit (mmrm): '1,0.9,0.8,0.7'.")
    ] = None
    retention_second: Annotated[
        str | None, typer.Option(help="The same of the second arm, if it differs.")
    ] = None
    odds_ratio: Annotated[float | None, typer.Option(help="Ordinal.")] = None
    shares: Annotated[
        str | None, typer.Option(help="Of the categories in the second arm (ordinal).")
    ] = None
    probability_of_more: Annotated[
        float | None, typer.Option(help="That one of the first arm has more (rank).")
    ] = None

    def number(self, name: str) -> float:
        """Return a number that this estimator needs."""
        value = getattr(self, name)
        if value is None:
            raise UnusableInputError(_missing(name))
        return float(value)

    def numbers(self, name: str, count: int | None = None) -> tuple[float, ...]:
        """Return numbers that this estimator needs."""
        text = getattr(self, name)
        if text is None:
            raise UnusableInputError(_missing(name))
        found = listed_numbers(text, _option(name))
        if count is not None and len(found) != count:
            message = f"{_option(name)}: {len(found)} numbers; {count} are needed."
            raise UnusableInputError(message)
        return found

    @property
    def deviation(self) -> float:
        """The standard deviation, one for both arms."""
        return self.numbers("sd", 1)[0]


def design_for(estimator: Estimator, given: Assumptions) -> "Design":
    """Return the comparison; a sentence names the option that it needs and has not."""
    return _MAKERS[estimator](given)


def _t_test(given: Assumptions) -> "Design":
    from analysis.sample_size.means import TwoMeans

    return TwoMeans(difference=given.number("difference"), standard_deviation=given.deviation)


def _ancova(given: Assumptions) -> "Design":
    from analysis.sample_size.means import ReferenceDistribution, ancova

    return ancova(
        difference=given.number("difference"),
        standard_deviation=given.deviation,
        baseline_correlation=given.number("correlation"),
        reference=ReferenceDistribution(given.reference.value),
    )


def _change(given: Assumptions) -> "Design":
    from analysis.sample_size.means import ReferenceDistribution, change_score

    return change_score(
        difference=given.number("difference"),
        standard_deviation=given.deviation,
        baseline_correlation=given.number("correlation"),
        reference=ReferenceDistribution(given.reference.value),
    )


def _non_inferiority(given: Assumptions) -> "Design":
    from analysis.sample_size.means import non_inferior_means

    return non_inferior_means(
        difference=given.difference or 0.0,
        margin=given.number("margin"),
        standard_deviation=given.deviation,
    )


def _equivalence(given: Assumptions) -> "Design":
    from analysis.sample_size.means import EquivalentMeans

    return EquivalentMeans(
        difference=given.difference or 0.0,
        lower_margin=given.number("lower_margin"),
        upper_margin=given.number("upper_margin"),
        standard_deviation=given.deviation,
    )


def _mmrm(given: Assumptions) -> "Design":
    from analysis.sample_size.repeated_measures import (
        RepeatedArm,
        RepeatedMeasures,
        autoregressive,
        exchangeable,
    )

    first = given.numbers("retention")
    second = given.numbers("retention_second") if given.retention_second else first
    deviations = given.numbers("sd")
    make = autoregressive if given.visit_correlation is VisitCorrelation.AR1 else exchangeable
    matrix: Matrix = make(len(first), given.number("correlation"))

    def arm(deviation: float, retention: tuple[float, ...]) -> "RepeatedArm":
        return RepeatedArm(standard_deviation=deviation, correlation=matrix, retention=retention)

    return RepeatedMeasures(
        difference=given.number("difference"),
        first=arm(deviations[0], first),
        second=arm(deviations[-1], second),
    )


def _proportions(given: Assumptions) -> "Design":
    from analysis.sample_size.proportions import TwoProportions

    first, second = given.numbers("proportions", 2)
    return TwoProportions(first=first, second=second, hypothesis=given.hypothesis)


def _counts(given: Assumptions) -> "Design":
    from analysis.sample_size.counts import TwoRates

    first, second = given.numbers("rates", 2)
    return TwoRates(
        first=first,
        second=second,
        exposure=given.number("exposure"),
        dispersion=given.dispersion,
        hypothesis=1.0 if given.hypothesis is None else given.hypothesis,
    )


def _survival(given: Assumptions) -> "Design":
    from analysis.sample_size.survival import Survival

    first, second = given.numbers("hazards", 2)
    return Survival(
        hazard_first=first,
        hazard_second=second,
        accrual_time=given.accrual,
        follow_up_time=given.number("follow_up"),
        loss_hazard=given.loss_hazard,
        hypothesis=1.0 if given.hypothesis is None else given.hypothesis,
    )


def _crossover(given: Assumptions) -> "Design":
    from analysis.sample_size.within_participant import Crossover

    return Crossover(
        difference=given.number("difference"), within_standard_deviation=given.deviation
    )


def _pairs(given: Assumptions) -> "Design":
    from analysis.sample_size.within_participant import Pairs

    return Pairs(
        difference=given.number("difference"), standard_deviation_of_differences=given.deviation
    )


def _ordinal(given: Assumptions) -> "Design":
    from analysis.sample_size.ordered import ProportionalOdds

    return ProportionalOdds(odds_ratio=given.number("odds_ratio"), second=given.numbers("shares"))


def _rank(given: Assumptions) -> "Design":
    from analysis.sample_size.ordered import RankTest

    return RankTest(probability_of_more=given.number("probability_of_more"))


_MAKERS: Mapping[Estimator, "Callable[[Assumptions], Design]"] = {
    Estimator.T_TEST: _t_test,
    Estimator.ANCOVA: _ancova,
    Estimator.CHANGE: _change,
    Estimator.NON_INFERIORITY: _non_inferiority,
    Estimator.EQUIVALENCE: _equivalence,
    Estimator.MMRM: _mmrm,
    Estimator.PROPORTIONS: _proportions,
    Estimator.COUNTS: _counts,
    Estimator.SURVIVAL: _survival,
    Estimator.CROSSOVER: _crossover,
    Estimator.PAIRS: _pairs,
    Estimator.ORDINAL: _ordinal,
    Estimator.RANK: _rank,
}


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _missing(name: str) -> str:
    return f"This estimator needs {_option(name)}."
