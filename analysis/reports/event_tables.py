"""Tables of protocol deviations and of intercurrent events."""

from analysis.intercurrent_events import EventRow
from analysis.plan import AnalysisReport, DeviationCount, EstimandEvents
from analysis.reports.formatting import NOT_AVAILABLE, words
from analysis.reports.participant_tables import arm_columns_with_n
from analysis.reports.table import Cell, Row, Table, count_cells, words_cell


def deviation_table(report: AnalysisReport) -> Table:
    """Return protocol deviations by arm."""
    rows = [row for count in report.deviations for row in _deviation_rows(count)]
    return Table(
        id="deviations",
        title="Protocol deviations",
        population="Randomized participants",
        stub_heading="Participants; [deviations]",
        columns=arm_columns_with_n(report, report.baseline.n[:-1]),
        rows=tuple(rows),
        footnotes=("Important deviations keep a participant out of the per-protocol set.",),
    )


def _deviation_rows(count: DeviationCount) -> list[Row]:
    label = words(count.category)
    cells = tuple(
        Cell(text=f"{people} [{total}]", value=people)
        for people, total in zip(count.participants, count.deviations, strict=True)
    )
    return [
        Row(stub=label[:1].upper() + label[1:], cells=cells),
        Row(stub="Deviations judged important", cells=count_cells(count.important), indent=1),
    ]


def event_table(report: AnalysisReport, events: EstimandEvents) -> Table:
    """Return the intercurrent events of one estimand: strategy, participants, consequence."""
    estimand = report.protocol.estimand(events.estimand)
    return Table(
        id=f"events-{events.estimand}",
        title=f"Intercurrent events and their strategies: {estimand.label}",
        population="Randomized participants with the event; [of these with the outcome observed]",
        stub_heading="Event",
        columns=("Strategy", "What happened to the data", *(arm.label for arm in report.arms)),
        rows=tuple(_event_row(row, len(report.arms)) for row in events.rows),
        footnotes=(
            "Events after the outcome was measured, or after its time was over, do not count here.",
            *(f"{row.label}: not recorded; {row.reason}." for row in events.rows if row.reason),
        ),
    )


def _event_row(row: EventRow, arms: int) -> Row:
    strategy = NOT_AVAILABLE if row.strategy is None else words(row.strategy.value)
    return Row(
        stub=row.label,
        cells=(words_cell(strategy), words_cell(row.consequence), *_event_cells(row, arms)),
    )


def _event_cells(row: EventRow, arms: int) -> tuple[Cell, ...]:
    if row.participants is None or row.with_outcome is None:
        return (Cell(text="not recorded"),) * arms
    counts = zip(row.participants, row.with_outcome, strict=True)
    return tuple(Cell(text=f"{people} [{observed}]", value=people) for people, observed in counts)
