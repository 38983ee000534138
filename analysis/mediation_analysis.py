"""A planned mediation: how much of the arm's effect goes through a mechanism, and how strong a hidden cause would undo it.

Conventions: the mediator is the change from its baseline, with that baseline as a covariate of both models; without a baseline it is its
value. Complete cases in outcome, mediator and covariates. The interval of the indirect effect is Monte Carlo, from the seed of the plan; it has
no p value, because the product of two paths is skewed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np
import pandas as pd

from analysis.case_frame import ARM, OUTCOME, comparison_of, frame_of
from analysis.effect_estimates import available_by_arm, counts_of, describe_column, estimate_of
from analysis.equivalent_calls import data_from_file
from analysis.estimators.effect import Effect
from analysis.estimators.mediation import (
    ASSUMPTIONS,
    Mediation,
    MediationColumns,
    MediationData,
    PathVariance,
    ProductError,
    estimate_mediation,
    mediation_data,
)
from analysis.estimators.mediation_sensitivity import MediationSensitivity, explore_hidden_cause
from analysis.fit_record import FitRecord
from analysis.outcome_values import outcome_values, select_cases, strategy_effect
from analysis.quantities import DIRECT, FROM_MEDIATOR, INDIRECT, TO_MEDIATOR, TOTAL
from analysis.result_rows import ResultRow, refused_row
from analysis.results import Contrast, Estimate, NotEstimableError
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.planned_estimators import PlannedMediation

MEDIATOR, MEDIATOR_BASELINE = "mediator", "mediator_baseline"
SAME_VISIT = (
    "Mediator and outcome are of the same visit, so that which of them came first is not known."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedSensitivity:
    """How strong a hidden common cause of mediator and outcome would undo one indirect effect."""

    analysis: str
    """Code of the planned analysis."""
    contrast: Contrast
    result_id: str
    sensitivity: MediationSensitivity


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    suffix: str
    label: str
    quantity: str
    unit: str
    of: Callable[[Mediation], Effect]


def mediation_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the indirect effect, the direct and the total one, and both paths."""
    promise = planned.mediation
    if promise is None:
        return [refused_row(planned, "the plan names no mediator")]
    frame = mediation_frame(study, planned, promise)
    available = available_by_arm(study, select_cases(study, planned).available)
    arms = describe_column(study, frame, OUTCOME, available)
    model = (
        f"{MEDIATOR} ~ {_terms(frame, planned)}; {OUTCOME} ~ {_terms(frame, planned)} + {MEDIATOR}"
    )

    @cache
    def found(contrast: Contrast) -> Mediation:
        return estimate_mediation(
            _data(study, frame, planned, contrast),
            PathVariance.LEAST_SQUARES,
            ProductError.SOBEL,
            generator=np.random.Generator(np.random.PCG64(promise.seed)),
            confidence_level=study.protocol.analysis.confidence_level,
        )

    def estimate(part: _Part, contrast: Contrast) -> Estimate:
        effect = part.of(found(contrast))
        return estimate_of(effect, arms, model=model, assumptions=ASSUMPTIONS)

    def indirect(part: _Part, contrast: Contrast) -> Estimate:
        told = explore_hidden_cause(_data(study, frame, planned, contrast))
        return replace(
            estimate(part, contrast),
            interval=found(contrast).monte_carlo,
            p=None,
            model=f"{model}; product of the paths, Monte Carlo interval (seed {promise.seed})",
            comment=_comment(study, planned, promise, told),
        )

    return [
        ResultRow(
            suffix=part.suffix,
            label=part.label,
            quantity=part.quantity,
            unit=part.unit,
            estimate=partial(estimate if part.suffix else indirect, part),
            describe=lambda: arms,
            record=lambda _: _record(study, planned, frame),
        )
        for part in _parts(study, planned, promise)
    ]


def explore_planned_mediation(study: Study) -> tuple[PlannedSensitivity, ...]:
    """Return, for every planned mediation that can be estimated, how strong a hidden cause would undo it."""
    found = []
    for planned in study.protocol.analysis.analyses:
        if planned.mediation is None:
            continue
        for contrast in study.contrasts:
            try:
                frame = mediation_frame(study, planned, planned.mediation)
                told = explore_hidden_cause(_data(study, frame, planned, contrast))
            except NotEstimableError:
                continue  # the result of the analysis has the reason
            found.append(
                PlannedSensitivity(
                    analysis=planned.code,
                    contrast=contrast,
                    result_id=study.result_id(planned.code, contrast),
                    sensitivity=told,
                )
            )
    return tuple(found)


