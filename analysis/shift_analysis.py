"""A planned shift between two arms: the median of all differences, with Wilcoxon's test and the interval that inverts it."""

import pandas as pd

from analysis.case_frame import ARM, OUTCOME, case_frame, comparison_of
from analysis.effect_estimates import (
    available_by_arm,
    counts_of,
    describe_column,
    estimate_of,
)
from analysis.equivalent_calls import data_from_file
from analysis.estimators.rank import RankDistribution, estimate_shift
from analysis.estimators.two_means import TwoSamples
from analysis.fit_record import FitRecord
from analysis.outcome_values import select_cases
from analysis.quantities import SHIFT
from analysis.responses import baseline_values
from analysis.result_rows import ResultRow, refused_row
from analysis.results import Contrast, Estimate
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.planned_orders import PlannedShift, ShiftOf

ASSUMPTIONS = (
    "The shift is one number for everybody only where both arms have the same shape; "
    "otherwise it is the median difference between one participant of each arm."
)


def shift_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the shift between two arms."""
    promise = planned.shift
    if promise is None:
        return [refused_row(planned, "the plan does not say whether value or change is ranked")]
    frame = shift_frame(study, planned, promise)
    available = available_by_arm(study, select_cases(study, planned).available)
    arms = describe_column(study, frame, OUTCOME, available)
    labels = {arm.arm: arm.label for arm in study.arms}

    def estimate(contrast: Contrast) -> Estimate:
        comparison_of(study, frame, contrast)
        samples = TwoSamples(
            first=_values(frame, contrast.first),
            second=_values(frame, contrast.second),
            first_name=labels[contrast.first],
            second_name=labels[contrast.second],
        )
        level = study.protocol.analysis.confidence_level
        effect = estimate_shift(samples, RankDistribution.EXACT, confidence_level=level)
        model = f"{OUTCOME} by {ARM}; {promise.label}"
        return estimate_of(effect, arms, model=model, assumptions=ASSUMPTIONS)

    return [
        ResultRow(
            suffix="",
            label="",
            quantity=SHIFT,
            estimate=estimate,
            describe=lambda: arms,
            record=lambda contrast: _record(study, planned, frame, contrast),
        )
    ]


def shift_frame(study: Study, planned: PlannedAnalysis, promise: PlannedShift) -> pd.DataFrame:
    """Return one row a participant: ``arm`` and ``outcome``, which is the change from baseline where the plan says so."""
    frame = case_frame(study, planned)
    if promise.of is ShiftOf.VALUE:
        return frame
    baseline = baseline_values(study, planned)
    frame = frame.loc[[person in baseline for person in frame["participant"]]]
    change = [
        float(value) - baseline[person]
        for person, value in zip(frame["participant"], frame[OUTCOME], strict=True)
    ]
    return frame.assign(**{OUTCOME: change}).reset_index(drop=True)


def _values(frame: pd.DataFrame, arm: str) -> tuple[float, ...]:
    return tuple(float(value) for value in frame.loc[frame[ARM] == arm, OUTCOME])


def _record(
    study: Study, planned: PlannedAnalysis, frame: pd.DataFrame, contrast: Contrast
) -> FitRecord:
    levels = f'c("{contrast.first}", "{contrast.second}")'
    level = study.protocol.analysis.confidence_level
    test = f"wilcox.test({OUTCOME} ~ {ARM}, data = d, conf.int = TRUE, conf.level = {level:g})"
    return FitRecord(
        formula=f"{OUTCOME} ~ {ARM}",
        covariance="none: ranks",
        standard_errors="none: the interval inverts Wilcoxon's test",
        df_method="",
        counts=counts_of(study, planned, frame),
        call_in_r="\n".join(
            [data_from_file(planned.code), f"d${ARM} <- factor(d${ARM}, {levels})", test]
        ),
        call_in_sas="\n".join(
            [
                f"proc npar1way data=d wilcoxon hl(refclass='{contrast.second}') alpha={1 - level:.10g};",
                f"  where {ARM} in ('{contrast.first}', '{contrast.second}');",
                f"  class {ARM};",
                f"  var {OUTCOME};",
                "run;",
            ]
        ),
        differences=(
            "With ties R's estimate and limits are roots of a normal equation, not differences that occur in the data.",
            "SAS's Hodges-Lehmann limits are the asymptotic ones of Moses unless exact ones are asked for (exact hl).",
        ),
    )
