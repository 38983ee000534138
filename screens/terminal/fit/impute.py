"""`antiphon fit impute`: missing outcomes imputed as planned, the arms compared at every visit, deltas added."""

from typing import TYPE_CHECKING

from screens.terminal.fit.answer import give
from screens.terminal.fit.deltas import Deltas, tipping_curve
from screens.terminal.fit.imputation_answer import Imputed, imputation_answer
from screens.terminal.fit.imputation_in_r import ImputationOrder, imputation_in_r
from screens.terminal.fit.imputation_options import (
    Columns,
    Event,
    Model,
    Repeats,
    imputation_plan,
)
from screens.terminal.fit.option_groups import with_groups
from screens.terminal.fit.options import AsJson, DataFile, Level, Where, listed
from screens.terminal.fit.python_lines import python_lines, seeded_generator
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import names_in, require_arm, sentences_for, source_of
from screens.terminal.outcome import UntrustedFitError

if TYPE_CHECKING:
    from analysis.missing_data.impute import ImputationResult


@with_groups
def fit_impute(
    data: DataFile,
    columns: Columns,
    event: Event,
    repeats: Repeats,
    model: Model,
    deltas: Deltas,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Impute missing outcomes (one row a participant and visit) and compare the arms at every visit."""
    from numpy.random import PCG64, Generator

    from analysis.missing_data.impute import impute

    source = source_of(data, where)
    table = source.read((columns.outcome,), columns.others, listed(columns.covariates))
    table.require_one_row_each((columns.subject, columns.visit))
    require_arm(table, columns.arm, event.reference)
    roles, after = columns.roles(), event.event_strategy()
    plan = imputation_plan(model, repeats, level)
    order = listed(columns.visits) or None
    with sentences_for(table.name):
        found = impute(
            table.frame(columns.text),
            roles,
            after,
            plan,
            visits=order,
            generator=Generator(PCG64(repeats.seed)),
        )
        curve = tipping_curve(found, deltas)
    _require_estimates(table.name, found)
    python = python_lines(
        impute,
        source.python(columns.text),
        roles,
        after,
        plan,
        visits=order,
        generator=seeded_generator(repeats.seed),
    )
    others = (name for name in names_in(table, columns.arm) if name != event.reference)
    in_r = ImputationOrder(
        arms=(event.reference, *others), visits=found.visits, after=after, plan=plan
    )
    imputed = Imputed(
        columns=roles,
        after=after,
        result=found,
        curve=curve,
        seed=repeats.seed_that_matters,
        level=level,
    )
    calls = Calls(python=python, r=imputation_in_r(roles, in_r))
    give(imputation_answer(table, imputed, calls), as_json=as_json)


def _require_estimates(name: str, found: "ImputationResult") -> None:
    last = [one for one in found.estimates if one.target.visit == found.visits[-1]]
    without = next((one for one in last if one.reason), None)
    if without is not None:
        message = f"{name}: {without.target.label} at {without.target.visit}: {without.reason}."
        raise UntrustedFitError(message)
