"""Whatever the data, an estimator gives numbers or a reason: no NaN, no error of a library, no estimate outside its interval."""

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.estimators.ancova import (
    ArmCount,
    CovarianceKind,
    Sample,
    estimate_ancova,
    fit_ancova,
)
from analysis.estimators.cluster_correlation import estimate_cluster_correlation
from analysis.estimators.cluster_robust import ClusterCovariance, estimate_clustered_ancova
from analysis.estimators.complier_effect import (
    ComplierCovariance,
    Uptake,
    estimate_complier_effect,
)
from analysis.estimators.counts import CountModel, Counts, estimate_rate_ratio
from analysis.estimators.crossover import TwoByTwo, estimate_crossover
from analysis.estimators.design import Covariate
from analysis.estimators.dose_response import DoseOutcomes, DoseShape, estimate_dose_response
from analysis.estimators.dunnett import compare_with_control
from analysis.estimators.effect import Effect
from analysis.estimators.equivalence import Better
from analysis.estimators.intraclass import estimate_intraclass_correlations
from analysis.estimators.logistic_standardization import (
    LogisticCovariance,
    Responders,
    standardize_risks,
)
from analysis.estimators.mediation import (
    MediationData,
    PathVariance,
    ProductError,
    estimate_mediation,
)
from analysis.estimators.mediation_sensitivity import explore_hidden_cause
from analysis.estimators.ordinal import OrderedOutcomes, estimate_proportional_odds
from analysis.estimators.rank import RankDistribution, estimate_paired_shift, estimate_shift
from analysis.estimators.restricted_mean import estimate_restricted_mean_difference
from analysis.estimators.scale_reliability import estimate_scale_reliability
from analysis.estimators.standardized_difference import (
    estimate_cohens_d,
    estimate_glass_delta,
    estimate_hedges_g,
)
from analysis.estimators.time_to_event import (
    EventTimes,
    compare_survival,
    estimate_hazard_ratio,
    survival_curve,
)
from analysis.estimators.two_means import (
    TwoSamples,
    VarianceAssumption,
    estimate_difference_in_means,
    estimate_paired_difference,
)
from analysis.estimators.win_ratio import RankedNumber, estimate_win_ratio
from analysis.results import Contrast, NotEstimableError

LEVEL = 0.95
SEEDS = range(30)
CONTRAST = Contrast(first="X", second="Y", label="X − Y")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Mess:
    """A few participants with values that make trouble: ties, constants, rare events, huge or tiny units."""

    generator: np.random.Generator
    n: int

    def values(self) -> tuple[float, ...]:
        """Return values of one of several unpleasant kinds."""
        draw = self.generator
        kinds = (
            lambda: draw.integers(0, 3, self.n).astype(float),
            lambda: np.full(self.n, float(draw.integers(0, 3))),
            lambda: draw.normal(size=self.n) * 10.0 ** draw.integers(-8, 9),
            lambda: np.round(draw.normal(size=self.n), 1) + 1e6,
            lambda: draw.normal(size=self.n),
        )
        return tuple(kinds[draw.integers(0, len(kinds))]().tolist())

    def binary(self) -> tuple[float, ...]:
        """Return zeros and ones, often nearly all the same."""
        share = self.generator.choice([0.1, 0.5, 0.9])
        return tuple((self.generator.random(self.n) < share).astype(float).tolist())

    def names(self, letters: str) -> tuple[str, ...]:
        """Return names at random, so that one may not occur."""
        return tuple(self.generator.choice(list(letters), self.n).tolist())

    def covariates(self) -> tuple[Covariate, ...]:
        """Return none, one or two covariates."""
        found = (
            Covariate(name="age", values=self.values()),
            Covariate(name="site", values=self.names("abc")),
        )
        return tuple(one for one in found if self.generator.random() < 0.4)

    def samples(self) -> TwoSamples:
        """Return two samples of equal size."""
        return TwoSamples(first=self.values(), second=self.values())

    def events(self) -> EventTimes:
        """Return times of two arms."""
        return EventTimes(
            time=tuple(abs(value) + 0.1 for value in self.values()),
            event=self.binary(),
            arm=self.names("XY"),
            first="X",
            second="Y",
            covariates=self.covariates(),
        )


