"""A planned re-randomization test: the adjusted difference, judged by drawing the allocation again by the design of the protocol.

Conventions: everybody randomized is drawn again, in order of arrival within the stratum in which they were randomized; those analysed stay those analysed.
While the arms are masked the draw needs a ratio that treats them alike.
"""

from dataclasses import replace
from functools import cache

import numpy as np

from analysis.effect_estimates import estimate_of
from analysis.estimators.allocation_designs import PermutedBlocks
from analysis.estimators.ancova import AncovaFit, CovarianceKind, fit_ancova
from analysis.estimators.arrays import FloatArray
from analysis.estimators.rerandomization import (
    BoolArray,
    Redraw,
    Rerandomization,
    Statistic,
    compare_by_rerandomization,
)
from analysis.fit_record import FitRecord
from analysis.fit_records import record_ancova
from analysis.outcome_values import select_cases
from analysis.quantities import ADJUSTED_DIFFERENCE
from analysis.result_rows import (
    ResultRow,
    arm_counts,
    build_sample,
    describe_cases,
    refused_row,
)
from analysis.results import Contrast, Estimate, NotEstimableError
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.planned_estimators import PlannedRedraw

ASSUMPTIONS = "Under the hypothesis the arm changes nobody's outcome, nor whether it was observed. The interval holds effects that are the same for everybody."


def rerandomization_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the adjusted difference with the interval and the p value of the design."""
    promise = planned.rerandomization
    if promise is None:
        return [refused_row(planned, "the plan names no number of draws and no seed")]
    cases = select_cases(study, planned)
    arms = describe_cases(study, cases)
    sample, counts = build_sample(study, planned, cases), arm_counts(study, cases)

    @cache
    def found(contrast: Contrast) -> Rerandomization:
        fit = fit_ancova(sample, counts)
        return compare_by_rerandomization(
            sample.outcome,
            sample.arm,
            contrast,
            _redraw(study, tuple(cases.values), promise, fit),
            generator=np.random.Generator(np.random.PCG64(promise.seed)),
            confidence_level=study.protocol.analysis.confidence_level,
        )

    def estimate(contrast: Contrast) -> Estimate:
        one = found(contrast)
        return estimate_of(
            one.effect,
            arms,
            model=f"{planned.outcome} ~ {' + '.join(['arm', *planned.covariates])}",
            assumptions=ASSUMPTIONS,
            comment=f"Monte Carlo error of p: {one.monte_carlo_error:.4f}.",
        )

    return [
        ResultRow(
            suffix="",
            label="",
            quantity=ADJUSTED_DIFFERENCE,
            estimate=estimate,
            describe=lambda: arms,
            record=lambda _: _record(study, planned, promise, fit_ancova(sample, counts)),
        )
    ]


def _redraw(
    study: Study, analysed: tuple[str, ...], promise: PlannedRedraw, fit: AncovaFit
) -> Redraw:
    plan = study.protocol.randomization
    arms = study.arm_order
    if len(arms) > 2:
        raise NotEstimableError("the re-randomization test compares two arms; this trial has more")
    if study.records.masked and len(set(plan.ratio)) > 1:
        message = (
            "the ratio of the arms is not 1 to 1, so the draw has to wait until they are unmasked"
        )
        raise NotEstimableError(message)
    arrived = sorted(study.records.arms, key=lambda one: (one.randomized_at, one.participant_id))
    design = PermutedBlocks(
        stratum=tuple(one.stratum for one in arrived),
        sizes=plan.block_sizes,
        ratio=(plan.ratio[0], plan.ratio[1]),
    )
    generator = np.random.Generator(np.random.PCG64(promise.seed))
    place = {one.participant_id: i for i, one in enumerate(arrived)}
    in_first = design.draw(len(arrived), promise.draws, generator)
    drawn = iter(in_first[:, [place[person] for person in analysed]])

    def draw(_: np.random.Generator) -> list[str]:
        return [arms[0] if first else arms[1] for first in next(drawn)]

    return Redraw(draw=draw, draws=promise.draws, statistic=_adjusted(fit))


def _adjusted(fit: AncovaFit) -> Statistic:
    """Return the coefficient of an arm beside the covariates of a model, which does not change from draw to draw."""
    others = np.delete(fit.design.matrix, range(1, 1 + len(fit.design.arms)), axis=1)
    basis = np.linalg.qr(others)[0]

    def statistic(outcome: FloatArray, first: BoolArray) -> float:
        arm = first.astype(np.float64)
        own = arm - basis @ (basis.T @ arm)
        size = float(own @ own)
        if size < 1e-9:
            raise NotEstimableError("a draw has arms that cannot be told from the covariates")
        return float(own @ outcome) / size

    return statistic


def _record(
    study: Study, planned: PlannedAnalysis, promise: PlannedRedraw, fit: AncovaFit
) -> FitRecord:
    return replace(
        record_ancova(study, planned, fit, CovarianceKind.CLASSICAL),
        covariance="none: the outcomes are held, the allocation is drawn",
        standard_errors=f"none: {promise.label}",
        df_method="",
        call_in_r="",
        call_in_sas="",
        differences=(
            "R's coin and SAS's PROC MULTTEST permute arms within strata: that is another distribution than blocks of the design give.",
            "Another program, or another seed, gives another p value, within its Monte Carlo error.",
        ),
    )
