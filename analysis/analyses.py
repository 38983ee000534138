"""One planned analysis -> its Results: the choice of estimator is the plan's, never made here.

Standing: a result is planned when the protocol in force has its analysis and that analysis's estimator promises its quantity;
every other row (robust errors, a comparison of what is only described) is exploratory.
"""

from collections.abc import Callable, Sequence

from analysis.estimator_rows import rows_of
from analysis.harms import Harms
from analysis.imputed_analysis import ImputedAnalysis
from analysis.quantities import SUMMARY, quantities_of
from analysis.result_rows import ResultRow
from analysis.results import Contrast, EffectSize, Estimate, NotEstimableError, Result
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis


def analyse(
    study: Study,
    harms: Harms,
    planned: PlannedAnalysis,
    imputed: Sequence[ImputedAnalysis] = (),
) -> tuple[Result, ...]:
    """Carry out one planned analysis for every contrast of arms.

    Parameters
    ----------
    study : Study
        The trial.
    harms : Harms
        Its adverse events, counted.
    planned : PlannedAnalysis
        The analysis, as the protocol in force has it.
    imputed : sequence of ImputedAnalysis
        What `impute_planned` found, when this analysis imputes.

    Returns
    -------
    tuple of Result
        The planned result first, then the rows beside it; what cannot be estimated has a reason.
    """
    return tuple(
        _result(study, planned, row, contrast)
        for row in rows_of(study, harms, planned, imputed)
        for contrast in study.contrasts
    )


def _is_planned(study: Study, planned: PlannedAnalysis, row: ResultRow) -> bool:
    return planned in study.protocol.analysis.analyses and row.quantity in quantities_of(planned)


def _result(study: Study, planned: PlannedAnalysis, row: ResultRow, contrast: Contrast) -> Result:
    estimate = _estimate_or_reason(row, contrast)
    order = list(study.arm_order)
    result_id = study.result_id(planned.code + row.suffix, contrast)
    return Result(
        id=result_id,
        label=planned.label + row.label,
        planned=_is_planned(study, planned, row),
        estimand=planned.estimand,
        outcome=planned.outcome,
        analysis_set=planned.analysis_set,
        estimator=planned.estimator,
        contrast=contrast,
        quantity=row.quantity,
        unit=row.unit or study.protocol.outcome(planned.outcome).unit,
        arms=tuple(sorted(estimate.arms, key=lambda arm: order.index(arm.arm))),
        estimate=estimate.estimate,
        standard_error=estimate.standard_error,
        df=estimate.df,
        interval=estimate.interval,
        p=estimate.p,
        effect_size=_size(row.effect_size, contrast, estimate),
        unadjusted_effect_size=_size(row.unadjusted_effect_size, contrast, estimate),
        model=estimate.model,
        covariates=planned.covariates,
        missing_data=planned.missing_data,
        data_sha256=study.provenance.data_sha256,
        code_version=study.provenance.code_version,
        software=study.provenance.software,
        python_call=python_call(result_id, "arms" if row.quantity == SUMMARY else "estimate"),
        assumptions=estimate.assumptions,
        comment=estimate.comment,
        reason=estimate.reason,
        fit=None if estimate.reason else row.record(contrast),
    )


def _size(
    effect_size: Callable[[Contrast, Estimate], EffectSize] | None,
    contrast: Contrast,
    estimate: Estimate,
) -> EffectSize | None:
    return None if effect_size is None else effect_size(contrast, estimate)


def python_call(result_id: str, field: str) -> str:
    """Return two lines of Python that give a number again, in the folder of the report."""
    return (
        "from analysis.bundle import load_bundle\n"
        f'print(load_bundle(".").report().result({result_id!r}).{field})'
    )


def _estimate_or_reason(row: ResultRow, contrast: Contrast) -> Estimate:
    try:
        return row.estimate(contrast)
    except NotEstimableError as error:
        return Estimate(
            estimate=None,
            standard_error=None,
            df=None,
            interval=None,
            p=None,
            arms=row.describe(),
            model="",
            reason=str(error),
        )
