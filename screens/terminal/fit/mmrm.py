"""`antiphon fit mmrm`: a mixed model for repeated measures, with marginal means and tests."""

from typing import Annotated

import typer

from screens.terminal.fit.answer import give
from screens.terminal.fit.mmrm_answer import Asked, mmrm_answer
from screens.terminal.fit.mmrm_options import Columns, Model, Wanted
from screens.terminal.fit.mmrm_rows import read_rows, roles_of
from screens.terminal.fit.option_groups import with_groups
from screens.terminal.fit.options import AsJson, DataFile, Level, Where
from screens.terminal.fit.python_lines import Written, python_lines
from screens.terminal.fit.source import sentences_for, source_of


@with_groups
def fit_mmrm(
    data: DataFile,
    formula: Annotated[
        str,
        typer.Option(help="As in R, without the covariance: 'FEV1 ~ RACE + SEX + ARMCD * AVISIT'."),
    ],
    columns: Columns,
    model: Model,
    wanted: Wanted,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Mixed model for repeated measures (MMRM): one row a participant and visit."""
    from analysis.estimators.mixed_model import mmrm
    from analysis.estimators.mixed_model.inference import Method
    from analysis.estimators.mixed_model.likelihood import Estimation
    from analysis.estimators.mixed_model.structures import STRUCTURES

    model.require_method()
    rows = read_rows(source_of(data, where), formula, columns)
    roles = roles_of(rows.table, columns)
    names = model.structures(columns.places)
    kinds = (Estimation[model.estimation.name], Method(model.method.value))
    asked = Asked(wanted=wanted, level=level, visits_left_out=rows.visits_left_out)
    text = (columns.subject,)
    with sentences_for(rows.table.name):
        fitted = mmrm.fit_mmrm(
            rows.table.frame(text),
            formula,
            roles,
            tuple(STRUCTURES[name] for name in names),
            *kinds,
        )
        python = python_lines(
            mmrm.fit_mmrm, rows.source.python(text), formula, roles, _written(names), *kinds
        )
        answer = mmrm_answer(rows.table, fitted, asked, python)
    give(answer, as_json=as_json)


def _written(structures: tuple[str, ...]) -> Written:
    written = ", ".join(f"STRUCTURES[{name!r}]" for name in structures)
    return Written(
        text=f"({written},)",
        module="analysis.estimators.mixed_model.structures",
        name="STRUCTURES",
    )