def _means(mess: Mess) -> list[Any]:
    samples = mess.samples()
    return [
        lambda: estimate_difference_in_means(
            samples, VarianceAssumption.EQUAL, confidence_level=LEVEL
        ),
        lambda: estimate_difference_in_means(
            samples, VarianceAssumption.UNEQUAL, confidence_level=LEVEL
        ),
        lambda: estimate_paired_difference(samples, confidence_level=LEVEL),
        lambda: estimate_cohens_d(samples, confidence_level=LEVEL),
        lambda: estimate_hedges_g(samples, confidence_level=LEVEL),
        lambda: estimate_glass_delta(samples, confidence_level=LEVEL),
    ]


def _ranks(mess: Mess) -> list[Any]:
    samples = mess.samples()
    equal = TwoSamples(first=(1.0,) * mess.n, second=(1.0,) * mess.n)
    ranked = RankedNumber(name="y", first=samples.first, second=samples.second, better=Better.LOWER)
    return [
        lambda: estimate_shift(equal, RankDistribution.EXACT, confidence_level=LEVEL),
        lambda: estimate_shift(samples, RankDistribution.EXACT, confidence_level=LEVEL),
        lambda: estimate_shift(samples, RankDistribution.NORMAL, confidence_level=LEVEL),
        lambda: estimate_paired_shift(samples, RankDistribution.EXACT, confidence_level=LEVEL),
        lambda: estimate_win_ratio([ranked], "X", "Y", confidence_level=LEVEL),
    ]


def _linear(mess: Mess) -> list[Any]:
    sample = Sample(
        outcome_name="y",
        outcome=mess.values(),
        arm=mess.names("XYZ"),
        covariates=mess.covariates(),
    )
    arms = [ArmCount(arm=arm, label=arm, n_available=1) for arm in "YXZ"]
    clusters = mess.names("pqrs")
    return [
        lambda: estimate_ancova(
            fit_ancova(sample, arms), CONTRAST, CovarianceKind.CLASSICAL, confidence_level=LEVEL
        ),
        lambda: estimate_ancova(
            fit_ancova(sample, arms), CONTRAST, CovarianceKind.HC3, confidence_level=LEVEL
        ),
        lambda: estimate_clustered_ancova(
            fit_ancova(sample, arms),
            CONTRAST,
            clusters,
            ClusterCovariance.CR2,
            confidence_level=LEVEL,
        ),
        lambda: compare_with_control(
            fit_ancova(sample, arms), "Y", CovarianceKind.HC2, confidence_level=LEVEL
        ),
    ]


def _models(mess: Mess) -> list[Any]:
    arm = mess.names("XY")
    counts = Counts(
        count=tuple(mess.generator.poisson(2, mess.n).astype(float).tolist()),
        arm=arm,
        first="X",
        second="Y",
        covariates=mess.covariates(),
    )
    responders = Responders(
        response=mess.binary(), arm=arm, first="X", second="Y", covariates=mess.covariates()
    )
    ordered = OrderedOutcomes(
        category=mess.names("abc"),
        categories=("a", "b", "c"),
        arm=arm,
        first="X",
        second="Y",
        covariates=mess.covariates(),
    )
    return [
        lambda: estimate_rate_ratio(counts, CountModel.NEGATIVE_BINOMIAL, confidence_level=LEVEL),
        lambda: estimate_rate_ratio(counts, CountModel.POISSON_ROBUST, confidence_level=LEVEL),
        lambda: standardize_risks(responders, LogisticCovariance.HC3, confidence_level=LEVEL),
        lambda: estimate_proportional_odds(ordered, confidence_level=LEVEL),
    ]


