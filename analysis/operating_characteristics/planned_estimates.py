"""Estimators that an analysis plan may name, applied to one simulated trial; for `each_trial.EachTrial`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.estimators.ancova import AncovaFit, ArmCount, Sample, fit_ancova
from analysis.estimators.cluster_robust import ClusterCovariance, estimate_clustered_ancova
from analysis.estimators.design import Covariate
from analysis.estimators.logistic_standardization import (
    LogisticCovariance,
    Responders,
    standardize_risks,
)
from analysis.estimators.rank import RankDistribution, estimate_shift
from analysis.estimators.rerandomization import Redraw, compare_by_rerandomization
from analysis.estimators.session_course import (
    RandomEffects,
    SessionOutcomes,
    estimate_session_course,
)
from analysis.estimators.two_means import TwoSamples
from analysis.missing_data.analysis_step import Quantity
from analysis.missing_data.frame import EventStrategy, ImputationColumns
from analysis.missing_data.imputation import ImputationPlan, Jackknife, RubinsRules
from analysis.missing_data.impute import impute
from analysis.missing_data.posterior import Chain
from analysis.missing_data.strategies import ImputationStrategy
from analysis.operating_characteristics.each_trial import SimulatedTrial, TrialEstimate
from analysis.results import Contrast, Interval, NotEstimableError
from protocols.imputation import ImputedVariance, PlannedImputation
from protocols.outcomes import Direction

if TYPE_CHECKING:
    from analysis.operating_characteristics.batches import BoolArray

FIRST, SECOND = "first", "second"
CONTRAST = Contrast(first=FIRST, second=SECOND, label="first − second")


@dataclass(frozen=True, kw_only=True, slots=True)
class ShiftAtLastVisit:
    """Hodges and Lehmann's shift at the last visit."""

    confidence_level: float

    def __call__(self, trial: SimulatedTrial) -> TrialEstimate:
        """Estimate one trial."""
        last, is_first = trial.outcomes[:, -1], trial.is_first_arm == 1
        seen = np.isfinite(last)
        samples = TwoSamples(
            first=tuple(last[seen & is_first].tolist()),
            second=tuple(last[seen & ~is_first].tolist()),
        )
        found = estimate_shift(
            samples, RankDistribution.NORMAL_CONTINUITY, confidence_level=self.confidence_level
        )
        return _estimate(found.estimate, found.standard_error, found.interval)


@dataclass(frozen=True, kw_only=True, slots=True)
class RedrawnAtLastVisit:
    """Re-randomization test at the last visit: allocations of the same arm sizes."""

    draws: int
    seed: int
    confidence_level: float

    def __call__(self, trial: SimulatedTrial) -> TrialEstimate:
        """Estimate one trial."""
        seen = np.isfinite(trial.outcomes[:, -1])
        arms = np.where(trial.is_first_arm[seen] == 1, FIRST, SECOND)
        found = compare_by_rerandomization(
            trial.outcomes[seen, -1].tolist(),
            arms.tolist(),
            CONTRAST,
            Redraw(draw=lambda draw: draw.permutation(arms).tolist(), draws=self.draws),
            generator=np.random.Generator(np.random.PCG64(self.seed)),
            confidence_level=self.confidence_level,
        )
        return _estimate(found.effect.estimate, found.effect.standard_error, found.effect.interval)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusteredAtLastVisit:
    """Analysis of covariance at the last visit, standard errors over therapists or sites."""

    kind: ClusterCovariance
    confidence_level: float

    def __call__(self, trial: SimulatedTrial) -> TrialEstimate:
        """Estimate one trial."""
        seen = np.isfinite(trial.outcomes[:, -1])
        found = estimate_clustered_ancova(
            _fit_ancova(trial, seen),
            CONTRAST,
            [str(one) for one in trial.cluster[seen].tolist()],
            self.kind,
            confidence_level=self.confidence_level,
        )
        return _estimate(found.estimate, found.standard_error, found.interval, found.df)


