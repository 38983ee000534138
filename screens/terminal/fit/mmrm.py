"""`antiphon fit mmrm`: a mixed model for repeated measures, with marginal means and tests."""

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.answer import give
from screens.terminal.fit.mmrm_answer import Asked, mmrm_answer
from screens.terminal.fit.options import AsJson, DataFile, Level, Where, equal_parts, listed
from screens.terminal.fit.python_lines import Written, python_lines
from screens.terminal.fit.source import Source, names_in, sentences_for, source_of
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.estimators.mixed_model.formulas.roles import ConstrainedBaseline
    from data.exchange.tables import Table


class Structure(StrEnum):
    """Covariance of the visits of one participant."""

    US = "us"
    CS = "cs"
    CSH = "csh"
    AR1 = "ar1"
    AR1H = "ar1h"
    TOEP = "toep"
    TOEPH = "toeph"
    AD = "ad"
    ADH = "adh"
    SP_EXP = "sp_exp"
    SP_GAU = "sp_gau"


class DegreesMethod(StrEnum):
    """Standard errors and degrees of freedom."""

    KENWARD_ROGER_LINEAR = "kenward-roger-linear"
    KENWARD_ROGER = "kenward-roger"
    SATTERTHWAITE = "satterthwaite"
    BETWEEN_WITHIN = "between-within"
    RESIDUAL = "residual"
    EMPIRICAL_CR0 = "empirical-cr0"
    EMPIRICAL_CR2 = "empirical-cr2"
    EMPIRICAL_CR3 = "empirical-cr3"


class EstimationName(StrEnum):
    """Which likelihood is maximized."""

    REML = "reml"
    ML = "ml"


class MeanWeights(StrEnum):
    """How factors that are not named are averaged."""

    EQUAL = "equal"
    PROPORTIONAL = "proportional"
    OBSERVED = "observed"


class MeanRows(StrEnum):
    """Which rows give covariate means and shares of levels."""

    ALL = "all"
    ANALYSED = "analysed"


class TestTypes(StrEnum):
    """Which tests of whole terms are made."""

    II = "II"
    III = "III"
    BOTH = "both"
    NONE = "none"


