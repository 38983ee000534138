"""Adverse events: how many by arm, and each one."""

from collections.abc import Sequence

from analysis.harms import HarmRow, ListedEvent
from analysis.plan import AnalysisReport
from analysis.reports.formatting import fmt_count, words
from analysis.reports.participant_tables import arm_columns_with_n
from analysis.reports.table import Cell, Row, Table, words_cell


def harms_table(report: AnalysisReport) -> Table:
    """Return adverse events by arm: participants and events (CONSORT 2025 item 27)."""
    harms = report.harms
    rows = [_harm_row(row, harms.n) for row in harms.rows]
    if harms.by_domain:
        rows.append(Row(stub="By domain of harm"))
        rows += [_harm_row(row, harms.n, indent=1) for row in harms.by_domain]
    return Table(
        id="harms",
        title="Adverse events",
        population="Safety set: randomized participants who heard any music",
        stub_heading="Participants with at least one; [events]",
        columns=arm_columns_with_n(report, harms.n),
        rows=tuple(rows),
        footnotes=(
            "Related: possibly, probably or causally related to the listening, as judged blind to the arm.",
            (
                "Counted: events that began from randomization to the last follow-up visit. Not counted, but in the listing: "
                f"{harms.outside}."
            ),
        ),
    )


def _harm_row(row: HarmRow, n: Sequence[int], indent: int = 0) -> Row:
    cells = tuple(
        Cell(text=f"{fmt_count(people, total)} [{events}]", value=people)
        for people, events, total in zip(row.participants, row.events, n, strict=True)
    )
    return Row(stub=row.label[:1].upper() + row.label[1:], cells=cells, indent=indent)


def harms_listing(report: AnalysisReport) -> Table:
    """Return every adverse event, one a row."""
    arm_of = {row.participant_id: row.arm for row in report.datasets.participants}
    labels = {arm.arm: arm.label for arm in report.arms}
    rows = tuple(
        Row(
            stub=listed.event.participant_id,
            cells=_listing_cells(
                listed, labels.get(arm_of.get(listed.event.participant_id, ""), "not randomized")
            ),
        )
        for listed in report.harms.listing
    )
    return Table(
        id="harms-listing",
        title="Listing of adverse events",
        population="Everyone with a record",
        stub_heading="Participant",
        columns=(
            "Arm",
            "Term",
            "Domain",
            "Grade",
            "Serious",
            "Relation",
            "Outcome",
            "Start",
            "Counted",
        ),
        rows=rows,
    )


def _listing_cells(listed: ListedEvent, arm: str) -> tuple[Cell, ...]:
    event = listed.event
    return (
        words_cell(arm),
        words_cell(event.term),
        words_cell(event.domain),
        Cell(text=str(event.grade), value=event.grade),
        words_cell("yes" if event.serious else "no"),
        words_cell(words(event.causality.value)),
        words_cell(event.outcome),
        words_cell(listed.started_on.isoformat()),
        words_cell(f"no: {listed.outside}" if listed.outside else "yes"),
    )
