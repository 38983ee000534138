"""Tables about participants: analysis sets and baseline."""

from collections.abc import Iterable, Sequence

from analysis.baseline import CategoryRow, ContinuousRow
from analysis.estimators.descriptive import Summary
from analysis.plan import AnalysisReport
from analysis.reports.formatting import fmt, fmt_count, fmt_mean_sd
from analysis.reports.table import Cell, Row, Table, count_cells
from protocols.analysis_plan import AnalysisSet

_SCORE_DECIMALS = 1

_LN_DECIMALS = 2

_SET_WORDS = {
    AnalysisSet.RANDOMIZED: "Randomized",
    AnalysisSet.FULL_ANALYSIS: "Full analysis (each analysis takes those with its outcome observed)",
    AnalysisSet.PER_PROTOCOL: "Per protocol",
    AnalysisSet.SAFETY: "Safety (heard any music)",
}


def arm_columns_with_n(report: AnalysisReport, counts: Sequence[int]) -> tuple[str, ...]:
    """Return one heading an arm with the number of its participants."""
    return tuple(
        f"{arm.label} (N = {count})" for arm, count in zip(report.arms, counts, strict=True)
    )


def analysis_set_table(report: AnalysisReport) -> Table:
    """Return who is in each analysis set, and why the others are not (CONSORT 2025 item 21b)."""
    order = [arm.arm for arm in report.arms]
    arm_of = {row.participant_id: row.arm for row in report.datasets.participants}

    def by_arm(people: Iterable[str]) -> tuple[int, ...]:
        allocated = [arm_of[person] for person in people]
        return tuple(allocated.count(arm) for arm in order)

    rows = []
    for membership in report.memberships:
        label = _SET_WORDS[membership.analysis_set]
        rows.append(Row(stub=label, cells=count_cells(by_arm(membership.members))))
        for reason in sorted({exclusion.reason for exclusion in membership.exclusions}):
            people = [e.participant_id for e in membership.exclusions if e.reason == reason]
            rows.append(
                Row(stub=f"Not in it: {reason}", cells=count_cells(by_arm(people)), indent=1)
            )
    return Table(
        id="analysis-sets",
        title="Analysis sets",
        population="Randomized participants",
        stub_heading="Set",
        columns=arm_columns_with_n(report, report.baseline.n[:-1]),
        rows=tuple(rows),
    )


def baseline_table(report: AnalysisReport) -> Table:
    """Return the baseline characteristics; no test, on purpose (CONSORT 2025 item 25)."""
    rows: list[Row] = []
    heading = ""
    for row in report.baseline.rows:
        if isinstance(row, ContinuousRow):
            rows += _continuous_rows(row)
            heading = ""
            continue
        if row.label != heading:
            rows.append(Row(stub=f"{row.label}, n (%)"))
            heading = row.label
        rows.append(_category_row(row))
    return Table(
        id="baseline",
        title="Baseline characteristics",
        population="Randomized participants",
        stub_heading="Characteristic",
        columns=(
            *arm_columns_with_n(report, report.baseline.n[:-1]),
            f"All (N = {report.baseline.n[-1]})",
        ),
        rows=tuple(rows),
        footnotes=(
            (
                "SD: standard deviation. Quartiles by linear interpolation (type 7). Arms are described, not tested: "
                "after randomization a difference at baseline is due to chance."
            ),
        ),
    )


def _continuous_rows(row: ContinuousRow) -> list[Row]:
    decimals = _LN_DECIMALS if row.unit == "ln ms" else _SCORE_DECIMALS
    return [
        Row(stub=f"{row.label}, {row.unit}"),
        Row(stub="Mean (SD)", cells=tuple(_mean_sd(s, decimals) for s in row.summaries), indent=1),
        Row(
            stub="Median (lower to upper quartile)",
            cells=tuple(_median_quartiles(s, decimals) for s in row.summaries),
            indent=1,
        ),
        *_missing_row(row),
    ]


def _missing_row(row: ContinuousRow) -> list[Row]:
    if not any(summary.missing for summary in row.summaries):
        return []
    return [Row(stub="Missing", cells=count_cells(s.missing for s in row.summaries), indent=1)]


def _mean_sd(summary: Summary, decimals: int) -> Cell:
    text = fmt_mean_sd(summary.mean, summary.standard_deviation, decimals)
    return Cell(text=text, value=summary.mean)


def _median_quartiles(summary: Summary, decimals: int) -> Cell:
    quartiles = (
        f"{fmt(summary.lower_quartile, decimals)} to {fmt(summary.upper_quartile, decimals)}"
    )
    return Cell(text=f"{fmt(summary.median, decimals)} ({quartiles})", value=summary.median)


def _category_row(row: CategoryRow) -> Row:
    cells = tuple(
        Cell(text=fmt_count(count, total), value=count)
        for count, total in zip(row.counts, row.totals, strict=True)
    )
    return Row(stub=row.level[:1].upper() + row.level[1:], cells=cells, indent=1)
