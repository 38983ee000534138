"""Planned analyses by what was taken up: the effect in compliers, and the effect per minutes of music, with the arm as instrument.

Conventions: nobody outside the first arm of a contrast can take up its music, so take-up and dose are 0 there; in it, take-up is having
attended enough sessions, and the dose is the minutes really played. While the arms are masked the first letter is taken as the arm under
trial, as in reference-based imputation.
"""

from dataclasses import replace
from functools import cache

import pandas as pd

from analysis.case_frame import ARM, OUTCOME, case_frame, comparison_of
from analysis.datasets import ParticipantRow
from analysis.effect_estimates import (
    available_by_arm,
    counts_of,
    describe_column,
    estimate_of,
    first_arm_note,
)
from analysis.equivalent_calls import data_from_file
from analysis.estimators.ancova import AncovaFit, CovarianceKind, Sample, fit_ancova
from analysis.estimators.complier_effect import (
    ComplierCovariance,
    ComplierEffect,
    UptakeColumns,
    estimate_complier_effect_of_frame,
)
from analysis.estimators.effect import Named, arm_sizes, t_effect
from analysis.estimators.frame import covariates, numbers
from analysis.fit_record import FitRecord
from analysis.fit_records import record_ancova
from analysis.outcome_values import select_cases
from analysis.quantities import COMPLIER_EFFECT, DOSE_EFFECT
from analysis.result_rows import ResultRow, arm_counts, refused_row
from analysis.results import Contrast, Estimate, NotEstimableError
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis

ASSIGNED, RECEIVED, HEARD = "assigned", "received", "heard"
ERRORS = ComplierCovariance.HC1
COMPLIER_ASSUMPTIONS = (
    "Being offered the music acts on the outcome only through taking it up, so that those who would attend fewer sessions do "
    "equally well in both arms; nobody in the comparison arm can take it up. Data cannot show either."
)
DOSE_ASSUMPTIONS = (
    "Being offered the music acts on the outcome only through the minutes heard, and in proportion to them: half the minutes, "
    "half the effect. Minutes are chosen by the participants, not randomized; the arm is."
)
NOT_RANDOMIZED = "Minutes are not randomized: who is better may come more often, and who comes more often may differ in other ways. Not an effect."


def complier_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the effect in those who take up the music when it is offered."""
    promise = planned.complier_effect
    if promise is None:
        return [refused_row(planned, "the plan does not say what counts as take-up")]
    return [
        _instrument_row(
            study,
            planned,
            COMPLIER_EFFECT,
            (promise.label, COMPLIER_ASSUMPTIONS),
        )
    ]


def dose_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the effect for so many minutes of music, then the association within arms, which is no effect."""
    promise = planned.dose_response
    if promise is None:
        return [
            refused_row(planned, "the plan does not say for how many minutes the effect is given")
        ]
    unit = f"{study.protocol.outcome(planned.outcome).unit} per {promise.per_minutes:g} minutes"
    causal = replace(
        _instrument_row(study, planned, DOSE_EFFECT, (promise.label, DOSE_ASSUMPTIONS)),
        unit=unit,
    )
    association = replace(
        causal,
        suffix=".association",
        label=" (association within arms, not randomized)",
        quantity="association with the music heard, not randomized",
        estimate=lambda _: _associate(study, planned),
        record=lambda _: record_ancova(
            study, planned, _fit_with_dose(study, planned), CovarianceKind.CLASSICAL
        ),
    )
    return [causal, association]


def uptake_frame(study: Study, planned: PlannedAnalysis) -> pd.DataFrame:
    """Return one row a participant: ``arm``, ``outcome``, ``assigned`` and ``received`` (both of the first contrast), ``heard`` and covariates.

    ``heard`` is the same amount in whatever arm.
    """
    frame = case_frame(study, planned)
    rows = {row.participant_id: row for row in study.datasets.participants}
    frame[HEARD] = [_amount(planned, rows[person]) for person in frame["participant"]]
    first = study.contrasts[0].first if study.contrasts else ""
    return _instrumented(frame, first)


def _amount(planned: PlannedAnalysis, row: ParticipantRow) -> float:
    if planned.complier_effect is not None:
        return float(row.sessions_attended >= planned.complier_effect.minimum_sessions)
    if planned.dose_response is not None:
        return row.dose_minutes / planned.dose_response.per_minutes
    raise NotEstimableError("the plan does not say what was received")


