"""A planned win ratio: every participant of one arm compared with everyone of the other, the most important outcome first.

Conventions: events are compared by their day, none or a later one being better; a participant without a value of an outcome decides no pair by it, and
the next outcome does. Everybody of the analysis set takes part.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pandas as pd

from analysis.analysis_sets import members_of
from analysis.case_frame import ARM, comparison_of, people_frame
from analysis.effect_estimates import counts_of, describe_column, estimate_of
from analysis.equivalent_calls import data_from_file
from analysis.estimators.effect import Effect
from analysis.estimators.equivalence import Better
from analysis.estimators.win_ratio import (
    RankedNumber,
    RankedOutcome,
    RankedTime,
    WinStatistics,
    estimate_win_ratio,
)
from analysis.fit_record import FitRecord
from analysis.outcome_values import outcome_values, strategy_effect
from analysis.quantities import WIN_RATIO
from analysis.result_rows import ResultRow, refused_row
from analysis.results import ArmEstimate, Contrast, Estimate, NotEstimableError
from analysis.study import Study
from analysis.time_to_event_analysis import event_times_of
from protocols.analysis_plan import PlannedAnalysis
from protocols.outcomes import Direction
from protocols.planned_orders import PlannedRank, PlannedWinRatio

HAPPENED = "_happened"
ASSUMPTIONS = (
    "The order of the outcomes is that of their importance to participants. A ratio says how much more often a pair is won, never how much better; with many ties "
    "it looks larger than the benefit is: read the net benefit beside it."
)


def win_ratio_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the win ratio, then win odds and net benefit beside it."""
    promise = planned.win_ratio
    if promise is None:
        return [refused_row(planned, "the plan does not say which outcomes decide")]
    frame = pair_frame(study, planned, promise)
    arms = _arms(study, planned, frame)

    @cache
    def found(contrast: Contrast) -> WinStatistics:
        comparison_of(study, frame, contrast)
        outcomes = [_ranked(study, frame, rank, contrast) for rank in promise.ranks]
        return estimate_win_ratio(
            outcomes,
            contrast.first,
            contrast.second,
            confidence_level=study.protocol.analysis.confidence_level,
        )

    def estimate(effect: Effect, contrast: Contrast) -> Estimate:
        return estimate_of(
            effect,
            arms,
            model=promise.label,
            assumptions=ASSUMPTIONS,
            comment=_decided(found(contrast)),
        )

    ratio = ResultRow(
        suffix="",
        label="",
        quantity=WIN_RATIO,
        unit="ratio",
        estimate=lambda contrast: estimate(found(contrast).win_ratio, contrast),
        describe=lambda: arms,
        record=lambda contrast: _record(study, planned, promise, frame, contrast),
    )
    odds = replace(
        ratio,
        suffix=".odds",
        label=" (win odds: a tie is half a win)",
        quantity="win odds",
        estimate=lambda contrast: estimate(found(contrast).win_odds, contrast),
        record=lambda _: None,
    )
    benefit = replace(
        odds,
        suffix=".benefit",
        label=" (net benefit: share won minus share lost)",
        quantity="net benefit",
        unit="share of pairs",
        estimate=lambda contrast: estimate(found(contrast).net_benefit, contrast),
    )
    return [ratio, odds, benefit]


def _arms(study: Study, planned: PlannedAnalysis, frame: pd.DataFrame) -> tuple[ArmEstimate, ...]:
    """Describe those with the outcome; everybody is compared."""
    observed = frame.dropna(subset=[planned.outcome])
    compared = frame[ARM].value_counts()
    return tuple(
        replace(arm, n_available=arm.n_analysed, n_analysed=int(compared.get(arm.arm, 0)))
        for arm in describe_column(study, observed, planned.outcome)
    )


def pair_frame(study: Study, planned: PlannedAnalysis, promise: PlannedWinRatio) -> pd.DataFrame:
    """Return one row a participant of the set: ``arm``, a column for each outcome, and the day and ``_happened`` of each event.

    An outcome that was not observed is missing, and so is the analysis's own where its strategy sets it aside. `NotEstimableError` if somebody had an event at an unknown time.
    """
    members = members_of(study.memberships, planned.analysis_set)
    people = [person for person in study.arm_of if person in members]
    frame = people_frame(study, people)
    for rank in promise.ranks:
        if _is_outcome(study, rank):
            values = _values(study, planned, rank)
            frame[rank.variable] = [values.get(person, float("nan")) for person in people]
        else:
            times = event_times_of(study, rank.variable)
            frame[rank.variable] = [times[person].days for person in people]
            frame[rank.variable + HAPPENED] = [float(times[p].happened) for p in people]
    return frame


