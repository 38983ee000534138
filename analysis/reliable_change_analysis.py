"""A planned analysis of reliable and clinically significant change: who is more than measurement error better, and the difference in shares.

Conventions: complete cases with a baseline; composite strategy: who had such an event is not better. The difference is that of improved and
recovered together, with Miettinen and Nurminen's interval and test; all four classes of Jacobson and Truax are told by arm.
"""

from collections import Counter
from dataclasses import replace

import pandas as pd

from analysis.case_frame import ARM, comparison_of, people_frame
from analysis.effect_estimates import counts_of, estimate_of
from analysis.equivalent_calls import data_from_file
from analysis.estimators.clinical_change import (
    ChangeClass,
    Measurement,
    classify_change,
    measure_reliable_change,
)
from analysis.estimators.equivalence import Better
from analysis.estimators.two_proportions import (
    DifferenceInterval,
    ResponseColumns,
    estimate_difference,
    shares_of_frame,
)
from analysis.fit_record import FitRecord
from analysis.outcome_values import select_cases
from analysis.quantities import RELIABLE_DIFFERENCE
from analysis.responses import (
    RESPONSE,
    baseline_values,
    composite_comment,
    describe_responses,
    failed_people,
)
from analysis.result_rows import ResultRow, refused_row
from analysis.results import Contrast, Estimate
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.outcomes import Direction
from protocols.planned_estimators import PlannedReliableChange

CHANGE = "change"
FAILED = "intercurrent event"
UNIT = "share of participants"
_BETTER = frozenset({ChangeClass.RECOVERED.value, ChangeClass.IMPROVED.value})
ASSUMPTIONS = (
    "Standard deviation and reliability are those of people like these. A reliable change is more than error; whether it is because of the music is in the "
    "difference between arms, not in the class of one person."
)


def reliable_change_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the difference in shares of participants who are reliably better."""
    promise = planned.reliable_change
    if promise is None:
        return [refused_row(planned, "the plan does not say how precise the questionnaire is")]
    frame = change_frame(study, planned, promise)
    arms = describe_responses(study, planned, frame)
    smallest = measure_reliable_change(_measurement(study, planned, promise))
    model = f"reliable change: more than {smallest.smallest_reliable_change:.2f} points ({promise.label}; {promise.source.strip()})"
    notes = (_classes(study, frame), composite_comment(study, planned, frame))

    def estimate(contrast: Contrast) -> Estimate:
        columns = ResponseColumns(
            response=RESPONSE, comparison=comparison_of(study, frame, contrast)
        )
        labels = {arm.arm: arm.label for arm in study.arms}
        first, second = (
            replace(share, label=labels[share.arm]) for share in shares_of_frame(frame, columns)
        )
        effect = estimate_difference(
            first,
            second,
            DifferenceInterval.MIETTINEN_NURMINEN,
            confidence_level=study.protocol.analysis.confidence_level,
        )
        comment = " ".join(note for note in notes if note)
        return estimate_of(effect, arms, model=model, assumptions=ASSUMPTIONS, comment=comment)

    return [
        ResultRow(
            suffix="",
            label="",
            quantity=RELIABLE_DIFFERENCE,
            unit=UNIT,
            estimate=estimate,
            describe=lambda: arms,
            record=lambda contrast: _record(study, planned, frame, contrast),
        )
    ]


def change_frame(
    study: Study, planned: PlannedAnalysis, promise: PlannedReliableChange
) -> pd.DataFrame:
    """Return one row a participant: ``arm``, ``baseline``, ``outcome``, ``change`` (the class), ``response`` 1 when reliably better, else 0.

    `NotEstimableError` if an event happened whose strategy the estimator does not carry out, or the promise has no reliability.
    """
    observed = select_cases(study, planned).values  # noqa: PD011 - cases, no data frame
    baseline = baseline_values(study, planned)
    failed = failed_people(study, planned, baseline)
    measured = [person for person in observed if person in baseline and person not in failed]
    changes = classify_change(
        [baseline[person] for person in measured],
        [observed[person] for person in measured],
        _measurement(study, planned, promise),
        promise.cut_off,
    )
    classes = {p: one.change.value for p, one in zip(measured, changes, strict=True)}
    classes |= dict.fromkeys(failed, FAILED)
    people = [person for person in study.arm_of if person in classes]
    frame = people_frame(study, people)
    frame["baseline"] = [baseline.get(person) for person in people]
    frame["outcome"] = [observed.get(person) for person in people]
    frame[CHANGE] = [classes[person] for person in people]
    frame[RESPONSE] = [float(classes[person] in _BETTER) for person in people]
    return frame


def _measurement(
    study: Study, planned: PlannedAnalysis, promise: PlannedReliableChange
) -> Measurement:
    lower = study.protocol.outcome(planned.outcome).direction is Direction.LOWER_IS_BETTER
    return Measurement(
        standard_deviation=promise.standard_deviation,
        reliability=promise.reliability,
        better=Better.LOWER if lower else Better.HIGHER,
        source=promise.source,
    )


def _classes(study: Study, frame: pd.DataFrame) -> str:
    said = []
    for arm in study.arms:
        counted = Counter(frame.loc[frame[ARM] == arm.arm, CHANGE])
        numbers = ", ".join(f"{counted[kind.value]} {kind.value}" for kind in ChangeClass)
        said.append(f"{arm.label}: {numbers}")
    return f"{'. '.join(said)}."


def _record(
    study: Study, planned: PlannedAnalysis, frame: pd.DataFrame, contrast: Contrast
) -> FitRecord:
    first, second = (
        f'd${RESPONSE}[d${ARM} == "{arm}"]' for arm in (contrast.first, contrast.second)
    )
    counts = f"sum({first}), length({first}), sum({second}), length({second})"
    level = study.protocol.analysis.confidence_level
    return FitRecord(
        formula=f"{RESPONSE} ~ {ARM}",
        covariance="binomial, the difference held at each limit",
        standard_errors="none: score interval (Miettinen and Nurminen 1985)",
        df_method="",
        counts=counts_of(study, planned, frame),
        call_in_r="\n".join(
            [
                data_from_file(planned.code),
                f'DescTools::BinomDiffCI({counts}, conf.level = {level:g}, method = "mn")',
            ]
        ),
        call_in_sas=(
            f"proc freq data=d;\n  tables {ARM}*{RESPONSE} / alpha={1 - level:.10g} riskdiff(cl=mn column=2);\nrun;"
        ),
        differences=(
            "SAS takes the difference row 1 minus row 2 of the table: sort the arms first.",
        ),
    )