def _instrumented(frame: pd.DataFrame, first: str) -> pd.DataFrame:
    assigned = (frame[ARM] == first).astype(float)
    return frame.assign(**{ASSIGNED: assigned, RECEIVED: assigned * frame[HEARD]})


def _instrument_row(
    study: Study,
    planned: PlannedAnalysis,
    quantity: str,
    words: tuple[str, str],
) -> ResultRow:
    frame = uptake_frame(study, planned)
    available = available_by_arm(study, select_cases(study, planned).available)
    arms = describe_column(study, frame, OUTCOME, available)
    label, assumptions = words
    terms = " + ".join([RECEIVED, *planned.covariates])
    model = f"{OUTCOME} ~ {terms}, {RECEIVED} by {ASSIGNED}; {label}"

    @cache
    def found(contrast: Contrast) -> ComplierEffect:
        comparison_of(study, frame, contrast)
        both = frame.loc[frame[ARM].isin([contrast.first, contrast.second])]
        columns = UptakeColumns(
            outcome=OUTCOME, assigned=ASSIGNED, received=RECEIVED, covariates=planned.covariates
        )
        level = study.protocol.analysis.confidence_level
        return estimate_complier_effect_of_frame(
            _instrumented(both, contrast.first), columns, ERRORS, confidence_level=level
        )

    def estimate(contrast: Contrast) -> Estimate:
        effect = found(contrast)
        notes = (
            _taken_up(study, frame, contrast),
            f"First-stage F {effect.first_stage_f:.1f}.",
            first_arm_note(study, contrast),
        )
        comment = " ".join(note for note in notes if note)
        return estimate_of(
            effect.effect, arms, model=model, assumptions=assumptions, comment=comment
        )

    return ResultRow(
        suffix="",
        label="",
        quantity=quantity,
        estimate=estimate,
        describe=lambda: arms,
        record=lambda _: _record(study, planned, frame),
    )


def _taken_up(study: Study, frame: pd.DataFrame, contrast: Contrast) -> str:
    label = next(arm.label for arm in study.arms if arm.arm == contrast.first)
    values = frame.loc[frame[ARM] == contrast.first, HEARD]
    if set(values) <= {0.0, 1.0}:
        return f"Take-up in {label}: {int(values.sum())} of {len(values)}."
    return f"Mean amount in {label}: {values.mean():.2f}."


def _associate(study: Study, planned: PlannedAnalysis) -> Estimate:
    fit = _fit_with_dose(study, planned)
    if HEARD not in fit.design.columns:
        raise NotEstimableError("everyone analysed heard the same amount of music")
    place = fit.design.columns.index(HEARD)
    effect = t_effect(
        Named(
            quantity="association with the music heard",
            method="classical standard errors",
            arms=arm_sizes(fit.sample.arm),
        ),
        estimate=float(fit.coefficients[place]),
        standard_error=float(fit.covariance[place, place]) ** 0.5,
        df=float(fit.df),
        confidence_level=study.protocol.analysis.confidence_level,
    )
    available = {count.arm: count.n_available for count in fit.arms}
    arms = describe_column(study, uptake_frame(study, planned), OUTCOME, available)
    return estimate_of(effect, arms, model=fit.formula, assumptions=NOT_RANDOMIZED)


def _fit_with_dose(study: Study, planned: PlannedAnalysis) -> AncovaFit:
    frame = uptake_frame(study, planned)
    sample = Sample(
        outcome_name=planned.outcome,
        outcome=tuple(numbers(frame, OUTCOME).tolist()),
        arm=tuple(frame[ARM]),
        covariates=covariates(frame, (*planned.covariates, HEARD)),
    )
    return fit_ancova(sample, arm_counts(study, select_cases(study, planned)))


def _record(study: Study, planned: PlannedAnalysis, frame: pd.DataFrame) -> FitRecord:
    others = "".join(f" + {name}" for name in planned.covariates)
    return FitRecord(
        formula=f"{OUTCOME} ~ {RECEIVED}{others} | {ASSIGNED}{others}",
        covariance="a residual variance for each person",
        standard_errors=f"two-stage least squares, {ERRORS.value}",
        df_method="residual: participants minus coefficients",
        counts=counts_of(study, planned, frame),
        call_in_r="\n".join(
            [
                data_from_file(planned.code),
                f"fit <- ivreg::ivreg({OUTCOME} ~ {RECEIVED}{others} | {ASSIGNED}{others}, data = d)",
                f'lmtest::coeftest(fit, vcov = sandwich::vcovHC(fit, type = "{ERRORS.value}"))',
            ]
        ),
    )