def _is_outcome(study: Study, rank: PlannedRank) -> bool:
    return any(outcome.code == rank.variable for outcome in study.protocol.outcomes)


def _values(study: Study, planned: PlannedAnalysis, rank: PlannedRank) -> Mapping[str, float]:
    effect = strategy_effect(study, planned)
    if effect.refused:
        message = f"strategy not carried out by this program: {'; '.join(effect.refused)}"
        raise NotEstimableError(message)
    found = outcome_values(study, study.protocol.outcome(rank.variable), effect)
    aside = effect.set_aside if rank.variable == planned.outcome else frozenset()
    values = found.values  # noqa: PD011 - outcome values, no data frame
    return {person: value for person, value in values.items() if person not in aside}


def _better(study: Study, rank: PlannedRank) -> Better:
    lower = study.protocol.outcome(rank.variable).direction is Direction.LOWER_IS_BETTER
    return Better.LOWER if lower else Better.HIGHER


def _ranked(
    study: Study, frame: pd.DataFrame, rank: PlannedRank, contrast: Contrast
) -> RankedOutcome:
    def of(arm: str, column: str) -> tuple[float, ...]:
        return tuple(float(value) for value in frame.loc[frame[ARM] == arm, column])

    name, first, second = rank.variable, contrast.first, contrast.second
    if _is_outcome(study, rank):
        return RankedNumber(
            name=name,
            first=of(first, name),
            second=of(second, name),
            better=_better(study, rank),
            margin=rank.margin,
        )
    return RankedTime(
        name=name,
        first=of(first, name),
        first_event=of(first, name + HAPPENED),
        second=of(second, name),
        second_event=of(second, name + HAPPENED),
    )


def _decided(found: WinStatistics) -> str:
    steps = "; ".join(
        f"{one.outcome}: {one.wins} won, {one.losses} lost" for one in found.by_outcome
    )
    return f"Pairs decided by {steps}."


def _record(
    study: Study,
    planned: PlannedAnalysis,
    promise: PlannedWinRatio,
    frame: pd.DataFrame,
    contrast: Contrast,
) -> FitRecord:
    return FitRecord(
        formula=f"{' > '.join(rank.variable for rank in promise.ranks)} by {ARM}",
        covariance="all pairs; each participant is in many",
        standard_errors="of the logarithm, U statistics (Bebu and Lachin 2016)",
        df_method="none: normal",
        counts=counts_of(study, planned, frame),
        call_in_r="\n".join(
            [
                data_from_file(planned.code),
                f'a <- d[d${ARM} == "{contrast.first}", ]; b <- d[d${ARM} == "{contrast.second}", ]',
                "v <- matrix(0, nrow(a), nrow(b))",
                *(_step_in_r(study, rank) for rank in promise.ranks),
                "k <- (v > 0) / mean(v > 0) - (v < 0) / mean(v < 0)",
                "se <- sqrt(var(rowMeans(k)) / nrow(a) + var(colMeans(k)) / nrow(b))",
                "c(ratio = sum(v > 0) / sum(v < 0), se_of_log = se)",
            ]
        ),
        differences=(
            "Programs differ in the variance (here that of U statistics, with n minus 1) and in what a missing value does (here it decides nothing).",
        ),
    )


def _step_in_r(study: Study, rank: PlannedRank) -> str:
    name = rank.variable
    if not _is_outcome(study, rank):
        day, none = f"a${name}, b${name}", f"{HAPPENED} == 0"
        first, second = f"a${name}{none}", f"rep(b${name}{none}, each = nrow(a))"
        won = f'(outer({day}, ">") | (outer({day}, "==") & {first})) & !{second}'
        lost = f'(outer({day}, "<") | (outer({day}, "==") & {second})) & !({first})'
        return f"v <- ifelse(v == 0, ({won}) - ({lost}), v)"
    sign = "-1" if _better(study, rank) is Better.LOWER else "1"
    return (
        f's <- {sign} * outer(a${name}, b${name}, "-"); s[is.na(s) | abs(s) <= {rank.margin:g}] <- 0; '
        "v <- ifelse(v == 0, sign(s), v)"
    )
