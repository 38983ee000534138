"""The analysis plan as a table, and how its models were fitted in the end."""

from collections.abc import Sequence

from analysis.fit_record import FitRecord
from analysis.reports.formatting import NOT_AVAILABLE, words
from analysis.reports.table import Row, Table, words_cell
from analysis.results import Result
from protocols.design import Protocol
from protocols.plan_document import AnalysisDefinition, definitions_of, plan_hash

SHORT_HASH = 12
EXPLORATORY = (
    "What is not in this table is exploratory, and every page, table and file says so beside it."
)


def plan_table(protocol: Protocol) -> Table:
    """Return every planned analysis with what defines it (Gamble 2017)."""
    return Table(
        id="analysis-plan",
        title="The analysis plan",
        population="Every planned analysis, in the order of the plan; the primary one first",
        stub_heading="Analysis",
        columns=(
            "Estimand",
            "Set",
            "Estimator",
            "Covariance, in order",
            "Degrees of freedom",
            "Hash",
        ),
        rows=tuple(_row(definition) for definition in definitions_of(protocol)),
        footnotes=(
            "Each hash begins the SHA-256 of the analysis with its outcome, estimand and levels.",
            f"SHA-256 of the whole plan: {plan_hash(protocol)}.",
            EXPLORATORY,
        ),
    )


def _row(definition: AnalysisDefinition) -> Row:
    planned = definition.planned
    cells = (
        definition.estimand.label if definition.estimand else "none",
        words(planned.analysis_set.value),
        definition.model,
        ", else ".join(definition.covariances) or NOT_AVAILABLE,
        definition.df_method,
        definition.sha256[:SHORT_HASH],
    )
    return Row(stub=planned.label, cells=tuple(map(words_cell, cells)))


def missing_data_table(protocol: Protocol) -> Table:
    """Return what every planned analysis does with missing values, in the words of the plan."""
    return Table(
        id="plan-missing-data",
        title="What the plan does with missing values",
        population="Every planned analysis",
        stub_heading="Analysis",
        columns=("Rule",),
        rows=tuple(
            Row(
                stub=f"{definition.planned.label} ({definition.planned.code})",
                cells=(words_cell(definition.missing_data),),
            )
            for definition in definitions_of(protocol)
        ),
    )


def fits_table(results: Sequence[Result]) -> Table:
    """Return how every model was fitted: the covariance in the end, what was given up before it, and whether the search converged."""
    found = [(result, result.fit) for result in results if result.fit and result.fit.formula]
    return Table(
        id="fits",
        title="How the models were fitted",
        population="Every result of a model, planned or exploratory",
        stub_heading="Result",
        columns=("Standing", "Formula", "Covariance", "Degrees of freedom", "Search", "Given up"),
        rows=tuple(_fit_row(result, fit) for result, fit in found),
    )


def _fit_row(result: Result, fit: FitRecord) -> Row:
    cells = (
        "planned" if result.planned else "exploratory",
        fit.formula,
        fit.covariance,
        fit.df_method,
        convergence(fit),
        "; ".join(fit.fallback) or "nothing",
    )
    return Row(stub=result.id, cells=tuple(map(words_cell, cells)))


def convergence(fit: FitRecord) -> str:
    """Say whether the search ended where the likelihood is highest."""
    if fit.converged is None:
        return "none: solved directly"
    ended = "converged" if fit.converged else "did not converge"
    return (
        ended if fit.gradient_max is None else f"{ended}, largest gradient {fit.gradient_max:.1e}"
    )
