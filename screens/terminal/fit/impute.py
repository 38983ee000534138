"""`antiphon fit impute`: missing outcomes imputed as planned, the arms compared at every visit, deltas added."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.answer import give
from screens.terminal.fit.imputation_answer import imputation_answer
from screens.terminal.fit.imputation_in_r import ImputationOrder, imputation_in_r
from screens.terminal.fit.options import (
    Arm,
    AsJson,
    Covariates,
    DataFile,
    Level,
    Outcome,
    Seed,
    Where,
    listed,
    number_grid,
)
from screens.terminal.fit.python_lines import Written, python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import names_in, require_arm, sentences_for, source_of
from screens.terminal.outcome import UntrustedFitError, UnusableInputError

if TYPE_CHECKING:
    from analysis.missing_data.imputation import Jackknife, RubinsRules
    from analysis.missing_data.impute import ImputationResult
    from analysis.sensitivity.tipping_point import TippingCurve

SIGNIFICANCE_LEVEL = 0.05


class Strategy(StrEnum):
    """What stands for values missing after an intercurrent event."""

    MAR = "MAR"
    JR = "JR"
    CR = "CR"
    CIR = "CIR"
    LMCF = "LMCF"


class Variance(StrEnum):
    """Where the standard error comes from."""

    JACKKNIFE = "jackknife"
    RUBIN = "rubin"


class Sharing(StrEnum):
    """Which arms have one covariance over the visits."""

    COMMON = "common"
    BY_ARM = "by-arm"


class DeltaRule(StrEnum):
    """Which imputed values a delta is added to."""

    CONSTANT = "constant"
    GROWING = "growing"


def fit_impute(
    data: DataFile,
    outcome: Outcome,
    arm: Arm,
    subject: Annotated[str, typer.Option(help="Column of the participant.")],
    visit: Annotated[str, typer.Option(help="Column of the visit, after baseline only.")],
    reference: Annotated[str, typer.Option(help="Reference arm: control.")],
    strategy: Annotated[
        Strategy,
        typer.Option(
            help="For values missing after an intercurrent event: missing at random, jump to "
            "reference, copy reference, copy increments in reference, last mean carried forward."
        ),
    ],
    variance: Annotated[
        Variance,
        typer.Option(help="The pre-specified variance; the two answer different questions."),
    ] = Variance.JACKKNIFE,
    covariates: Covariates = None,
    constant_effects: Annotated[
        str | None, typer.Option(help="Covariates with one effect at all visits.")
    ] = None,
    covariance: Annotated[
        Sharing, typer.Option(help="One covariance of the visits for all arms, or one each.")
    ] = Sharing.COMMON,
    visits: Annotated[
        str | None, typer.Option(help="Visits in the order of time, apart by commas.")
    ] = None,
    event_visit: Annotated[
        str | None,
        typer.Option(
            help="Column of the first visit after the intercurrent event. Without it: the first "
            "visit after the last value; gaps before that are missing at random."
        ),
    ] = None,
    strategy_column: Annotated[
        str | None, typer.Option(help="Column of each participant's own strategy.")
    ] = None,
    draws: Annotated[int, typer.Option(min=2, help="Imputations (rubin).")] = 100,
    warm_up: Annotated[int, typer.Option(min=1, help="Sweeps thrown away (rubin).")] = 200,
    spacing: Annotated[int, typer.Option(min=1, help="Sweeps between imputations (rubin).")] = 4,
    seed: Seed = 1,
    delta: Annotated[
        str | None,
        typer.Option(help="Added to imputed values: '0,1,2', or 'from:to:step' as '-2:10:0.5'."),
    ] = None,
    delta_arms: Annotated[
        str | None,
        typer.Option(help="Arms whose imputed values move. Without it: all but the reference."),
    ] = None,
    delta_rule: Annotated[
        DeltaRule, typer.Option(help="The same at all visits, or one more at each after the event.")
    ] = DeltaRule.CONSTANT,
    delta_visit: Annotated[
        str | None, typer.Option(help="Visit whose comparison is followed. Without it: the last.")
    ] = None,
    important_difference: Annotated[
        float | None, typer.Option(help="Minimal important difference, to express deltas in.")
    ] = None,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Impute missing outcomes (one row a participant and visit) and compare the arms at every visit."""
    from numpy.random import PCG64, Generator

    from analysis.missing_data.frame import EventStrategy, ImputationColumns
    from analysis.missing_data.imputation import ImputationPlan
    from analysis.missing_data.imputation_model import CovarianceSharing
    from analysis.missing_data.impute import impute
    from analysis.missing_data.strategies import ImputationStrategy

    names = listed(covariates)
    others = [name for name in (event_visit, strategy_column) if name]
    source = source_of(data, where)
    table = source.read(numeric=(outcome,), other=(arm, subject, visit, *others), covariates=names)
    table.require_one_row_each((subject, visit))
    require_arm(table, arm, reference)
    columns = ImputationColumns(
        participant=subject,
        visit=visit,
        arm=arm,
        outcome=outcome,
        covariates=names,
        event_visit=event_visit,
        strategy=strategy_column,
    )
    after = EventStrategy(strategy=ImputationStrategy(strategy.value), reference_arm=reference)
    plan = ImputationPlan(
        variance=_variance(variance, draws, warm_up, spacing),
        constant_effects=listed(constant_effects),
        sharing=CovarianceSharing[covariance.name],
        confidence_level=level,
    )
    order = listed(visits) or None
    text = (subject, visit, arm)
    with sentences_for(table.name):
        found = impute(
            table.frame(text), columns, after, plan, visits=order, generator=Generator(PCG64(seed))
        )
        curve = None
        if delta is not None:
            curve = _tipping_curve(
                found,
                number_grid(delta, "--delta"),
                listed(delta_arms),
                delta_rule,
                delta_visit,
                important_difference,
            )
    _require_estimates(found)
    calls = Calls(
        python=python_lines(
            impute,
            source.python(text),
            columns,
            after,
            plan,
            visits=order,
            generator=Written(
                text=f"Generator(PCG64({seed}))", module="numpy.random", name="Generator, PCG64"
            ),
        ),
        r=imputation_in_r(
            columns,
            ImputationOrder(
                arms=(reference, *(name for name in names_in(table, arm) if name != reference)),
                visits=found.visits,
                after=after,
                plan=plan,
            ),
        ),
    )
    chosen_seed = None if variance is Variance.JACKKNIFE else seed
    give(
        imputation_answer(table, columns, after, found, curve, calls, chosen_seed, level),
        as_json=as_json,
    )


