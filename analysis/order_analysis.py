"""A planned analysis of ordered categories: the common odds ratio of a better one, by the proportional odds model.

Conventions: categories are coded 1, 2, ... from worst to best, whichever direction is better for the outcome, so that an odds ratio above 1 is in favour
of the first arm. Composite strategy: who had such an event is in category 0, worse than any value.
"""

from bisect import bisect_left

import pandas as pd

from analysis.case_frame import ARM, comparison_of, people_frame, with_covariates
from analysis.effect_estimates import (
    available_by_arm,
    counts_of,
    describe_column,
    estimate_of,
)
from analysis.equivalent_calls import data_from_file
from analysis.estimators.ordinal import (
    OrderedColumns,
    ProportionalOdds,
    estimate_proportional_odds,
    ordered_outcomes,
)
from analysis.fit_record import FitRecord
from analysis.outcome_values import select_cases
from analysis.quantities import BETTER_ODDS_RATIO
from analysis.responses import baseline_values, failed_people
from analysis.result_rows import ResultRow, refused_row
from analysis.results import Contrast, Estimate
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.outcomes import Direction
from protocols.planned_orders import PlannedOrder

CATEGORY = "category"
WORST = 0
ASSUMPTIONS = "One odds ratio holds at every cut between categories; where it does not, it is an average over the cuts."


def order_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the common odds ratio of a better category."""
    promise = planned.ordinal
    if promise is None:
        return [refused_row(planned, "the plan does not say where the categories are cut")]
    frame = order_frame(study, planned, promise)
    available = available_by_arm(study, frozenset(frame["participant"]))
    arms = describe_column(study, frame, CATEGORY, available)
    model = f"{CATEGORY} ~ {' + '.join([ARM, *planned.covariates])}; {promise.label}"

    def estimate(contrast: Contrast) -> Estimate:
        columns = OrderedColumns(
            category=CATEGORY,
            categories=_categories(frame),
            comparison=comparison_of(study, frame, contrast),
            covariates=planned.covariates,
        )
        level = study.protocol.analysis.confidence_level
        found = estimate_proportional_odds(ordered_outcomes(frame, columns), confidence_level=level)
        comment = f"{_counts(study, frame)} {_by_cut(found)}"
        return estimate_of(
            found.odds_ratio, arms, model=model, assumptions=ASSUMPTIONS, comment=comment
        )

    return [
        ResultRow(
            suffix="",
            label="",
            quantity=BETTER_ODDS_RATIO,
            unit="ratio",
            estimate=estimate,
            describe=lambda: arms,
            record=lambda contrast: _record(study, planned, frame, contrast),
        )
    ]


def order_frame(study: Study, planned: PlannedAnalysis, promise: PlannedOrder) -> pd.DataFrame:
    """Return one row a participant: ``arm``, ``category`` (higher is better, a whole number) and the covariates.

    `NotEstimableError` if an event happened whose strategy the estimator does not carry out.
    """
    observed = select_cases(study, planned).values  # noqa: PD011 - cases, no data frame
    baseline = baseline_values(study, planned)
    failed = failed_people(study, planned, baseline)
    lower = study.protocol.outcome(planned.outcome).direction is Direction.LOWER_IS_BETTER
    cuts = promise.cuts or tuple(sorted(set(observed.values())))[:-1]
    codes = dict.fromkeys(failed, WORST)
    for person in observed.keys() - failed:
        above = bisect_left(cuts, observed[person])
        codes[person] = 1 + (len(cuts) - above if lower else above)
    people = [person for person in study.arm_of if person in codes]
    frame = people_frame(study, people)
    frame[CATEGORY] = [codes[person] for person in people]
    return with_covariates(study, planned, frame, baseline)


def _categories(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(str(code) for code in sorted(set(frame[CATEGORY])))


def _counts(study: Study, frame: pd.DataFrame) -> str:
    said = []
    for arm in study.arms:
        here = frame.loc[frame[ARM] == arm.arm, CATEGORY]
        counts = [int((here == int(code)).sum()) for code in _categories(frame)]
        said.append(f"{arm.label} {', '.join(map(str, counts))}")
    failed = (
        " Category 0: an intercurrent event (composite strategy)."
        if WORST in set(frame[CATEGORY])
        else ""
    )
    return f"Participants by category, the worst first: {'; '.join(said)}.{failed}"


def _by_cut(found: ProportionalOdds) -> str:
    cuts = ", ".join(
        "none" if cut.estimate is None else f"{cut.estimate:.2f}" for cut in found.by_cut
    )
    test = (
        "cannot be tested"
        if found.p_proportional is None
        else f"Brant's test p {found.p_proportional:.4f}"
    )
    return f"Odds ratio at each cut: {cuts}; one odds ratio: {test}."


def _record(
    study: Study, planned: PlannedAnalysis, frame: pd.DataFrame, contrast: Contrast
) -> FitRecord:
    terms = " + ".join([ARM, *planned.covariates])
    factors = [
        f"{ARM}(ref='{contrast.second}')",
        *(c for c in planned.covariates if c != "baseline"),
    ]
    return FitRecord(
        formula=f"{CATEGORY} ~ {terms}",
        covariance="multinomial, one odds ratio",
        standard_errors="observed information, of the logarithm",
        df_method="none: normal",
        counts=counts_of(study, planned, frame),
        call_in_r="\n".join(
            [
                data_from_file(planned.code),
                f'd${ARM} <- relevel(d${ARM}, ref = "{contrast.second}")',
                f"summary(ordinal::clm(ordered({CATEGORY}) ~ {terms}, data = d))",
            ]
        ),
        call_in_sas="\n".join(
            [
                "proc logistic data=d;",
                f"  class {' '.join(factors)} / param=ref;",
                f"  model {CATEGORY}(descending) = {' '.join([ARM, *planned.covariates])};",
                "run;",
            ]
        ),
        differences=(
            "SAS's PROC LOGISTIC takes the expected information by default, R's clm and this the observed one: errors differ a little.",
            "R prints the logarithm of the odds ratio; SAS without DESCENDING gives the odds of a worse category.",
        ),
    )
