"""Tables of results: each cell is a field of a Result, printed and nothing more."""

from collections.abc import Sequence

from analysis.plan import AnalysisReport
from analysis.reports.comparison import standing_mark
from analysis.reports.decisions import LEVEL_DECIMALS, agreeing_interval, decision_in_words
from analysis.reports.formatting import (
    NOT_AVAILABLE,
    decimals_of,
    fmt,
    fmt_interval,
    fmt_level,
    fmt_mean_sd,
    fmt_p,
    words,
)
from analysis.reports.table import Cell, Row, Table, words_cell
from analysis.result_rows import DIFFERENCE_SUFFIX, ROBUST_SUFFIX
from analysis.results import ArmEstimate, EffectSize, Interval, Result
from protocols.method_pages import page_of

EFFECT_SIZE_DECIMALS = 2


def result_table(
    report: AnalysisReport, table_id: str, title: str, results: Sequence[Result]
) -> Table:
    """Return results by arm and their difference: one block a result (CONSORT 2025 item 26)."""
    rows: list[Row] = []
    for result in results:
        rows += _block(report, result)
    return Table(
        id=table_id,
        title=title,
        population="; ".join(dict.fromkeys(_set_words(result) for result in results)),
        stub_heading="Analysis",
        columns=(*(arm.label for arm in report.arms), *_contrast_columns(report, results)),
        rows=tuple(rows),
        footnotes=tuple(dict.fromkeys(note for result in results for note in _footnotes(result))),
    )


def _contrast_columns(report: AnalysisReport, results: Sequence[Result]) -> tuple[str, ...]:
    level = fmt_level(report.protocol.analysis.confidence_level)
    labels = dict.fromkeys(result.contrast.label for result in results)
    kinds = dict.fromkeys(result.effect_size.kind for result in results if result.effect_size)
    size = f"Hedges’ g, {' or '.join(kinds)}" if kinds else "Hedges’ g"
    return (f"{' or '.join(labels)} ({level} CI)", "p", size)


def _set_words(result: Result) -> str:
    return f"{words(result.analysis_set.value).capitalize()} set"


def _block(report: AnalysisReport, result: Result) -> list[Row]:
    decimals = decimals_of(result.unit)
    if result.id.endswith(ROBUST_SUFFIX):
        return [_comparison_row(report, result, "HC3 standard errors", decimals)]
    if result.id.endswith(DIFFERENCE_SUFFIX):
        return [_difference_row(report, result, decimals)]
    rows = [
        Row(stub=f"{result.label} [{standing_mark(result)}]"),
        Row(
            stub="Analysed of available",
            cells=(*(numbers_cell(result, a.arm) for a in report.arms), *_empty(3)),
            indent=1,
        ),
    ]
    if any(arm.n_events is not None for arm in result.arms):
        return [*rows, _share_row(report, result)]
    rows.append(
        Row(
            stub=f"Mean (SD), {result.unit}",
            cells=(*(mean_cell(_arm(result, a.arm), decimals) for a in report.arms), *_empty(3)),
            indent=1,
        )
    )
    if result.is_description:
        return rows
    return [
        *rows,
        _estimate_row(report, result, decimals),
        *_decision_rows(report, result, decimals),
        *_unadjusted_rows(report, result),
    ]


def _decision_rows(report: AnalysisReport, result: Result, decimals: int) -> list[Row]:
    """Return what was decided about a hypothesis, with the interval that agrees and the adjusted p; nothing without a test."""
    test = result.test
    if test is None:
        return []
    stub = f"{decision_in_words(test).capitalize()}; interval at its level {fmt(test.local_level, LEVEL_DECIMALS)}, adjusted p"
    interval = words_cell(agreeing_interval(test, decimals))
    p = Cell(text=fmt_p(test.adjusted_p), value=test.adjusted_p)
    cells = (*_empty(len(report.arms)), interval, p, Cell(text=""))
    return [Row(stub=stub, cells=cells, indent=1)]


def _comparison_row(report: AnalysisReport, result: Result, label: str, decimals: int) -> Row:
    return Row(
        stub=f"{label} [{standing_mark(result)}]",
        cells=(*_empty(len(report.arms)), *difference_cells(result, decimals)),
        indent=1,
    )


def _difference_row(report: AnalysisReport, result: Result, decimals: int) -> Row:
    if all(arm.n_events is None for arm in result.arms):
        return _comparison_row(report, result, result.quantity.capitalize(), decimals)
    return Row(
        stub=f"{result.quantity.capitalize()}, percentage points [{standing_mark(result)}]",
        cells=(*_empty(len(report.arms)), *difference_cells(result, 1, percent=100.0)),
        indent=1,
    )


def _unadjusted_rows(report: AnalysisReport, result: Result) -> list[Row]:
    size = result.unadjusted_effect_size
    if size is None:
        return []
    cells = (*_empty(len(report.arms) + 2), _size_cell(size))
    return [Row(stub="Hedges’ g of the unadjusted means (pingouin)", cells=cells, indent=1)]


def _empty(count: int) -> tuple[Cell, ...]:
    return (Cell(text=""),) * count