@dataclass(frozen=True, kw_only=True, slots=True)
class RespondersAtLastVisit:
    """Unconditional difference of the shares that improved by at least so many points, adjusted for the baseline."""

    threshold: float
    direction: Direction
    confidence_level: float

    def __call__(self, trial: SimulatedTrial) -> TrialEstimate:
        """Estimate one trial."""
        seen = np.isfinite(trial.outcomes[:, -1])
        change = trial.outcomes[seen, -1] - trial.baseline[seen]
        gain = change if self.direction is Direction.HIGHER_IS_BETTER else -change
        found = standardize_risks(
            Responders(
                response=tuple((gain >= self.threshold).astype(np.float64).tolist()),
                arm=_arms(trial, seen),
                first=FIRST,
                second=SECOND,
                covariates=(_baseline(trial, seen),),
            ),
            LogisticCovariance.HC3,
            confidence_level=self.confidence_level,
        ).difference
        return _estimate(found.estimate, found.standard_error, found.interval)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImputedAtLastVisit:
    """Missing values imputed as promised, then analysis of covariance at the last visit; the seed is that of the plan."""

    promise: PlannedImputation
    confidence_level: float

    def __call__(self, trial: SimulatedTrial) -> TrialEstimate:
        """Estimate one trial."""
        people, visits = trial.outcomes.shape
        table = pd.DataFrame(
            {
                "participant": np.repeat([f"P{number:05d}" for number in range(people)], visits),
                "arm": np.repeat(np.where(trial.is_first_arm == 1, FIRST, SECOND), visits),
                "baseline": np.repeat(trial.baseline, visits),
                "visit": np.tile(np.arange(1, visits + 1), people),
                "outcome": trial.outcomes.ravel(),
            }
        )
        columns = ImputationColumns(
            participant="participant",
            visit="visit",
            arm="arm",
            outcome="outcome",
            covariates=("baseline",),
        )
        after = EventStrategy(
            strategy=ImputationStrategy(self.promise.strategy.value), reference_arm=SECOND
        )
        generator = np.random.Generator(np.random.PCG64(self.promise.seed or 0))
        found = impute(table, columns, after, self._plan(), generator=generator)
        last = next(
            one
            for one in found.estimates
            if one.target.visit == found.visits[-1] and one.target.quantity is Quantity.DIFFERENCE
        )
        return _estimate(last.estimate, last.standard_error, last.interval, last.df)

    def _plan(self) -> ImputationPlan:
        variance: Jackknife | RubinsRules = Jackknife()
        if self.promise.variance is ImputedVariance.RUBIN:
            variance = RubinsRules(chain=Chain(draws=self.promise.imputations or 0))
        return ImputationPlan(variance=variance, confidence_level=self.confidence_level)


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseOfVisits:
    """All sessions in one mixed model, the difference at the middle one; the first model that can be fitted."""

    models: tuple[RandomEffects, ...]
    confidence_level: float

    def __call__(self, trial: SimulatedTrial) -> TrialEstimate:
        """Estimate one trial.

        Raises
        ------
        NotEstimableError
            If no model can be fitted.
        """
        person, session = np.nonzero(np.isfinite(trial.outcomes))
        data = SessionOutcomes(
            outcome=tuple(trial.outcomes[person, session].tolist()),
            participant=tuple(f"P{number:05d}" for number in person.tolist()),
            session=tuple((session + 1.0).tolist()),
            arm=tuple(np.where(trial.is_first_arm[person] == 1, FIRST, SECOND).tolist()),
            first=FIRST,
            second=SECOND,
        )
        reason = ""
        for model in self.models:
            try:
                found = estimate_session_course(
                    data, model, confidence_level=self.confidence_level
                ).at_middle
            except NotEstimableError as error:
                reason = str(error)
                continue
            if found.estimate is not None:
                return _estimate(found.estimate, found.standard_error, found.interval, found.df)
        raise NotEstimableError(reason or "no model of the sessions can be fitted")


def _fit_ancova(trial: SimulatedTrial, seen: "BoolArray") -> AncovaFit:
    arms = _arms(trial, seen)
    sample = Sample(
        outcome_name="outcome",
        outcome=tuple(trial.outcomes[seen, -1].tolist()),
        arm=arms,
        covariates=(_baseline(trial, seen),),
    )
    counts = [
        ArmCount(arm=name, label=name, n_available=arms.count(name)) for name in (SECOND, FIRST)
    ]
    return fit_ancova(sample, counts)


def _arms(trial: SimulatedTrial, seen: "BoolArray") -> tuple[str, ...]:
    return tuple(np.where(trial.is_first_arm[seen] == 1, FIRST, SECOND).tolist())


def _baseline(trial: SimulatedTrial, seen: "BoolArray") -> Covariate:
    return Covariate(name="baseline", values=tuple(trial.baseline[seen].tolist()))


def _estimate(
    estimate: float | None,
    standard_error: float | None,
    interval: Interval | None,
    df: float | None = None,
) -> TrialEstimate:
    if estimate is None or interval is None:
        raise NotEstimableError("this trial has no estimate")
    return TrialEstimate(
        estimate=estimate,
        standard_error=np.nan if standard_error is None else standard_error,
        lower=interval.lower,
        upper=interval.upper,
        df=np.inf if df is None else df,
    )
