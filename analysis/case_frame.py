"""The participants of an analysis as a table, one row each: what estimators read and what R or SAS can read.

Columns: participant, arm, outcome, and the covariates under their own names.
"""

from collections.abc import Mapping

import pandas as pd

from analysis.estimators.frame import Comparison
from analysis.outcome_values import BASELINE, Cases, select_cases
from analysis.results import Contrast, NotEstimableError
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis

ARM, OUTCOME, PARTICIPANT = "arm", "outcome", "participant"


def case_frame(study: Study, planned: PlannedAnalysis) -> pd.DataFrame:
    """Return the complete cases of an analysis.

    `NotEstimableError` if an intercurrent event happened whose strategy the estimator does not carry out.
    """
    return frame_of(study, planned, select_cases(study, planned))


def frame_of(study: Study, planned: PlannedAnalysis, cases: Cases) -> pd.DataFrame:
    """Return given cases of an analysis, in their order."""
    observed = cases.values  # noqa: PD011 - cases, no data frame
    frame = people_frame(study, list(observed))
    frame[OUTCOME] = list(observed.values())
    return with_covariates(study, planned, frame, cases.baseline)


def people_frame(study: Study, people: list[str]) -> pd.DataFrame:
    """Return participants with their arms."""
    return pd.DataFrame({PARTICIPANT: people, ARM: [study.arm_of[person] for person in people]})


def with_covariates(
    study: Study, planned: PlannedAnalysis, frame: pd.DataFrame, baseline: Mapping[str, float]
) -> pd.DataFrame:
    """Return the table with a column for each covariate of the analysis."""
    rows = {row.participant_id: row for row in study.datasets.participants}
    people = list(frame[PARTICIPANT])
    added = {
        name: [baseline[person] for person in people]
        if name == BASELINE
        else [rows[person].level(name) for person in people]
        for name in planned.covariates
    }
    return frame.assign(**added)


def comparison_of(study: Study, frame: pd.DataFrame, contrast: Contrast) -> Comparison:
    """Return the comparison of two arms of a table.

    Raises
    ------
    NotEstimableError
        If one of them has nobody in it.
    """
    present = set(frame[ARM])
    labels = {arm.arm: arm.label for arm in study.arms}
    for arm in (contrast.first, contrast.second):
        if arm not in present:
            raise NotEstimableError(f"{labels[arm]} has no participant in the analysis")
    return Comparison(column=ARM, first=contrast.first, second=contrast.second)
