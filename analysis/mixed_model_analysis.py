"""A planned mixed model for repeated measures: who is in it, its fit, and the comparison of arms at every visit.

Conventions: participants and visits are those of an imputation under missing at random (`imputation_cases`), which is what the model
assumes of missing values. The numbers analysed are those with a value at the visit; how many inform the model is in the comment. Fixed effects: arm, visit, arm by visit, the baseline at each visit, and the other covariates. With one
visit it is analysis of covariance.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.constrained_baseline import constrained_formula, with_baseline
from analysis.datasets import parameter_code
from analysis.estimators.descriptive import compute_mean, compute_standard_deviation
from analysis.estimators.mixed_model.formulas.roles import ConstrainedBaseline, Roles
from analysis.estimators.mixed_model.marginal_means import (
    MarginalEstimate,
    MarginalRows,
    estimate_rows,
    marginal_rows,
)
from analysis.estimators.mixed_model.mmrm import Mmrm, fit_mmrm
from analysis.estimators.mixed_model.structures import STRUCTURES
from analysis.imputation_cases import arrange_outcomes
from analysis.missing_data.repeated_outcomes import RepeatedOutcomes
from analysis.outcome_values import BASELINE
from analysis.results import ArmEstimate, Contrast, Estimate, Interval, NotEstimableError
from analysis.study import Study
from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.imputation import ImputationStrategy, ImputedVariance, PlannedImputation
from protocols.mixed_model import PlannedMixedModel

AT_RANDOM = PlannedImputation(
    strategy=ImputationStrategy.MISSING_AT_RANDOM, variance=ImputedVariance.JACKKNIFE
)
ARM, VISIT, PARTICIPANT = "arm", "visit", "participant"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FittedModel:
    """A fitted mixed model of one planned analysis, asked for estimates."""

    study: Study
    outcomes: RepeatedOutcomes
    fitted: Mmrm
    means: MarginalRows
    """Adjusted mean of every arm at every visit."""
    promise: PlannedMixedModel
    unvarying: tuple[str, ...]
    """Covariates left out because they have one level."""

    @property
    def visits(self) -> tuple[str, ...]:
        """Codes of the visits at which arms are compared, in their order: a constrained baseline is none of them."""
        constrained = self.fitted.table.roles.baseline is not None
        return self.outcomes.visits[1:] if constrained else self.outcomes.visits

    def estimate(self, contrast: Contrast, visit: str) -> Estimate:
        """Compare two arms at one visit.

        Raises
        ------
        NotEstimableError
            When the data have no such combination of arm and visit.
        """
        difference = self._find(self.means.minus(ARM, contrast.second), visit, contrast)
        if difference.estimate is None:
            raise NotEstimableError(difference.reason)
        return Estimate(
            estimate=difference.estimate,
            standard_error=difference.standard_error,
            df=difference.df,
            interval=self._interval(difference),
            p=difference.p,
            arms=self._arms(visit),
            model=self._model(),
            comment=self._comment(),
        )

    def _find(self, rows: MarginalRows, visit: str, contrast: Contrast) -> MarginalEstimate:
        wanted = (visit, f"{contrast.first} - {contrast.second}")
        estimates = estimate_rows(self.fitted.inference, rows, self._level)
        return next(found for found in estimates if found.levels == wanted)

    @property
    def _level(self) -> float:
        return self.study.protocol.analysis.confidence_level

    def _interval(self, found: MarginalEstimate) -> Interval | None:
        if found.lower is None or found.upper is None:
            return None
        return Interval(lower=found.lower, upper=found.upper, level=self._level)

    def _arms(self, visit: str) -> tuple[ArmEstimate, ...]:
        means = {
            found.levels: found
            for found in estimate_rows(self.fitted.inference, self.means, self._level)
        }
        own = np.asarray(self.outcomes.arm)
        values = self.outcomes.outcome[:, self.outcomes.visits.index(visit)]
        estimates = []
        for arm in self.study.arms:
            observed = tuple(values[(own == arm.arm) & ~np.isnan(values)].tolist())
            mean = means[visit, arm.arm]
            estimates.append(
                ArmEstimate(
                    arm=arm.arm,
                    label=arm.label,
                    n_available=self._n_available(arm.arm, visit),
                    n_analysed=len(observed),
                    mean=compute_mean(observed),
                    standard_deviation=compute_standard_deviation(observed),
                    adjusted_mean=mean.estimate,
                    adjusted_standard_error=mean.standard_error,
                    interval=self._interval(mean),
                )
            )
        return tuple(estimates)

    def _n_available(self, arm: str, visit: str) -> int:
        outcome = self.study.protocol.outcome(self.outcomes.outcome_name)
        rows = self.study.datasets.of(parameter_code(outcome), visit)
        return sum(
            row.value is not None and self.study.arm_of[person] == arm
            for person, row in rows.items()
        )

    def _model(self) -> str:
        fit = self.fitted.fit
        return (
            f"{self.outcomes.outcome_name}: {self.fitted.table.formula.partition('~')[2].strip()}; "
            f"{fit.structure.label} covariance; {fit.estimation.value}; {self.promise.method}; "
            f"{self.promise.weights} weights over the analysed rows; largest gradient {fit.gradient_max:.0e}"
        )

    def _comment(self) -> str:
        left_out = ", ".join(self.unvarying)
        own = np.asarray(self.outcomes.arm)[self.outcomes.observed.any(axis=1)]
        counts = ", ".join(f"{arm.label} {int((own == arm.arm).sum())}" for arm in self.study.arms)
        parts = [
            f"Participants with a value at any visit of the model: {counts}.",
            self.fitted.record_comment,
            f"Left out of the model because it does not vary: {left_out}." if left_out else "",
            self._baseline(),
            f"Not estimable: {', '.join(self._aliased)}." if self._aliased else "",
        ]
        return " ".join(part for part in parts if part)

    @property
    def _aliased(self) -> tuple[str, ...]:
        """Columns that the data cannot give; those that the constraint sets to zero are none of them."""
        constrained = self.fitted.table.roles.baseline
        aliased = self.fitted.fit.aliased
        if constrained is None:
            return aliased
        return tuple(one for one in aliased if f"{VISIT}{constrained.visit}:" not in one)

    def _baseline(self) -> str:
        constrained = self.fitted.table.roles.baseline
        if constrained is None:
            return ""
        counted = int(self.outcomes.observed[:, 0].sum())
        return f"The baseline, observed in {counted}, is an outcome with one mean in all arms."


def fit_planned(study: Study, planned: PlannedAnalysis, promise: PlannedMixedModel) -> FittedModel:
    """Fit the mixed model of one planned analysis.

    Parameters
    ----------
    study : Study
    planned : PlannedAnalysis
    promise : PlannedMixedModel

    Raises
    ------
    NotEstimableError
        When nobody has two arms to compare, or no planned covariance can be fitted.
    """
    if not study.contrasts:
        raise NotEstimableError("there are no two arms to compare")
    outcomes = model_outcomes(study, planned)
    table, unvarying = long_table(outcomes)
    constrained = planned.estimator is Estimator.CLDA
    roles = Roles(
        participant=PARTICIPANT,
        visit=VISIT,
        levels={VISIT: outcomes.visits, ARM: outcomes.arms[::-1]},
        baseline=ConstrainedBaseline(arm=ARM, visit=outcomes.visits[0]) if constrained else None,
    )
    kept = [c.name for c in outcomes.covariates if c.name not in unvarying]
    fitted = fit_mmrm(
        table,
        constrained_formula([_quote(name) for name in kept])
        if constrained
        else _formula(kept, len(outcomes.visits)),
        roles,
        structures=[STRUCTURES[name] for name in promise.structures],
        method=promise.method,
    )
    factors = (VISIT, ARM) if len(outcomes.visits) > 1 else (ARM,)
    means = marginal_rows(fitted.table, factors, promise.weights)
    return FittedModel(
        study=study,
        outcomes=outcomes,
        fitted=fitted,
        means=_compared(means, outcomes.visits, roles),
        promise=promise,
        unvarying=unvarying,
    )


def model_outcomes(study: Study, planned: PlannedAnalysis) -> RepeatedOutcomes:
    """Return the outcomes of a planned mixed model at its visits, missing ones missing; a constrained baseline is the first visit.

    `NotEstimableError` if an intercurrent event happened whose strategy this program does not carry out, or nobody is left.
    """
    outcomes = arrange_outcomes(study, planned, AT_RANDOM)
    return (
        with_baseline(study, planned, outcomes) if planned.estimator is Estimator.CLDA else outcomes
    )


def long_table(outcomes: RepeatedOutcomes) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return one row a participant and visit, in the order of both, and the covariates that have one level."""
    people, visits = outcomes.outcome.shape
    table = pd.DataFrame(
        {
            PARTICIPANT: np.repeat(outcomes.participants, visits),
            VISIT: np.tile(outcomes.visits, people),
            ARM: np.repeat(outcomes.arm, visits),
            "outcome": outcomes.outcome.reshape(-1),
        }
    )
    in_model = outcomes.observed.any(axis=1)
    unvarying = []
    for covariate in outcomes.covariates:
        values = np.asarray(covariate.values)
        table[covariate.name] = np.repeat(values, visits)
        if len(set(values[in_model].tolist())) < 2:
            unvarying.append(covariate.name)
    return table, tuple(unvarying)


def _formula(covariates: list[str], visits: int) -> str:
    over_time = visits > 1
    terms = [
        f"{name} * {VISIT}" if name == BASELINE and over_time else _quote(name)
        for name in covariates
    ]
    return "outcome ~ " + " + ".join([*terms, f"{ARM} * {VISIT}" if over_time else ARM])


def _compared(means: MarginalRows, visits: tuple[str, ...], roles: Roles) -> MarginalRows:
    """Return the means by visit and arm; at a constrained baseline there is nothing to compare."""
    if len(means.factors) == 1:
        levels = tuple((visits[0], *levels) for levels in means.levels)
        return MarginalRows(factors=(VISIT, ARM), levels=levels, rows=means.rows)
    constrained = roles.baseline
    if constrained is None:
        return means
    kept = [i for i, (visit, _) in enumerate(means.levels) if visit != constrained.visit]
    return replace(means, levels=tuple(means.levels[i] for i in kept), rows=means.rows[kept])


def _quote(name: str) -> str:
    return name if name.isidentifier() else f"`{name}`"