def _arm(result: Result, arm: str) -> ArmEstimate | None:
    return next((found for found in result.arms if found.arm == arm), None)


def numbers_cell(result: Result, arm: str) -> Cell:
    """Return how many of one arm are analysed, of how many with the outcome."""
    found = _arm(result, arm)
    if found is None:
        return Cell(text=NOT_AVAILABLE)
    if found.n_imputed:
        text = f"{found.n_analysed}, {found.n_imputed} of them imputed"
        return Cell(text=text, value=found.n_analysed)
    return Cell(text=f"{found.n_analysed} of {found.n_available}", value=found.n_analysed)


def mean_cell(arm: ArmEstimate | None, decimals: int) -> Cell:
    """Return mean and standard deviation of one arm."""
    if arm is None or arm.mean is None:
        return Cell(text=NOT_AVAILABLE)
    return Cell(text=fmt_mean_sd(arm.mean, arm.standard_deviation, decimals), value=arm.mean)


def _estimate_row(report: AnalysisReport, result: Result, decimals: int) -> Row:
    adjusted = any(arm.adjusted_mean is not None for arm in result.arms)
    arms = (
        tuple(_adjusted_cell(_arm(result, a.arm), decimals) for a in report.arms)
        if adjusted
        else _empty(len(report.arms))
    )
    return Row(
        stub="Adjusted mean (CI)" if adjusted else "Difference in means",
        cells=(*arms, *difference_cells(result, decimals)),
        indent=1,
    )


def _adjusted_cell(arm: ArmEstimate | None, decimals: int) -> Cell:
    if arm is None:
        return Cell(text=NOT_AVAILABLE)
    interval = fmt_interval(arm.interval, decimals)
    return Cell(text=f"{fmt(arm.adjusted_mean, decimals)} ({interval})", value=arm.adjusted_mean)


def _share_row(report: AnalysisReport, result: Result) -> Row:
    cells = (
        (words_cell(f"Not estimable: {result.reason}"), *_empty(2)) if result.reason else _empty(3)
    )
    return Row(
        stub="Participants: percent (exact CI)",
        cells=(*(share_cell(_arm(result, a.arm)) for a in report.arms), *cells),
        indent=1,
    )


def share_cell(arm: ArmEstimate | None) -> Cell:
    """Return the participants of one arm with the event, with the share and its interval in percent."""
    if arm is None or arm.mean is None:
        return Cell(text=NOT_AVAILABLE)
    interval = fmt_interval(_scaled(arm.interval, 100.0), 1)
    return Cell(text=f"{arm.n_events}: {fmt(100 * arm.mean, 1)} ({interval})", value=arm.mean)


def difference_cells(result: Result, decimals: int, percent: float = 1.0) -> tuple[Cell, ...]:
    """Return estimate with interval, p and effect size; or the reason why there is none."""
    if result.estimate is None:
        return (words_cell(f"Not estimable: {result.reason}"), *_empty(2))
    interval = fmt_interval(_scaled(result.interval, percent), decimals)
    difference = f"{fmt(percent * result.estimate, decimals)} ({interval})"
    return (
        Cell(text=difference, value=result.estimate),
        Cell(text=fmt_p(result.p), value=result.p),
        effect_size_cell(result),
    )


def _scaled(interval: Interval | None, factor: float) -> Interval | None:
    if interval is None:
        return None
    return Interval(
        lower=factor * interval.lower, upper=factor * interval.upper, level=interval.level
    )


def effect_size_cell(result: Result) -> Cell:
    """Return Hedges' g with its interval, adjusted where the difference is, or a dash."""
    return (
        Cell(text=NOT_AVAILABLE) if result.effect_size is None else _size_cell(result.effect_size)
    )


def _size_cell(size: EffectSize) -> Cell:
    if size.g is None:
        return Cell(text=NOT_AVAILABLE)
    interval = fmt_interval(size.interval, EFFECT_SIZE_DECIMALS)
    return Cell(text=f"{fmt(size.g, EFFECT_SIZE_DECIMALS)} ({interval})", value=size.g)


def _footnotes(result: Result) -> list[str]:
    if result.id.endswith(ROBUST_SUFFIX):
        return []
    notes = [f"{result.label}: {result.model}."] if result.model else []
    sizes = (result.effect_size, result.unadjusted_effect_size)
    notes += [f"{size.formula}." for size in sizes if size is not None and size.g is not None]
    if result.comment:
        notes.append(f"{result.label}: {result.comment}")
    return notes


def index_table(report: AnalysisReport) -> Table:
    """Return every result with its id, model and standing: the way from a number to its origin."""
    return Table(
        id="results-index",
        title="Every result and where it comes from",
        population="All analyses of the protocol, and what was added",
        stub_heading="Result",
        columns=("Standing", "Set", "Model", "Method explained in"),
        rows=tuple(
            Row(
                stub=result.id,
                cells=(
                    words_cell(standing_mark(result)),
                    words_cell(words(result.analysis_set.value)),
                    words_cell(result.model or f"not estimable: {result.reason}"),
                    words_cell(page_of(result.estimator)),
                ),
            )
            for result in report.results
        ),
    )