def _variance(
    variance: Variance, draws: int, warm_up: int, spacing: int
) -> "Jackknife | RubinsRules":
    from analysis.missing_data.imputation import Jackknife, RubinsRules
    from analysis.missing_data.posterior import Chain

    if variance is Variance.JACKKNIFE:
        return Jackknife()
    return RubinsRules(chain=Chain(draws=draws, warm_up=warm_up, spacing=spacing))


def _require_estimates(found: "ImputationResult") -> None:
    last = [one for one in found.estimates if one.target.visit == found.visits[-1]]
    without = next((one for one in last if one.reason), None)
    if without is not None:
        message = f"{without.target.label} at {without.target.visit}: {without.reason}."
        raise UntrustedFitError(message)


def _tipping_curve(
    found: "ImputationResult",
    deltas: tuple[float, ...],
    arms: tuple[str, ...],
    rule: DeltaRule,
    visit: str | None,
    important_difference: float | None,
) -> "TippingCurve":
    from analysis.missing_data.analysis_step import Quantity
    from analysis.missing_data.impute import compare_with_reference
    from analysis.sensitivity.delta import ConstantDelta, GrowingDelta
    from analysis.sensitivity.tipping_point import trace_tipping_curve

    if important_difference is not None and important_difference <= 0:
        message = f"--important-difference: {important_difference:g} must be above 0."
        raise UnusableInputError(message)
    outcomes = found.imputation.completed.outcomes
    followed = visit or found.visits[-1]
    if followed not in found.visits:
        message = (
            f"--delta-visit: there is no visit {followed!r}; there is {', '.join(found.visits)}."
        )
        raise UnusableInputError(message)
    target = next(
        one.target
        for one in found.estimates
        if one.target.visit == followed and one.target.quantity is Quantity.DIFFERENCE
    )
    moved = arms or tuple(name for name in outcomes.arms if name != found.reference_arm)
    return trace_tipping_curve(
        found.imputation,
        compare_with_reference(outcomes),
        target,
        ConstantDelta(arms=moved) if rule is DeltaRule.CONSTANT else GrowingDelta(arms=moved),
        deltas,
        significance_level=SIGNIFICANCE_LEVEL,
        important_difference=important_difference,
    )