def fit_mmrm(
    data: DataFile,
    formula: Annotated[
        str,
        typer.Option(help="As in R, without the covariance: 'FEV1 ~ RACE + SEX + ARMCD * AVISIT'."),
    ],
    subject: Annotated[str, typer.Option(help="Column of the participant.")],
    visit: Annotated[str, typer.Option(help="Column of the visit; always a category.")],
    group: Annotated[
        str | None, typer.Option(help="Column of groups with a covariance each, e.g. the arm.")
    ] = None,
    weights: Annotated[str | None, typer.Option(help="Column of weights.")] = None,
    levels: Annotated[
        list[str] | None,
        typer.Option(help="Levels of a column, the reference first: 'SEX=Male,Female'. Repeat it."),
    ] = None,
    covariance: Annotated[Structure, typer.Option(help="Covariance of the visits.")] = Structure.US,
    fallback: Annotated[
        str | None,
        typer.Option(
            help="Pre-specified structures to fall back on, in order: 'toeph,adh,ar1h,csh'."
        ),
    ] = None,
    coordinates: Annotated[
        str | None, typer.Option(help="Columns of time or place (sp_exp, sp_gau).")
    ] = None,
    method: Annotated[
        DegreesMethod, typer.Option(help="Standard errors and degrees of freedom.")
    ] = DegreesMethod.KENWARD_ROGER_LINEAR,
    estimation: Annotated[
        EstimationName, typer.Option(help="Restricted or full maximum likelihood.")
    ] = EstimationName.REML,
    lsmeans: Annotated[
        list[str] | None,
        typer.Option(
            help="Marginal means and, of the first factor, differences from its reference: "
            "'ARMCD | AVISIT'. Repeat it."
        ),
    ] = None,
    weights_of_lsmeans: Annotated[
        MeanWeights, typer.Option(help="How factors that are not named are averaged.")
    ] = MeanWeights.EQUAL,
    rows_of_lsmeans: Annotated[
        MeanRows,
        typer.Option(help="Rows that give covariate means: all, or those with an outcome."),
    ] = MeanRows.ALL,
    tests: Annotated[TestTypes, typer.Option(help="Tests of whole terms.")] = TestTypes.III,
    constrained_baseline: Annotated[
        str | None,
        typer.Option(
            help="Baseline as an outcome with one mean in all arms (cLDA): 'ARM=BASELINE', "
            "column of the arm and visit."
        ),
    ] = None,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Mixed model for repeated measures (MMRM): one row a participant and visit."""
    from analysis.estimators.mixed_model import mmrm
    from analysis.estimators.mixed_model.formulas.roles import Roles
    from analysis.estimators.mixed_model.inference import Method
    from analysis.estimators.mixed_model.likelihood import Estimation
    from analysis.estimators.mixed_model.structures import STRUCTURES

    places = listed(coordinates)
    if estimation is EstimationName.ML and method.value.startswith("kenward-roger"):
        message = f"--method {method.value} needs --estimation reml."
        raise UnusableInputError(message)
    source, table, left_out = _read(
        source_of(data, where), formula, subject, visit, group, weights, places
    )
    roles = Roles(
        participant=subject,
        visit=visit,
        group=group,
        weight=weights,
        coordinates=places,
        levels=_levels(table, levels or [], visit),
        baseline=_baseline(constrained_baseline),
    )
    names = _structures(covariance, listed(fallback), places)
    kinds = (Estimation[estimation.name], Method(method.value))
    means = tuple(_factors(text) for text in lsmeans or [])
    asked = Asked(
        means=means,
        weights=weights_of_lsmeans.value,
        grid_rows=rows_of_lsmeans.name,
        test_types=("II", "III") if tests is TestTypes.BOTH else _one(tests),
        level=level,
        visits_left_out=left_out,
    )
    text = (subject,)
    structures = tuple(STRUCTURES[name] for name in names)
    with sentences_for(table.name):
        fitted = mmrm.fit_mmrm(table.frame(text), formula, roles, structures, *kinds)
        written = ", ".join(f"STRUCTURES[{name!r}]" for name in names)
        python = python_lines(
            mmrm.fit_mmrm,
            source.python(text),
            formula,
            roles,
            Written(
                text=f"({written},)",
                module="analysis.estimators.mixed_model.structures",
                name="STRUCTURES",
            ),
            *kinds,
        )
        answer = mmrm_answer(table, fitted, asked, python)
    give(answer, as_json=as_json)


def _one(tests: TestTypes) -> tuple[str, ...]:
    return () if tests is TestTypes.NONE else (tests.value,)


def _read(
    source: Source,
    formula: str,
    subject: str,
    visit: str,
    group: str | None,
    weights: str | None,
    coordinates: tuple[str, ...],
) -> "tuple[Source, Table, tuple[str, ...]]":
    """Read the file; visits at which nobody has an outcome are left out, as R does."""
    outcome = formula.partition("~")[0].strip()
    is_plain = outcome.isidentifier()
    numeric = [name for name in (outcome if is_plain else None, weights) if name]
    table = source.read((*numeric, *coordinates), (subject, visit, *([group] if group else [])))
    for name in _measured_in(formula, table, visit):
        table.require_no_stray_text(name)
    table.require_one_row_each((subject, visit))
    left_out: tuple[str, ...] = ()
    if is_plain:
        observed = _visits_with(table, outcome, visit)
        left_out = tuple(name for name in names_in(table, visit) if name not in observed)
        if left_out:
            source = source.with_rows(visit, observed)
            table = table.where(visit, observed)
    visits = names_in(table, visit)
    if len(visits) < 2:
        message = (
            f"{table.name}, column {visit} holds one visit with an outcome ({visits[0]}); repeated "
            "measures need two. Use `antiphon fit ancova`."
        )
        raise UnusableInputError(message)
    return source, table, left_out


def _measured_in(formula: str, table: "Table", visit: str) -> tuple[str, ...]:
    """Return the columns that a formula names, the visit left out: it always is a category."""
    words = re.findall(r"\w[\w.]*", formula)
    return tuple(
        column.name for column in table.columns if column.name in words and column.name != visit
    )


def _visits_with(table: "Table", outcome: str, visit: str) -> tuple[str, ...]:
    """Return the visits at which somebody has an outcome."""
    from data.exchange.tables import plain_label

    pairs = zip(table.column(visit).fields, table.column(outcome).fields, strict=True)
    return tuple(dict.fromkeys(plain_label(place) for place, value in pairs if value is not None))


def _levels(table: "Table", given: list[str], visit: str) -> dict[str, tuple[str, ...]]:
    """Return the levels that were given; visits without any are in the order of the numbers in their names."""
    from analysis.missing_data.frame_cells import natural_order

    levels = dict(equal_parts(text, "--levels") for text in given)
    for name, values in levels.items():
        present = names_in(table, name)
        absent = [value for value in values if value not in present]
        if absent:
            message = (
                f"--levels: {table.name} has no {absent[0]!r} in column {name}; "
                f"it has {', '.join(present[:8])}."
            )
            raise UnusableInputError(message)
    levels.setdefault(visit, tuple(sorted(names_in(table, visit), key=natural_order)))
    return levels


def _structures(
    first: Structure, fallback: tuple[str, ...], coordinates: tuple[str, ...]
) -> tuple[str, ...]:
    known = tuple(one.value for one in Structure)
    unknown = [name for name in fallback if name not in known]
    if unknown:
        message = f"--fallback: there is no structure {unknown[0]!r}; there is {', '.join(known)}."
        raise UnusableInputError(message)
    names = tuple(dict.fromkeys((first.value, *fallback)))
    spatial = [name for name in names if name.startswith("sp_")]
    if spatial and not coordinates:
        message = f"--covariance {spatial[0]} needs the columns of time or place: --coordinates."
        raise UnusableInputError(message)
    return names


def _factors(text: str) -> tuple[str, ...]:
    names = tuple(name for name in re.split(r"[|*+:,\s]+", text.lstrip(" ~")) if name)
    if not names or len(set(names)) != len(names):
        message = f"--lsmeans: write 'ARM | VISIT', not {text!r}."
        raise UnusableInputError(message)
    return names


def _baseline(text: str | None) -> "ConstrainedBaseline | None":
    from analysis.estimators.mixed_model.formulas.roles import ConstrainedBaseline

    if text is None:
        return None
    arm, visits = equal_parts(text, "--constrained-baseline")
    return ConstrainedBaseline(arm=arm, visit=visits[0])
