"""`python -m benchmarks.imputation_coverage`: how often the intervals from imputed data miss the truth, on each side.

Simulated trials of 50 participants an arm, three visits after baseline. Who has a high value leaves more often before the next visit, so
values are missing at random. One trial is analysed under MAR and under jump to reference, by jackknife and by Rubin's rules.
The truth under MAR is the effect that was put in. Under jump to reference it is the mean of what the strategy says with the true
parameters, over two million simulated participants.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.missing_data.ancova_by_visit import AncovaByVisit
from analysis.missing_data.completed_outcomes import missing_cells
from analysis.missing_data.conditional_imputation import impute_values
from analysis.missing_data.frame import EventStrategy, ImputationColumns, read_outcomes
from analysis.missing_data.imputation_model import (
    CovarianceSharing,
    ImputationModel,
    ParameterDraws,
    build_imputation_model,
)
from analysis.missing_data.impute import compare_with_reference
from analysis.missing_data.pooling import VarianceKind, pool_estimates
from analysis.missing_data.posterior import Chain, draw_from_posterior
from analysis.missing_data.repeated_outcomes import RepeatedOutcomes
from analysis.missing_data.restricted_likelihood import (
    ImputationFit,
    draw_leaving_one_out,
    fit_imputation_model,
)
from analysis.missing_data.strategies import (
    ImputationStrategy,
    VisitParameters,
    jump_to_reference,
)

PER_ARM, VISITS, SLOPE, SEED = 50, 3, 0.6, 20261201
COVARIANCE = np.array([[16.0, 11.0, 9.0], [11.0, 20.0, 14.0], [9.0, 14.0, 25.0]])
PLACEBO_MEAN = np.array([-1.0, -2.0, -3.0])
STRATEGIES = (ImputationStrategy.MISSING_AT_RANDOM, ImputationStrategy.JUMP_TO_REFERENCE)
LEVEL = 0.95
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class People:
    """Simulated participants of one arm."""

    baseline: FloatArray
    outcome: FloatArray
    """Shape (participants, visits); nothing missing."""
    first_missing: NDArray[np.int64]
    """Visit from which on everything is missing; the number of visits for those who stay."""


def effect_by_visit(effect: float) -> FloatArray:
    """Return the effect at each visit; it grows to its full size at the last."""
    return effect * np.arange(1, VISITS + 1) / VISITS


def simulate_arm(count: int, effect: float, draw: np.random.Generator) -> People:
    """Simulate participants; a value 1 SD above the mean makes leaving before the next visit three times as likely."""
    baseline = draw.normal(0.0, 4.0, size=count)
    scatter = draw.standard_normal((count, VISITS)) @ np.linalg.cholesky(COVARIANCE).T
    outcome = SLOPE * baseline[:, None] + PLACEBO_MEAN + effect_by_visit(effect) + scatter
    odds = np.exp(-2.2 + 0.25 * (outcome - PLACEBO_MEAN))
    leaves = draw.random((count, VISITS)) < odds / (1 + odds)
    first = np.where(leaves[:, :-1].any(axis=1), leaves[:, :-1].argmax(axis=1) + 1, VISITS)
    return People(baseline=baseline, outcome=outcome, first_missing=first)


def true_difference(effect: float, strategy: ImputationStrategy, count: int) -> float:
    """Return what the arms differ by at the last visit when the strategy is true."""
    if strategy is ImputationStrategy.MISSING_AT_RANDOM:
        return effect
    draw = np.random.Generator(np.random.PCG64(SEED + 1))
    means = [_mean_after_jump(simulate_arm(count, e, draw), e) for e in (effect, 0.0)]
    return means[0] - means[1]


def _mean_after_jump(people: People, effect: float) -> float:
    """Return the mean at the last visit, expected given what was observed; the baseline mean is 0."""
    last = people.outcome[:, -1] - SLOPE * people.baseline
    own = VisitParameters(mean=PLACEBO_MEAN + effect_by_visit(effect), covariance=COVARIANCE)
    placebo = VisitParameters(mean=PLACEBO_MEAN, covariance=COVARIANCE)
    for first in range(1, VISITS):
        gone = people.first_missing == first
        mean = jump_to_reference(own, placebo, first).mean
        seen = people.outcome[gone, :first] - SLOPE * people.baseline[gone, None]
        slopes = np.linalg.solve(COVARIANCE[:first, :first], COVARIANCE[:first, -1])
        last[gone] = mean[-1] + (seen - mean[:first]) @ slopes
    return float(last.mean())


def simulate_trial(effect: float, draw: np.random.Generator) -> pd.DataFrame:
    """Return a table with one row a participant and visit."""
    rows = []
    for arm, size in (("music", effect), ("control", 0.0)):
        people = simulate_arm(PER_ARM, size, draw)
        left = np.arange(VISITS) >= people.first_missing[:, None]
        rows.append(
            pd.DataFrame(
                {
                    "id": np.repeat([f"{arm}{number}" for number in range(PER_ARM)], VISITS),
                    "visit": np.tile(np.arange(1, VISITS + 1), PER_ARM),
                    "arm": arm,
                    "baseline": np.repeat(people.baseline, VISITS),
                    "change": np.where(left, np.nan, people.outcome).ravel(),
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def read_trial(frame: pd.DataFrame) -> RepeatedOutcomes:
    """Read the table of a simulated trial."""
    return read_outcomes(
        frame,
        ImputationColumns(
            participant="id",
            visit="visit",
            arm="arm",
            outcome="change",
            covariates=("baseline",),
        ),
        EventStrategy(strategy=ImputationStrategy.JUMP_TO_REFERENCE, reference_arm="control"),
    )


def count_misses(
    effect: float, trials: int, variances: Sequence[VarianceKind], draw: np.random.Generator
) -> Counter[str]:
    """Count the intervals that lie below and above the truth, by strategy and variance."""
    truths = {strategy: true_difference(effect, strategy, 1_000_000) for strategy in STRATEGIES}
    misses: Counter[str] = Counter()
    for _ in range(trials):
        outcomes = read_trial(simulate_trial(effect, draw))
        model = build_imputation_model(outcomes, (), CovarianceSharing.COMMON)
        fit = fit_imputation_model(model)
        draws = {kind: _draw(kind, outcomes, model, fit, draw) for kind in variances}
        step = compare_with_reference(outcomes)
        for strategy, truth in truths.items():
            changed = outcomes.with_strategy(strategy)
            for variance, parameters in draws.items():
                lower, upper = _interval(changed, step, parameters, variance)
                misses[f"{strategy} {variance} below"] += upper < truth
                misses[f"{strategy} {variance} above"] += lower > truth
    return misses


def _draw(
    kind: VarianceKind,
    outcomes: RepeatedOutcomes,
    model: ImputationModel,
    fit: ImputationFit,
    draw: np.random.Generator,
) -> ParameterDraws:
    if kind is VarianceKind.JACKKNIFE:
        return draw_leaving_one_out(fit, outcomes.participants)
    return draw_from_posterior(model, fit, missing_cells(outcomes).count, Chain(), draw)


def _interval(
    outcomes: RepeatedOutcomes,
    step: AncovaByVisit,
    draws: ParameterDraws,
    variance: VarianceKind,
) -> tuple[float, float]:
    model = build_imputation_model(outcomes, (), CovarianceSharing.COMMON)
    found = step.analyse(impute_values(outcomes, model, draws))
    last = next(one for one in found if one.target.visit == outcomes.visits[-1])
    pooled = pool_estimates(last, variance, LEVEL)
    if pooled.interval is None:
        raise RuntimeError(pooled.reason)
    return pooled.interval.lower, pooled.interval.upper


def main() -> None:
    """Simulate and print one line an effect, strategy and variance."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imputation_coverage")
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--effects", type=float, nargs="+", default=[0.0, -3.0])
    parser.add_argument("--variances", type=VarianceKind, nargs="+", default=list(VarianceKind))
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    trials = chosen.trials
    error = 100 * np.sqrt(0.025 * 0.975 / trials)
    print(f"{trials} trials; the Monte Carlo error of 2.5 % is {error:.2f} points\n")
    print("| effect | truth | strategy | variance | interval below % | above % | coverage % |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for effect in chosen.effects:
        draw = np.random.Generator(np.random.PCG64(chosen.seed))
        misses = count_misses(effect, trials, chosen.variances, draw)
        for strategy in STRATEGIES:
            truth = true_difference(effect, strategy, 1_000_000)
            for variance in chosen.variances:
                sides = [
                    100 * misses[f"{strategy} {variance} {side}"] / trials
                    for side in ("below", "above")
                ]
                numbers = " | ".join(f"{value:.1f}" for value in (*sides, 100 - sum(sides)))
                print(
                    f"| {effect:g} | {truth:.3f} | {strategy} | {variance} | {numbers} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
