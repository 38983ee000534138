"""A result with all that is needed to judge it, as a table of two columns: the card of the result."""

from collections.abc import Iterator

from analysis.fit_record import FitRecord
from analysis.reports.decisions import decision_lines
from analysis.reports.formatting import (
    decimals_of,
    fmt,
    fmt_interval,
    fmt_level,
    fmt_p,
    words,
)
from analysis.reports.plan_table import SHORT_HASH, convergence
from analysis.reports.table import Row, Table, words_cell
from analysis.results import Result
from protocols.analysis_plan import Estimator
from protocols.method_pages import page_of


def card_table(result: Result) -> Table:
    """Return the card of a result: estimate, model as planned and as fitted, counts, and what it was made of."""
    rows = (*_estimate(result), *_fit(result), *_origin(result))
    return Table(
        id=f"card-{result.id}",
        title=result.label,
        population=f"{words(result.analysis_set.value).capitalize()} set",
        stub_heading="What",
        columns=("Value",),
        rows=tuple(Row(stub=name, cells=(words_cell(text),)) for name, text in rows if text),
        footnotes=(result.comment,),
    )


def standing(result: Result) -> str:
    """Say whether a result was promised."""
    return (
        "planned: the protocol in force promises it"
        if result.planned
        else "EXPLORATORY: no plan has it"
    )


def is_ratio(result: Result) -> bool:
    """Tell whether the first arm is divided by the second, so that 1 is no difference."""
    return result.unit == "ratio"


def compared(result: Result) -> str:
    """Return which arm is compared with which: minus, or over where the estimate is a ratio."""
    label = result.contrast.label
    return label.replace(" − ", " / ") if is_ratio(result) else label


def p_words(result: Result) -> str:
    """Return what the p value of a result is of."""
    of_margin = result.estimator in {Estimator.EQUIVALENCE, Estimator.NON_INFERIORITY}
    return "p of the margin, one-sided" if of_margin else "p, two-sided"


def _estimate(result: Result) -> Iterator[tuple[str, str]]:
    decimals = decimals_of(result.unit)
    yield "Standing", standing(result)
    yield "Estimand", result.estimand or "none"
    if result.is_description:
        yield "Estimate", "none: described by arm, not compared"
        return
    if not result.is_estimable:
        yield "Estimate", f"not estimable: {result.reason}"
        return
    level = fmt_level(result.interval.level) if result.interval else ""
    interval = f" ({level} CI {fmt_interval(result.interval, decimals)})" if level else ""
    unit = "" if is_ratio(result) else f" {result.unit}"
    yield (
        f"{result.quantity.capitalize()}, {compared(result)}",
        f"{fmt(result.estimate, decimals)}{unit}{interval}",
    )
    if result.standard_error is not None:
        of_what = " of the logarithm" if is_ratio(result) else ""
        yield f"Standard error{of_what}", fmt(result.standard_error, decimals + 1)
    if result.df is not None:
        yield "Degrees of freedom", fmt(result.df, 2)
    if result.p is not None:
        yield p_words(result), fmt_p(result.p)
    yield from decision_lines(result, decimals)
    yield "Assumes", result.assumptions


def _fit(result: Result) -> Iterator[tuple[str, str]]:
    yield (
        "Participants",
        "; ".join(
            f"{arm.label}: {arm.n_analysed} analysed, {arm.n_available} with the outcome observed"
            + (f", {arm.n_imputed} imputed" if arm.n_imputed else "")
            for arm in result.arms
        ),
    )
    fit = result.fit
    if fit is None:
        return
    yield "Values by arm and visit", _counts(fit)
    yield "Formula", fit.formula
    yield "Covariance planned, in order", ", else ".join(fit.covariance_planned)
    yield "Covariance fitted", fit.covariance
    if fit.covariance_planned:
        yield "Given up before it", "; ".join(fit.fallback) or "nothing"
    yield "Standard errors", fit.standard_errors
    yield "Method of degrees of freedom", fit.df_method
    yield "Search", convergence(fit)


def _counts(fit: FitRecord) -> str:
    visits = dict.fromkeys(count.visit for count in fit.counts)
    return "; ".join(
        f"{visit}: "
        + ", ".join(f"{count.arm} {count.n}" for count in fit.counts if count.visit == visit)
        for visit in visits
    )


def _origin(result: Result) -> Iterator[tuple[str, str]]:
    yield "Missing data", result.missing_data
    yield "Method explained in", page_of(result.estimator)
    yield "Records, SHA-256 begins", result.data_sha256[:SHORT_HASH]
    yield "Program", result.code_version
    yield "Software", ", ".join(f"{one.name} {one.version}" for one in result.software)
