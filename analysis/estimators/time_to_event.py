"""Time to an event, e.g. to relapse or to leaving the programme: Kaplan-Meier, log-rank test, Cox model (all statsmodels).

Survival has complementary-log-log limits. The log-rank test can be stratified. The hazard ratio is Cox' with Efron's ties; whether it is the same
over time is looked at by the correlation of scaled Schoenfeld residuals with the rank of time. Where it is not, restricted mean survival
(restricted_mean.py) needs no such assumption.

References
----------
Kaplan & Meier (1958), JASA 53, 457-481. Brookmeyer & Crowley (1982), Biometrics 38, 29-41. Cox (1972), JRSS B 34, 187-220.
Grambsch & Therneau (1994), Biometrika 81, 515-526.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.estimators.arrays import (
    FloatArray,
    require_binary,
    require_equal_lengths,
    require_finite,
)
from analysis.estimators.design import Covariate, build_design, require_full_rank
from analysis.estimators.effect import ArmSize, Effect, Named, log_normal_effect, normal_quantile
from analysis.estimators.frame import Comparison, compared_rows, covariates, labels, numbers
from analysis.results import Interval, NotEstimableError

if TYPE_CHECKING:
    import pandas as pd


SCORE_TOLERANCE = 1e-5
HALF_WITHIN = 1e-8
"""A share of survivors nearer to one half than this is one half."""
LARGEST_LOG_HAZARD = 15.0
"""Over the range of a column; beyond it events of one side all come first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EventTimes:
    """One entry a participant."""

    time: tuple[float, ...]
    """From randomization to the event or the end of observation; > 0."""
    event: tuple[float, ...]
    """1: event; 0: censored."""
    arm: tuple[str, ...]
    first: str
    second: str
    """Reference arm."""
    covariates: tuple[Covariate, ...] = ()
    stratum: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SurvivalStep:
    """One step of a Kaplan-Meier curve."""

    time: float
    n_at_risk: int
    n_events: int
    survival: float
    interval: Interval


@dataclass(frozen=True, kw_only=True, slots=True)
class SurvivalCurve:
    """Kaplan-Meier curve of one arm."""

    arm: str
    n: int
    n_events: int
    steps: tuple[SurvivalStep, ...]
    median: float | None
    """None: fewer than half had the event. Where exactly half are left for a while, the middle of that time."""
    median_interval: Interval | None
    """The upper limit is infinite when the curve's limit never falls below one half."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LogRank:
    """Test that both arms have one hazard at every time."""

    statistic: float
    p: float
    method: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HazardRatio:
    """Cox model of two arms."""

    ratio: Effect
    n_events: tuple[int, int]
    """First arm, second arm."""
    correlation_with_time: float
    """Of the arm's scaled Schoenfeld residuals with the rank of time."""
    p_proportional: float
    columns: tuple[str, ...]
    coefficients: tuple[float, ...]
    standard_errors: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EventColumns:
    """Which column plays which part."""

    time: str
    event: str
    comparison: Comparison
    covariates: tuple[str, ...] = ()
    stratum: str | None = None