def mediation_frame(
    study: Study, planned: PlannedAnalysis, promise: PlannedMediation
) -> pd.DataFrame:
    """Return one row a participant: ``arm``, ``outcome``, ``mediator``, ``mediator_baseline`` where there is one, and the covariates.

    Raises
    ------
    NotEstimableError
        If an event happened whose strategy the estimator does not carry out, or nobody has both measures.
    """
    frame = frame_of(study, planned, select_cases(study, planned))
    outcome = study.protocol.outcome(promise.mediator)
    measured = outcome_values(study, outcome, strategy_effect(study, planned))
    after, before = measured.values, measured.baseline  # noqa: PD011 - an outcome, no data frame
    known = after.keys() & before.keys() if before else after.keys()
    frame = frame[frame["participant"].isin(list(known))]
    values = [after[p] - before.get(p, 0.0) for p in frame["participant"]]
    frame = frame.assign(**{MEDIATOR: values})
    if before:
        frame = frame.assign(**{MEDIATOR_BASELINE: [before[p] for p in frame["participant"]]})
    if not len(frame):
        raise NotEstimableError(f"nobody has both the outcome and {outcome.label}")
    return frame.reset_index(drop=True)


def _covariates(frame: pd.DataFrame, planned: PlannedAnalysis) -> tuple[str, ...]:
    own = (MEDIATOR_BASELINE,) if MEDIATOR_BASELINE in frame.columns else ()
    return (*planned.covariates, *own)


def _terms(frame: pd.DataFrame, planned: PlannedAnalysis) -> str:
    return " + ".join([ARM, *_covariates(frame, planned)])


def _data(
    study: Study, frame: pd.DataFrame, planned: PlannedAnalysis, contrast: Contrast
) -> MediationData:
    columns = MediationColumns(
        outcome=OUTCOME,
        mediator=MEDIATOR,
        comparison=comparison_of(study, frame, contrast),
        covariates=_covariates(frame, planned),
    )
    return mediation_data(frame, columns)


def _parts(study: Study, planned: PlannedAnalysis, promise: PlannedMediation) -> tuple[_Part, ...]:
    unit = study.protocol.outcome(planned.outcome).unit
    mediator = study.protocol.outcome(promise.mediator)
    return (
        _Part(suffix="", label="", quantity=INDIRECT, unit=unit, of=lambda m: m.indirect),
        _Part(
            suffix=".direct",
            label=" (not through the mediator)",
            quantity=DIRECT,
            unit=unit,
            of=lambda m: m.direct,
        ),
        _Part(suffix=".total", label=" (total)", quantity=TOTAL, unit=unit, of=lambda m: m.total),
        _Part(
            suffix=".path_a",
            label=" (arm to mediator)",
            quantity=TO_MEDIATOR,
            unit=mediator.unit,
            of=lambda m: m.path_a,
        ),
        _Part(
            suffix=".path_b",
            label=" (mediator to outcome, given the arm)",
            quantity=FROM_MEDIATOR,
            unit=f"{unit} per {mediator.unit}",
            of=lambda m: m.path_b,
        ),
    )


def _comment(
    study: Study,
    planned: PlannedAnalysis,
    promise: PlannedMediation,
    told: MediationSensitivity,
) -> str:
    same = (
        study.protocol.outcome(planned.outcome).visit
        == study.protocol.outcome(promise.mediator).visit
    )
    sensitivity = (
        f"A hidden common cause of mediator and outcome that correlates their residuals by "
        f"{_signed(told.correlation_at_zero)} would explain the indirect effect away; it would have to explain shares of their unexplained "
        f"variances whose product is {told.product_of_shares:.3f}."
    )
    return f"{sensitivity} {SAME_VISIT}" if same else sensitivity


def _signed(number: float) -> str:
    return f"{number:.2f}".replace("-", "−")


def _record(study: Study, planned: PlannedAnalysis, frame: pd.DataFrame) -> FitRecord:
    terms = _terms(frame, planned)
    return FitRecord(
        formula=f"{MEDIATOR} ~ {terms}; {OUTCOME} ~ {terms} + {MEDIATOR}",
        covariance="one residual variance a model",
        standard_errors="least squares; Sobel for the product of the paths",
        df_method="none: normal",
        counts=counts_of(study, planned, frame),
        call_in_r="\n".join(
            [
                data_from_file(planned.code),
                f"m <- lm({MEDIATOR} ~ {terms}, data = d)",
                f"y <- lm({OUTCOME} ~ {terms} + {MEDIATOR}, data = d)",
                f'fit <- mediation::mediate(m, y, treat = "{ARM}", mediator = "{MEDIATOR}")',
                "summary(mediation::medsens(fit))",
            ]
        ),
        differences=(
            "R's mediate draws the coefficients of both models at random too, with other numbers: its interval differs in the last digits.",
        ),
    )
