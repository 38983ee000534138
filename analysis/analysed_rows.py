"""The rows that an analysis used, as a table that R or SAS can read: what the calls of its results name ``d``."""

import pandas as pd

from analysis.imputation_cases import arrange_outcomes
from analysis.mixed_model_analysis import AT_RANDOM, long_table
from analysis.outcome_values import select_cases
from analysis.result_rows import build_sample
from analysis.results import NotEstimableError
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.outcomes import OutcomeSource


def analysed_rows(study: Study, planned: PlannedAnalysis) -> pd.DataFrame | None:
    """Return the rows of one analysis.

    Parameters
    ----------
    study : Study
    planned : PlannedAnalysis

    Returns
    -------
    DataFrame or None
        Columns participant, arm, outcome, the covariates, and visit where there are several. A mixed model: the
        observed outcomes. An imputation: all visits, missing outcomes empty. None for adverse events, which are counted,
        and where nothing can be analysed.
    """
    if study.protocol.outcome(planned.outcome).source is OutcomeSource.ADVERSE_EVENTS:
        return None
    try:
        if planned.imputation is not None:
            return long_table(arrange_outcomes(study, planned, planned.imputation))[0]
        if planned.mixed_model is not None:
            rows, _ = long_table(arrange_outcomes(study, planned, AT_RANDOM))
            return rows[rows["outcome"].notna()].reset_index(drop=True)
        return _one_row_a_participant(study, planned)
    except NotEstimableError:
        return None


def _one_row_a_participant(study: Study, planned: PlannedAnalysis) -> pd.DataFrame:
    cases = select_cases(study, planned)
    sample = build_sample(study, planned, cases)
    rows = {
        "participant": list(cases.values),
        "arm": sample.arm,
        "outcome": sample.outcome,
    }
    for covariate in sample.covariates:
        rows[covariate.name] = covariate.values  # noqa: PD011 - a covariate, not a data frame
    return pd.DataFrame(rows)
