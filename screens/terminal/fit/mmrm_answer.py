"""What `antiphon fit mmrm` says: coefficients, covariance, marginal means, differences and tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from screens.terminal.fit.answer import Answer, TextTable
from screens.terminal.fit.mmrm_means import MeansSet, contrasts_plain, means_of, means_plain
from screens.terminal.fit.mmrm_options import Wanted
from screens.terminal.fit.mmrm_tables import (
    ONE_COVARIANCE,
    coefficients_table,
    covariance_table,
    means_tables,
    tests_table,
)
from screens.terminal.fit.record import Calls, record, remarks

if TYPE_CHECKING:
    from analysis.estimators.mixed_model.mmrm import Mmrm
    from data.exchange.tables import Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What beside the fit was asked for."""

    wanted: Wanted
    level: float
    visits_left_out: tuple[str, ...]
    """Nobody has an outcome there."""


def mmrm_answer(table: "Table", fitted: "Mmrm", asked: Asked, python: str) -> Answer:
    """Return the answer of a fit that can be trusted."""
    wanted, level = asked.wanted, asked.level
    sets = tuple(means_of(fitted, factors, wanted, level) for factors in wanted.means)
    notes = _notes(fitted, asked)
    plain = {
        **_fit_plain(fitted, level),
        "ls_means": means_plain(sets),
        "contrasts": contrasts_plain(sets),
        "tests": list(_tests(fitted, wanted.test_types)),
        **_model_plain(fitted),
        "visits_left_out": list(asked.visits_left_out),
        "levels": _levels(fitted),
        "level": level,
        "weights_of_lsmeans": wanted.weights_of_lsmeans.value,
        "rows_of_lsmeans": wanted.rows_of_lsmeans.value,
        **_rows_plain(fitted),
        **record(table, _calls(fitted, wanted, python), notes),
    }
    return Answer(
        plain=plain,
        tables=_tables(fitted, plain, sets, level),
        remarks=(*_in_words(fitted, plain), *remarks(table, notes)),
    )


def _calls(fitted: "Mmrm", wanted: Wanted, python: str) -> Calls:
    from analysis.estimators.mixed_model.marginal_means import Weights
    from analysis.estimators.mixed_model.other_software import call_in_r, call_in_sas

    first = wanted.means[0] if wanted.means else ()
    weights = Weights(wanted.weights_of_lsmeans.value)
    return Calls(python=python, r=call_in_r(fitted, first, weights), sas=call_in_sas(fitted, first))


def _notes(fitted: "Mmrm", asked: Asked) -> tuple[str, ...]:
    from analysis.estimators.mixed_model.marginal_means import GridRows
    from analysis.estimators.mixed_model.other_software import differences

    wanted = asked.wanted
    notes = differences(fitted, GridRows[wanted.rows_of_lsmeans.name] if wanted.means else None)
    if not asked.visits_left_out:
        return notes
    left_out = ", ".join(asked.visits_left_out)
    return (f"Left out because nobody has an outcome there: {left_out}.", *notes)


def _fit_plain(fitted: "Mmrm", level: float) -> dict[str, Any]:
    from analysis.estimators.mixed_model.criteria import compute_criteria

    fit, read = fitted.fit, fitted.table
    criteria = compute_criteria(fit)
    groups = [name or ONE_COVARIANCE for name in read.groups]
    return {
        "coefficients": _coefficients(fitted, level),
        "covariance": dict(zip(groups, fit.sigma.tolist(), strict=True)),
        "log_likelihood": fit.log_likelihood,
        "aic": criteria.aic,
        "bic": criteria.bic,
        "aicc": criteria.aicc,
        "n_covariance_parameters": criteria.parameters,
        "gradient_max": fit.gradient_max,
        "converged": fit.converged,
        "method": fitted.inference.method.value,
        "n_participants": len(read.participants),
        "n_observations": len(read.analysed),
    }


def _model_plain(fitted: "Mmrm") -> dict[str, Any]:
    fit, read = fitted.fit, fitted.table
    return {
        "formula": read.formula,
        "structure": fit.structure.name,
        "fallback_steps": [
            {"structure": one.structure, "reason": one.reason} for one in fitted.attempts
        ],
        "estimation": fit.estimation.name,
        "steps": fit.steps,
        "smallest_eigenvalue": fit.smallest_eigenvalue,
        "aliased": list(fit.aliased),
        "coefficient_covariance": fitted.inference.covariance.tolist(),
        "visits": list(read.visits),
    }


def _rows_plain(fitted: "Mmrm") -> dict[str, Any]:
    read = fitted.table
    return {
        "n_rows_without_outcome": read.n_without_outcome,
        "n_rows_without_covariate": read.n_without_covariate,
        "n_participants_without_rows": read.n_participants_without_rows,
    }


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


def _tables(
    fitted: "Mmrm", plain: dict[str, Any], sets: tuple[MeansSet, ...], level: float
) -> tuple[TextTable, ...]:
    read = fitted.table
    return (
        coefficients_table(plain["coefficients"], read.formula),
        *(
            covariance_table(name, matrix, read.visits)
            for name, matrix in plain["covariance"].items()
        ),
        *(found for one in sets for found in means_tables(one, level, read.outcome)),
        *((tests_table(plain["tests"]),) if plain["tests"] else ()),
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
