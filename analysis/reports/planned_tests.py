"""The hypotheses and looks of a plan on paper: adjusted p values and local levels beside the unadjusted p values.

Decided elsewhere (``analysis/planned_tests.py``, ``analysis/planned_looks.py``); printed here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from analysis.plan import AnalysisReport
from analysis.planned_looks import FinalLook, LooksOfPlan
from analysis.planned_tests import PlannedTests
from analysis.reports.figure import Figure
from analysis.reports.formatting import NOT_AVAILABLE, decimals_of, fmt, fmt_interval, fmt_p
from analysis.reports.interim_looks import boundaries_figure, boundaries_table
from analysis.reports.multiplicity import LEVEL_DECIMALS, decisions_table, graph_figure
from analysis.reports.table import Cell, Row, Table, words_cell
from protocols.design import Protocol
from protocols.hypotheses import planned_hypotheses

UNADJUSTED = "Intervals, and p values in the other tables, are not adjusted."
AT_LOOKS = "p: the smallest level at which some look so far rejects the hypothesis alone. Levels are shares that all looks spend together."
AGREES = "Interval: at the level that decided, so it holds no difference if and only if the hypothesis is not rejected."


def hypotheses_table(report: AnalysisReport, tests: PlannedTests) -> Table:
    """Return what was decided about every hypothesis of the plan, family by family."""
    labels = _labels(report.protocol)
    everything = [one for family in tests.families for one in family.decisions]
    table = decisions_table(everything, significance_level=tests.significance_level)
    printed = dict(zip([one.name for one in everything], table.rows, strict=True))
    rows: list[Row] = []
    for family in tests.families:
        if family.label:
            rows.append(Row(stub=family.label))
        for decision in family.decisions:
            row = _row(report, decision.name, printed[decision.name], labels, tests)
            rows.append(replace(row, indent=1) if family.label else row)
    reasons = (
        f"{labels[code]}: no p value, {report.result(code).reason}. It counts as p = 1."
        for code in tests.not_estimable
    )
    return replace(
        table,
        id="hypotheses",
        title="Hypotheses of the plan, with unadjusted and adjusted p values",
        columns=(*table.columns[:-1], "Interval at that level", table.columns[-1]),
        rows=tuple(rows),
        footnotes=(
            "Adjusted p: the smallest level of all hypotheses together at which this one is rejected.",
            "Level 0: not reached, because a hypothesis before it is not rejected.",
            *_undecided(report, tests),
            *reasons,
        ),
    )


def _undecided(report: AnalysisReport, tests: PlannedTests) -> Iterator[str]:
    if tests.reason:
        yield f"Nothing is decided: {tests.reason}."
        return
    if report.looks is not None:
        yield AT_LOOKS
    yield AGREES
    yield UNADJUSTED


def _row(
    report: AnalysisReport, code: str, row: Row, labels: Mapping[str, str], tests: PlannedTests
) -> Row:
    cells = row.cells
    if code in tests.not_estimable:
        cells = (Cell(text=NOT_AVAILABLE), *cells[1:])
    test = report.result(code).test
    decimals = decimals_of(report.result(code).unit)
    interval = Cell(text=fmt_interval(test.interval if test else None, decimals))
    return Row(stub=f"{labels[code]} ({code})", cells=(*cells[:-1], interval, cells[-1]))


def last_look_table(report: AnalysisReport, looks: LooksOfPlan) -> Table:
    """Return what all looks say about each hypothesis at the end; without it, why nothing."""
    labels = _labels(report.protocol)
    if not looks.finals:
        name = f"{report.primary.label} ({report.primary.id})"
        rows: tuple[Row, ...] = (Row(stub=name, cells=(words_cell(f"nothing: {looks.reason}"),)),)
        columns: tuple[str, ...] = ("What the bounds say",)
    else:
        rows = tuple(_final_row(report, one, labels) for one in looks.finals)
        columns = (
            "Decided at look",
            "p",
            "Level it is compared with",
            "Share of the level",
            "Repeated p",
            "Repeated interval",
            "Effect shown",
        )
    return Table(
        id="last-look",
        title="Each hypothesis at the look that decided about it",
        population="p values and levels are two-sided; the end of the trial is the last look",
        stub_heading="Hypothesis",
        columns=columns,
        rows=rows,
        footnotes=tuple(_information(looks)) if looks.finals else (),
    )


def _final_row(report: AnalysisReport, final: FinalLook, labels: Mapping[str, str]) -> Row:
    decimals = decimals_of(report.result(final.hypothesis).unit)
    return Row(
        stub=f"{labels[final.hypothesis]} ({final.hypothesis})",
        cells=(
            Cell(text=str(final.stage), value=final.stage),
            Cell(text=fmt_p(final.p), value=final.p),
            Cell(text=fmt(final.local_level, LEVEL_DECIMALS), value=final.local_level),
            Cell(text=fmt(final.share_of_level, LEVEL_DECIMALS), value=final.share_of_level),
            Cell(text=fmt_p(final.repeated_p), value=final.repeated_p),
            Cell(text=fmt_interval(final.repeated_interval, decimals)),
            words_cell("yes" if final.is_shown else "no"),
        ),
    )


def inference_table(report: AnalysisReport, looks: LooksOfPlan) -> Table | None:
    """Return final p value, median-unbiased estimate and interval of the primary comparisons; None when nothing is decided."""
    primary = report.protocol.primary_analysis.code
    finals = [
        one
        for one in looks.finals
        if one.inference is not None or one.hypothesis.partition(".")[0] == primary
    ]
    if not finals:
        return None
    labels = _labels(report.protocol)
    return Table(
        id="final-inference",
        title="The primary result, corrected for stopping",
        population="Stage-wise ordering of all looks; two-sided",
        stub_heading="Analysis",
        columns=("Final p", "Median-unbiased estimate", "Interval", "Plain estimate"),
        rows=tuple(_inference_row(report, one, labels) for one in finals),
        footnotes=(
            "A trial that stopped early overestimates by its plain estimate; the median-unbiased one is too high as often as too low.",
            *(f"{labels[o.hypothesis]}: {o.no_inference}." for o in finals if o.no_inference),
        ),
    )


def _inference_row(report: AnalysisReport, final: FinalLook, labels: Mapping[str, str]) -> Row:
    decimals = decimals_of(report.result(final.hypothesis).unit)
    found = final.inference
    p, middle = (None, None) if found is None else (found.p, found.median_unbiased)
    return Row(
        stub=labels[final.hypothesis],
        cells=(
            Cell(text=fmt_p(p), value=p),
            Cell(text=fmt(middle, decimals), value=middle),
            Cell(text=fmt_interval(None if found is None else found.interval, decimals)),
            Cell(text=fmt(final.estimate, decimals), value=final.estimate),
        ),
    )


def bounds_table(looks: LooksOfPlan) -> Table:
    """Return the bounds of every look: those held, or without them the planned ones."""
    title = "Bounds of the looks held" if looks.finals else "Bounds of the planned looks"
    return replace(boundaries_table(looks.boundaries), id="planned-bounds", title=title)


def _labels(protocol: Protocol) -> dict[str, str]:
    return {test.name: test.label for test in planned_hypotheses(protocol)}


def _information(looks: LooksOfPlan) -> Iterator[str]:
    for final in looks.finals[:1]:
        yield (
            f"Observed: {final.observed} participants with the outcome, of {final.planned} planned. "
            f"Looks on record before the end: {len(looks.held) or 'none'}."
        )
    yield "Repeated intervals and p values are valid at every look, whether the trial stops there or not."
    yield UNADJUSTED


def promised_figures(report: AnalysisReport) -> tuple[Figure, ...]:
    """Draw the graph of the hypotheses and the bounds of the looks, where the plan promises them."""
    found = []
    if report.tests is not None and report.tests.graph is not None:
        found.append(graph_figure(report.tests.graph))
    if report.looks is not None:
        found.append(boundaries_figure(report.looks.boundaries))
    return tuple(found)
