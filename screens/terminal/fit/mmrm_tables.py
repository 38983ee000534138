"""The answer of a mixed model as tables for a person."""

from typing import TYPE_CHECKING, Any

from screens.terminal.fit.answer import NOTHING, TextTable, percent, shown, shown_p
from screens.terminal.fit.mmrm_means import MeansSet, in_order

if TYPE_CHECKING:
    from analysis.estimators.mixed_model.marginal_means import MarginalEstimate

ONE_COVARIANCE = "all"
"""Name of the covariance when there are no groups."""


def coefficients_table(rows: list[dict[str, Any]], formula: str) -> TextTable:
    """Return the coefficients as a table."""
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


def covariance_table(name: str, matrix: list[list[float]], visits: tuple[str, ...]) -> TextTable:
    """Return the covariance of one group as a table."""
    of_group = "" if name == ONE_COVARIANCE else f" of {name}"
    return TextTable(
        title=f"Covariance of the visits{of_group}, in squared units of the outcome",
        header=("", *visits),
        rows=tuple(
            (visit, *(shown(value) for value in row))
            for visit, row in zip(visits, matrix, strict=True)
        ),
    )


def means_tables(one: MeansSet, level: float, outcome: str) -> tuple[TextTable, TextTable]:
    """Return the marginal means, then their differences."""
    header = ("estimate", "SE", "df", f"{percent(level)} interval", "p")
    name = " ".join(one.factors)
    means = TextTable(
        title=f"Marginal means of {outcome}, in its unit",
        header=(name, "n", *header),
        rows=tuple(
            (" ".join(row.levels), str(one.observed[row.levels]), *_row(row))
            for row in in_order(one.means)
        ),
    )
    differences = TextTable(
        title="Differences in marginal means",
        header=(name, *header),
        rows=tuple((" ".join(row.levels), *_row(row)) for row in in_order(one.differences)),
    )
    return means, differences


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


def tests_table(tests: list[dict[str, Any]]) -> TextTable:
    """Return the tests of terms as a table."""
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
