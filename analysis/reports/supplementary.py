"""Results that are no difference in means: by analysis, who is in it, what it gives, and what it assumes.

The rows of `result_tables` are for means; these have a share, a rate, a ratio, or a path, each in its own unit.
"""

from collections.abc import Iterator, Mapping, Sequence

from analysis.plan import AnalysisReport
from analysis.quantities import COMPARE_MEANS, SHARE_DIFFERENCES
from analysis.reports.comparison import standing_mark
from analysis.reports.formatting import decimals_of, fmt_level
from analysis.reports.result_tables import (
    difference_cells,
    mean_cell,
    numbers_cell,
    share_cell,
)
from analysis.reports.table import Cell, Row, Table
from analysis.results import Result
from protocols.analysis_plan import Estimator

DESCRIBED: Mapping[Estimator, tuple[str, str]] = {
    Estimator.EVENT_RATE: ("events", "events of one participant"),
    Estimator.TIME_TO_EVENT: ("days", "days followed"),
    Estimator.RESTRICTED_MEAN: ("days", "days followed"),
    Estimator.ORDINAL: ("categories", "category, 1 being the worst"),
}
"""Unit, and what the mean by arm is of, where it is not of the outcome."""


def is_supplementary(result: Result) -> bool:
    """Tell whether a result is of another kind than a mean or a difference in means."""
    return result.estimator not in COMPARE_MEANS


def supplementary_table(report: AnalysisReport) -> Table | None:
    """Return all results of other kinds, one block an analysis; None when the plan has none."""
    results = [result for result in report.results if is_supplementary(result)]
    if not results:
        return None
    level = fmt_level(report.protocol.analysis.confidence_level)
    contrasts = dict.fromkeys(result.contrast.label for result in results)
    return Table(
        id="supplementary",
        title="Supplementary results: responders, order, take-up, dose, mechanism, course and events",
        population="Each analysis names its set",
        stub_heading="Analysis",
        columns=(
            *(arm.label for arm in report.arms),
            f"{' or '.join(contrasts)} ({level} CI)",
            "p",
        ),
        rows=tuple(
            row
            for block in _blocks(report)
            for row in block_rows(report, _label_of(report, block[0]), block)
        ),
        footnotes=tuple(
            dict.fromkeys(
                note
                for block in _blocks(report)
                for note in block_notes(_label_of(report, block[0]), block)
            )
        ),
    )


def _blocks(report: AnalysisReport) -> Iterator[list[Result]]:
    for planned in report.protocol.analysis.analyses:
        if planned.estimator in COMPARE_MEANS:
            continue
        own = (planned.code, f"{planned.code}.")
        yield [r for r in report.results if r.id == own[0] or r.id.startswith(own[1])]


def block_rows(report: AnalysisReport, label: str, block: Sequence[Result]) -> Iterator[Row]:
    """Yield the rows of one analysis of whatever kind: whom, a description by arm, and each estimate with its standing.

    Yields
    ------
    Row
    """
    first = block[0]
    set_words = first.analysis_set.value.replace("_", " ")
    yield Row(stub=f"{label} [{set_words} set]")
    yield Row(
        stub="Analysed of available",
        cells=(*(numbers_cell(first, arm.arm) for arm in report.arms), *_empty(2)),
        indent=1,
    )
    yield _description(report, first)
    for result in block:
        if not result.is_description:
            yield _estimate(report, label, result)


def _label_of(report: AnalysisReport, result: Result) -> str:
    code = result.id.partition(".")[0]
    return next(one.label for one in report.protocol.analysis.analyses if one.code == code)


def _description(report: AnalysisReport, result: Result) -> Row:
    found = {arm.arm: arm for arm in result.arms}
    if any(arm.n_events is not None for arm in result.arms):
        cells = tuple(share_cell(found.get(arm.arm)) for arm in report.arms)
        better = result.estimator is Estimator.RELIABLE_CHANGE
        who = "Reliably better" if better else "Responders"
        return Row(stub=f"{who}: percent (exact CI)", cells=(*cells, *_empty(2)), indent=1)
    own = report.protocol.outcome(result.outcome).unit
    unit, words = DESCRIBED.get(result.estimator, (own, own))
    means = tuple(mean_cell(found.get(arm.arm), decimals_of(unit)) for arm in report.arms)
    return Row(stub=f"Mean (SD), {words}", cells=(*means, *_empty(2)), indent=1)


def _estimate(report: AnalysisReport, label: str, result: Result) -> Row:
    percent = result.quantity in SHARE_DIFFERENCES
    decimals = 1 if percent else decimals_of(result.unit)
    unit = "percentage points" if percent else result.unit
    cells = difference_cells(result, decimals, percent=100.0 if percent else 1.0)[:2]
    name = f"{result.quantity[:1].upper()}{result.quantity[1:]}"
    if result.estimator is Estimator.SUBGROUPS:
        name += result.label.removeprefix(label)
    return Row(
        stub=f"{name}, {unit} [{standing_mark(result)}]",
        cells=(*_empty(len(report.arms)), *cells),
        indent=1,
    )


def _empty(count: int) -> tuple[Cell, ...]:
    return (Cell(text=""),) * count


def block_notes(label: str, block: Sequence[Result]) -> Iterator[str]:
    """Yield model, comment and assumptions of one analysis, each with its name.

    Yields
    ------
    str
    """
    first = block[0]
    if first.model:
        yield f"{label}. Model: {first.model}."
    if first.comment:
        yield f"{label}. {first.comment}"
    for assumptions in dict.fromkeys(result.assumptions for result in block if result.assumptions):
        owner = next(result for result in block if result.assumptions == assumptions)
        of_row = "" if owner is first else f" {owner.quantity[:1].upper()}{owner.quantity[1:]}."
        yield f"{label}.{of_row} Assumptions: {assumptions}"
