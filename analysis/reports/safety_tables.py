"""Tables about how people were looked after: harms asked for, alerts in time, codes broken in an emergency."""

from collections.abc import Iterator

from analysis.alert_times import RuleAlerts
from analysis.harm_askings import ArmAskings
from analysis.plan import AnalysisReport
from analysis.reports.formatting import fmt_count
from analysis.reports.table import Cell, Row, Table, count_cells


def harm_asking_table(report: AnalysisReport) -> Table:
    """Return after how many sessions harms were asked for (CONSORT 2025 item 15: how harms were assessed)."""
    arms = report.harm_askings
    rows = (
        Row(stub="Asked for harms", cells=tuple(_of_sessions(a.asked, a) for a in arms)),
        Row(
            stub="Nothing reported",
            cells=tuple(_of_sessions(a.nothing, a) for a in arms),
            indent=1,
        ),
        Row(
            stub="Something told",
            cells=tuple(_of_sessions(a.reported, a) for a in arms),
            indent=1,
        ),
        Row(
            stub="Not possible to ask, with the reason on record",
            cells=tuple(_of_sessions(a.not_possible, a) for a in arms),
        ),
        Row(
            stub="Nothing on record of whether it was asked",
            cells=tuple(_of_sessions(a.unknown, a) for a in arms),
        ),
    )
    return Table(
        id="harms-asked",
        title="After how many sessions harms were asked for",
        population="Sessions that have ended and in which any music was heard, of randomized participants",
        stub_heading="After the session",
        columns=tuple(f"{arm.label} ({arm.sessions} sessions)" for arm in arms),
        rows=rows,
        footnotes=(
            "Asked openly first, then by a list of music-related harms; each attempt at a session counts by itself.",
        ),
    )


def _of_sessions(count: int, arm: ArmAskings) -> Cell:
    return Cell(text=fmt_count(count, arm.sessions), value=count)


def alert_table(report: AnalysisReport) -> Table:
    """Return the safety alerts by rule, and how many were acknowledged in the protocol's time."""
    return Table(
        id="alerts",
        title="Safety alerts, and how many were acknowledged in time",
        population="Everyone with an alert; those who were not randomized stand in the last column only",
        stub_heading="Rule",
        columns=(*(arm.label for arm in report.arms), "All"),
        rows=tuple(row for alerts in report.alerts for row in _alert_rows(alerts)),
        footnotes=(
            (
                "In time: acknowledged by a person within the time that the protocol gives, of all alerts of the rule. "
                "Rules without a time have none in the protocol."
            ),
        ),
    )


def _alert_rows(alerts: RuleAlerts) -> Iterator[Row]:
    yield Row(stub=alerts.label, cells=count_cells(alerts.raised))
    if alerts.in_time is not None and alerts.within_hours is not None:
        pairs = zip(alerts.in_time, alerts.raised, strict=True)
        cells = tuple(Cell(text=f"{count} of {total}", value=count) for count, total in pairs)
        yield Row(stub=f"Acknowledged within {alerts.within_hours:g} h", cells=cells, indent=1)
    if alerts.unacknowledged[-1]:
        yield Row(stub="Not acknowledged yet", cells=count_cells(alerts.unacknowledged), indent=1)


def code_break_table(report: AnalysisReport) -> Table:
    """Return whose code was broken in an emergency (CONSORT 2025 item 20b)."""
    arms = report.code_breaks
    return Table(
        id="code-breaks",
        title="Emergency code breaks",
        population="Randomized participants",
        stub_heading="Participants; [code breaks]",
        columns=tuple(f"{arm.label} (N = {arm.randomized})" for arm in arms),
        rows=(
            Row(
                stub="The arm was shown to one person",
                cells=tuple(
                    Cell(
                        text=f"{fmt_count(a.participants, a.randomized)} [{a.breaks}]",
                        value=a.participants,
                    )
                    for a in arms
                ),
            ),
        ),
        footnotes=(
            (
                "Each is an important deviation, so the participant is not in the per-protocol set, and an intercurrent "
                "event. Code breaks after the database lock are counted here only."
            ),
        ),
    )