def survival_curve(data: EventTimes, arm: str, *, confidence_level: float) -> SurvivalCurve:
    """Estimate the Kaplan-Meier curve of one arm.

    `NotEstimableError` if the arm is empty, a time is not positive, or an event is neither 0 nor 1.
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    time, event, here = _arm(data, arm)
    curve: Any = SurvfuncRight(time[here], event[here])
    z = normal_quantile(confidence_level)
    steps = []
    for index, moment in enumerate(curve.surv_times):
        n_events = int(curve.n_events[index])
        if n_events:
            survival = float(curve.surv_prob[index])
            error = float(curve.surv_prob_se[index])
            steps.append(
                SurvivalStep(
                    time=float(moment),
                    n_at_risk=int(curve.n_risk[index]),
                    n_events=n_events,
                    survival=survival,
                    interval=_log_log(survival, error, z, confidence_level),
                )
            )
    median = _when_half(steps, [step.survival for step in steps])
    return SurvivalCurve(
        arm=arm,
        n=int(here.sum()),
        n_events=int(event[here].sum()),
        steps=tuple(steps),
        median=median,
        median_interval=_median_interval(steps, confidence_level),
    )


def compare_survival(data: EventTimes) -> LogRank:
    """Compare two arms by the log-rank test, within strata where there are any.

    Raises
    ------
    NotEstimableError
        If an arm is empty, nobody has the event, or the arms are never at risk together.
    """
    from statsmodels.duration.survfunc import survdiff

    time, event, first = _arm(data, data.first)
    _, _, second = _arm(data, data.second)
    both = first | second
    if event[both].sum() == 0:
        raise NotEstimableError("nobody has the event")
    strata = np.asarray(data.stratum)[both] if data.stratum else None
    try:
        statistic, p = survdiff(time[both], event[both], first[both], strata=strata)
    except np.linalg.LinAlgError as error:
        raise NotEstimableError("the arms are never at risk together at an event") from error
    suffix = "stratified " if data.stratum else ""
    return LogRank(statistic=float(statistic), p=float(p), method=f"{suffix}log-rank test")


def estimate_hazard_ratio(data: EventTimes, *, confidence_level: float) -> HazardRatio:
    """Estimate the hazard ratio, first arm over second.

    Raises
    ------
    NotEstimableError
        If an arm is empty or has no event, or columns depend on each other.
    """
    from statsmodels.duration.hazard_regression import PHReg

    time, event, first = _arm(data, data.first)
    _, _, second = _arm(data, data.second)
    counts = (int(event[first].sum()), int(event[second].sum()))
    for arm, count in zip((data.first, data.second), counts, strict=True):
        if count == 0:
            raise NotEstimableError(f"{arm} has no event, so no hazard ratio exists")
    design = build_design(data.arm, (data.second, data.first), data.covariates)
    require_full_rank(design)
    strata = np.asarray(data.stratum) if data.stratum else None
    model: Any = PHReg(time, design.matrix[:, 1:], status=event, ties="efron", strata=strata)
    with warnings.catch_warnings():  # whether it converged is checked below
        warnings.simplefilter("ignore")
        try:
            fitted = model.fit(disp=0, method="newton", tol=1e-12)
            errors = np.asarray(fitted.bse)
        except np.linalg.LinAlgError as error:
            raise NotEstimableError("the Cox model has no finite estimate (singular)") from error
    reach = np.abs(fitted.params) * np.ptp(design.matrix[:, 1:], axis=0)
    is_stuck = np.abs(model.score(fitted.params)).max() > SCORE_TOLERANCE
    if is_stuck or not np.isfinite(errors).all() or reach.max() > LARGEST_LOG_HAZARD:
        raise NotEstimableError("the Cox model has no finite estimate (separation)")
    correlation, p_value = _proportionality(fitted, time, event)
    method = "Cox model, Efron’s ties, standard error of the logarithm"
    return HazardRatio(
        ratio=log_normal_effect(
            Named(
                quantity=f"hazard ratio, {data.first} / {data.second}",
                method=f"stratified {method}" if data.stratum else method,
                arms=(
                    ArmSize(arm=data.first, n=int(first.sum())),
                    ArmSize(arm=data.second, n=int(second.sum())),
                ),
            ),
            log_estimate=float(fitted.params[0]),
            standard_error=float(errors[0]),
            confidence_level=confidence_level,
        ),
        n_events=counts,
        correlation_with_time=correlation,
        p_proportional=p_value,
        columns=design.columns[1:],
        coefficients=tuple(np.asarray(fitted.params).tolist()),
        standard_errors=tuple(errors.tolist()),
    )


def event_times(frame: "pd.DataFrame", columns: EventColumns) -> EventTimes:
    """Read one row a participant; incomplete rows are left out."""
    stratum: Sequence[str] = () if columns.stratum is None else (columns.stratum,)
    needed = (columns.time, columns.event, *columns.covariates, *stratum)
    rows = compared_rows(frame, columns.comparison, needed).frame
    return EventTimes(
        time=tuple(numbers(rows, columns.time).tolist()),
        event=tuple(numbers(rows, columns.event).tolist()),
        arm=labels(rows, columns.comparison.column),
        first=columns.comparison.first,
        second=columns.comparison.second,
        covariates=covariates(rows, columns.covariates),
        stratum=() if columns.stratum is None else labels(rows, columns.stratum),
    )


def checked_times(data: EventTimes) -> tuple[FloatArray, FloatArray]:
    """Return times and events.

    Raises
    ------
    NotEstimableError
        If a time is not positive, or an event is neither 0 nor 1.
    """
    require_equal_lengths(time=data.time, event=data.event, arm=data.arm)
    time = require_finite(data.time, "time")
    if np.any(time <= 0):
        raise NotEstimableError(f"{int(np.sum(time <= 0))} participants have no time at risk")
    return time, require_binary(data.event, "the event")


def _arm(data: EventTimes, arm: str) -> tuple[FloatArray, FloatArray, Any]:
    time, event = checked_times(data)
    here = np.asarray(data.arm) == arm
    if not here.any():
        raise NotEstimableError(f"{arm} has no participant in the analysis set")
    return time, event, here


def _log_log(survival: float, error: float, z: float, level: float) -> Interval:
    if not 0 < survival < 1:
        return Interval(lower=0.0 if survival == 0 else 1.0, upper=survival, level=level)
    width = z * error / (survival * abs(float(np.log(survival))))
    return Interval(
        lower=survival ** float(np.exp(width)),
        upper=survival ** float(np.exp(-width)),
        level=level,
    )


def _median_interval(steps: Sequence[SurvivalStep], level: float) -> Interval | None:
    lower = _when_half(steps, [step.interval.lower for step in steps])
    if lower is None:
        return None
    upper = _when_half(steps, [step.interval.upper for step in steps])
    return Interval(lower=lower, upper=float("inf") if upper is None else upper, level=level)


def _when_half(steps: Sequence[SurvivalStep], curve: Sequence[float]) -> float | None:
    """Return when a falling curve reaches one half; where it stays at one half, the middle of that time, as R and SAS do."""
    first = next((k for k, value in enumerate(curve) if value < 0.5 + HALF_WITHIN), None)
    if first is None:
        return None
    below = next((k for k, value in enumerate(curve) if value < 0.5 - HALF_WITHIN), first)
    at_half = abs(curve[first] - 0.5) <= HALF_WITHIN
    return (steps[first].time + steps[below].time) / 2 if at_half else steps[first].time


def _proportionality(fitted: Any, time: FloatArray, event: FloatArray) -> tuple[float, float]:  # noqa: ANN401 - statsmodels ships no types
    from scipy.stats import pearsonr, rankdata

    residuals = np.asarray(fitted.schoenfeld_residuals)
    kept = (event > 0) & np.isfinite(residuals).all(axis=1)
    scaled = residuals[kept] @ np.asarray(fitted.cov_params())[:, 0]
    ranks = rankdata(time[kept])
    if kept.sum() < 3 or np.ptp(scaled) == 0 or np.ptp(ranks) == 0:
        return 0.0, 1.0
    found = pearsonr(scaled, ranks)
    return float(found.statistic), float(found.pvalue)