def _causes(mess: Mess) -> list[Any]:
    assigned = mess.binary()
    received = tuple(a * r for a, r in zip(assigned, mess.binary(), strict=True))
    uptake = Uptake(
        outcome=mess.values(),
        assigned=assigned,
        received=received,
        covariates=mess.covariates(),
    )
    paths = MediationData(outcome=mess.values(), mediator=mess.values(), exposed=assigned)
    return [
        lambda: estimate_complier_effect(uptake, ComplierCovariance.HC1, confidence_level=LEVEL),
        lambda: explore_hidden_cause(paths, points=3),
        lambda: estimate_mediation(
            paths,
            PathVariance.LEAST_SQUARES,
            ProductError.GOODMAN,
            generator=mess.generator,
            confidence_level=LEVEL,
            draws=50,
        ),
    ]


def _times(mess: Mess) -> list[Any]:
    data = mess.events()
    return [
        lambda: survival_curve(data, "X", confidence_level=LEVEL),
        lambda: compare_survival(data),
        lambda: estimate_hazard_ratio(data, confidence_level=LEVEL),
        lambda: estimate_restricted_mean_difference(data, 1.0, confidence_level=LEVEL),
    ]


def _designs(mess: Mess) -> list[Any]:
    items = np.column_stack([mess.values() for _ in range(3)])
    crossover = TwoByTwo(
        period_1=mess.values(),
        period_2=mess.values(),
        first_treatment=mess.names("XY"),
        treatment="X",
        comparator="Y",
    )
    outcome, clusters = mess.values(), mess.names("pqr")
    doses = DoseOutcomes(
        outcome=outcome,
        dose=tuple(mess.generator.choice([0.0, 10, 20], mess.n).tolist()),
    )
    return [
        lambda: estimate_crossover(crossover, confidence_level=LEVEL),
        lambda: estimate_cluster_correlation(outcome, clusters, confidence_level=LEVEL),
        lambda: estimate_scale_reliability(items, ("a", "b", "c"), confidence_level=LEVEL),
        lambda: estimate_intraclass_correlations(items, confidence_level=LEVEL),
        lambda: estimate_dose_response(
            doses, (DoseShape.LINEAR, DoseShape.EMAX), confidence_level=LEVEL
        ),
    ]


FAMILIES = (_means, _ranks, _linear, _models, _causes, _times, _designs)


def _check(found: object) -> None:
    if isinstance(found, float):
        assert not math.isnan(found)
    elif isinstance(found, tuple):
        for part in found:
            _check(part)
    elif dataclasses.is_dataclass(found):
        for field in dataclasses.fields(found):
            _check(getattr(found, field.name))
    if isinstance(found, Effect):
        assert found.p is None or 0 <= found.p <= 1
        assert (found.estimate is None) == bool(found.reason)
        if found.interval is not None and found.estimate is not None:
            slack = 1e-9 + 1e-6 * abs(found.estimate)
            assert found.interval.lower - slack <= found.estimate <= found.interval.upper + slack


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__.strip("_"))
def test_data_that_make_trouble_give_numbers_or_a_reason(
    family: Callable[[Mess], list[Callable[[], object]]],
) -> None:
    outcomes: list[object] = []
    for seed in SEEDS:
        generator = np.random.default_rng(seed)
        mess = Mess(generator=generator, n=int(generator.choice([2, 3, 5, 8, 20])))
        outcomes += [_numbers_or_reason(estimate) for estimate in family(mess)]

    reasons = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert 0 < len(reasons) < len(outcomes)
    assert all(len(reason.split()) > 2 for reason in reasons)


def _numbers_or_reason(estimate: Callable[[], object]) -> object:
    try:
        found = estimate()
    except NotEstimableError as reason:
        return str(reason)
    _check(found)
    return found
