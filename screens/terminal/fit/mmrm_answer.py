"""What `antiphon fit mmrm` says: coefficients, covariance, marginal means, differences and tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from screens.terminal.fit.answer import NOTHING, Answer, TextTable, percent, shown, shown_p
from screens.terminal.fit.record import Calls, record, remarks

if TYPE_CHECKING:
    from collections import Counter

    from analysis.estimators.mixed_model.marginal_means import (
        GridRows,
        MarginalEstimate,
        MarginalRows,
    )
    from analysis.estimators.mixed_model.mmrm import Mmrm
    from data.exchange.tables import Table

ONE_COVARIANCE = "all"
"""Name of the covariance when there are no groups."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What beside the fit was asked for."""

    means: tuple[tuple[str, ...], ...]
    """Factors of each set of marginal means, the compared one first."""
    weights: str
    grid_rows: str
    test_types: tuple[str, ...]
    level: float
    visits_left_out: tuple[str, ...]
    """Nobody has an outcome there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Means:
    factors: tuple[str, ...]
    means: "tuple[MarginalEstimate, ...]"
    differences: "tuple[MarginalEstimate, ...]"
    observed: "Counter[tuple[str, ...]]"
    """Rows that entered the fit, by the levels of the factors."""


def mmrm_answer(table: "Table", fitted: "Mmrm", asked: Asked, python: str) -> Answer:
    """Return the answer of a fit that can be trusted."""
    from analysis.estimators.mixed_model.criteria import compute_criteria
    from analysis.estimators.mixed_model.marginal_means import GridRows, Weights
    from analysis.estimators.mixed_model.other_software import call_in_r, call_in_sas, differences

    fit, read = fitted.fit, fitted.table
    grid_rows = GridRows[asked.grid_rows]
    sets = tuple(_means(fitted, factors, asked, grid_rows) for factors in asked.means)
    tests = list(_tests(fitted, asked.test_types))
    criteria = compute_criteria(fit)
    first = asked.means[0] if asked.means else ()
    calls = Calls(
        python=python,
        r=call_in_r(fitted, first, Weights(asked.weights)),
        sas=call_in_sas(fitted, first),
    )
    notes = differences(fitted, grid_rows if sets else None)
    if asked.visits_left_out:
        left_out = ", ".join(asked.visits_left_out)
        notes = (f"Left out because nobody has an outcome there: {left_out}.", *notes)
    groups = [name or ONE_COVARIANCE for name in read.groups]
    plain = {
        "coefficients": _coefficients(fitted, asked.level),
        "covariance": dict(zip(groups, fit.sigma.tolist(), strict=True)),
        "log_likelihood": fit.log_likelihood,
        "aic": criteria.aic,
        "bic": criteria.bic,
        "gradient_max": fit.gradient_max,
        "converged": fit.converged,
        "method": fitted.inference.method.value,
        "n_participants": len(read.participants),
        "n_observations": len(read.analysed),
        "ls_means": [
            {
                **dict(zip(one.factors, row.levels, strict=True)),
                "n": one.observed[row.levels],
                **_numbers(row),
            }
            for one in sets
            for row in _in_order(one.means)
        ],
        "contrasts": [
            {
                "contrast": row.levels[0],
                **dict(zip(one.factors[1:], row.levels[1:], strict=True)),
                **_numbers(row),
            }
            for one in sets
            for row in _in_order(one.differences)
        ],
        "tests": tests,
        "formula": read.formula,
        "structure": fit.structure.name,
        "fallback_steps": [
            {"structure": one.structure, "reason": one.reason} for one in fitted.attempts
        ],
        "estimation": fit.estimation.name,
        "aicc": criteria.aicc,
        "n_covariance_parameters": criteria.parameters,
        "steps": fit.steps,
        "smallest_eigenvalue": fit.smallest_eigenvalue,
        "aliased": list(fit.aliased),
        "coefficient_covariance": fitted.inference.covariance.tolist(),
        "visits": list(read.visits),
        "visits_left_out": list(asked.visits_left_out),
        "levels": _levels(fitted),
        "level": asked.level,
        "weights_of_lsmeans": asked.weights,
        "rows_of_lsmeans": asked.grid_rows.lower(),
        "n_rows_without_outcome": read.n_without_outcome,
        "n_rows_without_covariate": read.n_without_covariate,
        "n_participants_without_rows": read.n_participants_without_rows,
        **record(table, calls, notes),
    }
    tables = (
        _coefficients_table(plain["coefficients"], read.formula),
        *(
            _covariance_table(name, matrix, read.visits)
            for name, matrix in plain["covariance"].items()
        ),
        *(found for one in sets for found in _means_tables(one, asked.level, read.outcome)),
        *((_tests_table(tests),) if tests else ()),
    )
    return Answer(
        plain=plain,
        tables=tables,
        remarks=(*_in_words(fitted, plain), *remarks(table, notes)),
    )


def _coefficients(fitted: "Mmrm", level: float) -> list[dict[str, Any]]:
    found = fitted.coefficients(level)
    return [
        {
            "name": name,
            "estimate": float(found.estimate[i]),
            "se": float(found.standard_error[i]),
            "df": float(found.df[i]),
            "t": float(found.t[i]),
            "p": float(found.p[i]),
        }
        for i, name in enumerate(fitted.fit.columns)
    ]


def _levels(fitted: "Mmrm") -> dict[str, list[str]]:
    from analysis.estimators.mixed_model.formulas.variables import Category

    variables = fitted.table.coding.variables
    return {
        name: list(variable.levels)
        for name, variable in variables.items()
        if isinstance(variable, Category)
    }


def _means(fitted: "Mmrm", factors: tuple[str, ...], asked: Asked, grid_rows: "GridRows") -> _Means:
    from analysis.estimators.mixed_model.marginal_means import (
        Weights,
        estimate_rows,
        marginal_rows,
    )
    from analysis.estimators.mixed_model.observed_counts import observed_counts

    rows: MarginalRows = marginal_rows(fitted.table, factors, Weights(asked.weights), grid_rows)
    return _Means(
        factors=factors,
        means=estimate_rows(fitted.inference, rows, asked.level),
        differences=estimate_rows(fitted.inference, rows.minus(factors[0]), asked.level),
        observed=observed_counts(fitted.table, factors),
    )


def _in_order(found: "tuple[MarginalEstimate, ...]") -> "list[MarginalEstimate]":
    """Return the rows with the levels of the first factor together, within the others."""
    place = {row.levels[1:]: number for number, row in reversed(list(enumerate(found)))}
    return sorted(found, key=lambda row: place[row.levels[1:]])


def _numbers(row: "MarginalEstimate") -> dict[str, Any]:
    return {
        "estimate": row.estimate,
        "se": row.standard_error,
        "df": row.df,
        "t": row.t,
        "p": row.p,
        "lower": row.lower,
        "upper": row.upper,
        "reason": row.reason,
    }


def _tests(fitted: "Mmrm", kinds: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    from analysis.estimators.mixed_model.hypotheses import HypothesisType, compare_terms

    for kind in kinds:
        for one in compare_terms(fitted.inference, fitted.table, HypothesisType(kind)):
            test = one.test
            yield {
                "term": one.term,
                "type": kind,
                "num_df": None if test is None else test.numerator_df,
                "denom_df": None if test is None else test.denominator_df,
                "F": None if test is None else test.statistic,
                "p": None if test is None else test.p,
                "reason": one.reason,
            }


def _coefficients_table(rows: list[dict[str, Any]], formula: str) -> TextTable:
    return TextTable(
        title=formula,
        header=("coefficient", "estimate", "SE", "df", "t", "p"),
        rows=tuple(
            (
                row["name"],
                *(shown(row[key]) for key in ("estimate", "se", "df", "t")),
                shown_p(row["p"]),
            )
            for row in rows
        ),
    )


def _covariance_table(name: str, matrix: list[list[float]], visits: tuple[str, ...]) -> TextTable:
    of_group = "" if name == ONE_COVARIANCE else f" of {name}"
    return TextTable(
        title=f"Covariance of the visits{of_group}, in squared units of the outcome",
        header=("", *visits),
        rows=tuple(
            (visit, *(shown(value) for value in row))
            for visit, row in zip(visits, matrix, strict=True)
        ),
    )


def _means_tables(one: _Means, level: float, outcome: str) -> Iterator[TextTable]:
    header = ("estimate", "SE", "df", f"{percent(level)} interval", "p")
    name = " ".join(one.factors)
    yield TextTable(
        title=f"Marginal means of {outcome}, in its unit",
        header=(name, "n", *header),
        rows=tuple(
            (" ".join(row.levels), str(one.observed[row.levels]), *_row(row))
            for row in _in_order(one.means)
        ),
    )
    yield TextTable(
        title="Differences in marginal means",
        header=(name, *header),
        rows=tuple((" ".join(row.levels), *_row(row)) for row in _in_order(one.differences)),
    )


def _row(row: "MarginalEstimate") -> tuple[str, ...]:
    if row.reason:
        return (row.reason, *(NOTHING,) * 4)
    return (
        shown(row.estimate),
        shown(row.standard_error),
        shown(row.df),
        f"{shown(row.lower)} to {shown(row.upper)}",
        shown_p(row.p),
    )


def _tests_table(tests: list[dict[str, Any]]) -> TextTable:
    return TextTable(
        title="Tests of terms",
        header=("term", "type", "num. df", "denom. df", "F", "p"),
        rows=tuple(
            (
                test["term"],
                test["type"],
                *(shown(test[key]) for key in ("num_df", "denom_df", "F")),
                shown_p(test["p"]),
            )
            for test in tests
        ),
    )


def _in_words(fitted: "Mmrm", plain: dict[str, Any]) -> Iterator[str]:
    fit, read = fitted.fit, fitted.table
    yield (
        f"{fit.structure.label} covariance, {plain['estimation']}, {plain['method']}; "
        f"log-likelihood {fit.log_likelihood:.4f}, AIC {plain['aic']:.2f}, BIC {plain['bic']:.2f}; "
        f"converged in {fit.steps} steps, largest gradient {fit.gradient_max:.1e}."
    )
    yield (
        f"{plain['n_observations']} observations of {plain['n_participants']} participants; "
        f"{read.n_without_outcome} rows without outcome, {read.n_without_covariate} without a "
        f"covariate, {read.n_participants_without_rows} participants without any row."
    )
    given_up = [f"{one.structure}: {one.reason}" for one in fitted.attempts if one.reason]
    if given_up:
        yield f"Fell back to {fit.structure.name} as planned ({'; '.join(given_up)})."
