"""An `Effect` of an estimator as an `Estimate` of a result; and who of each arm is behind it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from analysis.case_frame import ARM
from analysis.estimators.descriptive import Group, describe_arm
from analysis.estimators.effect import Effect
from analysis.fit_record import VisitCount
from analysis.results import ArmEstimate, Contrast, Estimate, NotEstimableError
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis

OVER_TRIAL = "over the trial"


def estimate_of(
    effect: Effect,
    arms: Sequence[ArmEstimate],
    *,
    model: str,
    assumptions: str = "",
    comment: str = "",
) -> Estimate:
    """Return an effect with the arms behind it.

    Raises
    ------
    NotEstimableError
        With the reason, if the effect has no number.
    """
    if effect.estimate is None:
        raise NotEstimableError(effect.reason)
    return Estimate(
        estimate=effect.estimate,
        standard_error=effect.standard_error,
        df=effect.df,
        interval=effect.interval,
        p=effect.p,
        arms=tuple(arms),
        model=f"{model}; {effect.method}" if model else effect.method,
        comment=" ".join(part for part in (comment, effect.comment) if part),
        assumptions=assumptions,
    )


def describe_column(
    study: Study, frame: pd.DataFrame, column: str, available: Mapping[str, int] | None = None
) -> tuple[ArmEstimate, ...]:
    """Describe a column of numbers by arm, one row a participant.

    Parameters
    ----------
    study : Study
    frame : DataFrame
        With a column ``arm``.
    column : str
    available : mapping of str to int or None
        How many of each arm had the outcome observed; None: those in the table.
    """
    level = study.protocol.analysis.confidence_level
    described = []
    for arm in study.arms:
        values = tuple(float(value) for value in frame.loc[frame[ARM] == arm.arm, column])
        found = describe_arm(Group(arm=arm.arm, label=arm.label, values=values), level)
        count = len(values) if available is None else available.get(arm.arm, 0)
        described.append(replace(found, n_available=count))
    return tuple(described)


def available_by_arm(study: Study, people: frozenset[str]) -> dict[str, int]:
    """Count participants by arm."""
    return dict(Counter(study.arm_of[person] for person in people))


def counts_of(
    study: Study, planned: PlannedAnalysis, frame: pd.DataFrame
) -> tuple[VisitCount, ...]:
    """Return how many rows of each arm entered a fit, at the visit of the outcome."""
    visit = study.protocol.outcome(planned.outcome).visit
    label = study.protocol.visit(visit).label if visit else OVER_TRIAL
    return tuple(
        VisitCount(visit=label, arm=arm.label, n=int((frame[ARM] == arm.arm).sum()))
        for arm in study.arms
    )


def first_arm_note(study: Study, contrast: Contrast) -> str:
    """Say which arm is taken as the one under trial; needed only while the arms are masked."""
    if not study.records.masked:
        return ""
    label = next(arm.label for arm in study.arms if arm.arm == contrast.first)
    return f"While the arms are masked, {label} is taken as the arm under trial."
