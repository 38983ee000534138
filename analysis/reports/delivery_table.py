"""The table of what was planned, attended and really heard."""

from collections.abc import Sequence

from analysis.delivery import ArmDelivery
from analysis.estimators.descriptive import Summary
from analysis.plan import AnalysisReport
from analysis.reports.formatting import NOT_AVAILABLE, fmt, fmt_count, fmt_level
from analysis.reports.participant_tables import _mean_sd, _median_quartiles, arm_columns_with_n
from analysis.reports.table import Cell, Row, Table, count_cells
from data.records.sessions import StopCause

_CAUSE_WORDS = {
    StopCause.NONE: "no cause on record",
    StopCause.PARTICIPANT: "by the participant",
    StopCause.COORDINATOR: "by the coordinator",
    StopCause.UNWELL: "by the coordinator, the participant was distressed or unwell",
    StopCause.SAFETY_RULE: "by a safety rule",
    StopCause.EQUIPMENT: "sensor, headphones or player failed",
    StopCause.SERVER: "the server stopped",
    StopCause.GENERATOR: "the next segment could not be made",
    StopCause.WITHDRAWN: "the participant left the listening",
}


def delivery_table(report: AnalysisReport) -> Table:
    """Return what was delivered to each arm (CONSORT 2025 item 24a)."""
    arms = report.delivery
    causes = sorted({stop.cause for arm in arms for stop in arm.stopped})
    rows = [
        Row(stub="Sessions planned", cells=count_cells(a.sessions_planned for a in arms)),
        Row(stub="Sessions due so far", cells=count_cells(a.sessions_due for a in arms)),
        Row(stub="Sessions attended", cells=_counts_of(arms, "sessions_attended")),
        Row(stub="Sessions heard to the end", cells=_counts_of(arms, "sessions_completed")),
        Row(
            stub="Sessions begun, repeated ones included",
            cells=count_cells(a.attempts for a in arms),
        ),
        Row(
            stub="Headphones not calibrated, so level at the ear unknown",
            cells=tuple(
                Cell(
                    text=fmt_count(arm.sessions_uncalibrated, arm.attempts),
                    value=arm.sessions_uncalibrated,
                )
                for arm in arms
            ),
            indent=1,
        ),
        *(
            Row(
                stub=f"Stopped early: {_CAUSE_WORDS[cause]}",
                cells=count_cells(_stopped(arm, cause) for arm in arms),
                indent=1,
            )
            for cause in causes
        ),
        *_summary_rows(
            "Adherence, percent of planned sessions a participant with none still to come",
            [a.adherence_percent for a in arms],
        ),
        *_summary_rows("Music heard, minutes a participant", [a.dose_minutes for a in arms]),
        *_summary_rows(
            "Music heard, percent of the planned minutes of a session begun",
            [a.heard_percent for a in arms],
        ),
        Row(
            stub="Stretches of 30 s played without a gap",
            cells=tuple(_gapless(arm) for arm in arms),
        ),
        *_summary_rows(
            "Stretches of 30 s played without a gap, percent a session of which the player reported",
            [a.gapless_percent for a in arms],
        ),
        *_summary_rows(
            "Stretches of 30 s with a good signal, percent a session begun",
            [a.good_signal_percent for a in arms],
        ),
        *_summary_rows(
            "Estimated level at the ear, dB(A) a session by calibrated headphones",
            [a.ear_level_dba for a in arms],
        ),
    ]
    return Table(
        id="delivery",
        title="Delivery, adherence and signal quality",
        population="Randomized participants",
        stub_heading="Measure",
        columns=arm_columns_with_n(report, [arm.participants for arm in arms]),
        rows=tuple(rows),
        footnotes=(
            (
                f"A session counts as attended when at least {fmt_level(report.protocol.sessions.attended_share)} of its "
                "planned music was heard in one attempt, as the player reported it; minutes heard count in every attempt. "
                "Percentages of sessions are of the sessions due: those of which it is known what became of them."
            ),
            (
                "A stretch is without a gap when every segment that began in it was there in time, as the player reported it; "
                "of a segment that the player never told of, nobody knows, and it counts as a gap. Stretches, not segments, "
                "because segments differ in length between the arms."
            ),
            (
                "The level at the ear is estimated from the calibration of the headphones and the volume that the player "
                "reported; the music weighs 2 to 3 dB(A) less than the calibration noise of the same loudness."
            ),
        ),
    )


def _counts_of(arms: Sequence[ArmDelivery], field: str) -> tuple[Cell, ...]:
    return tuple(
        Cell(text=fmt_count(getattr(a, field), a.sessions_due), value=getattr(a, field))
        for a in arms
    )


def _gapless(arm: ArmDelivery) -> Cell:
    count, total = arm.stretches_without_gap, arm.stretches_played
    share = f"{fmt(100 * count / total, 1)}%" if total else NOT_AVAILABLE
    return Cell(text=f"{count} of {total} ({share})", value=count)


def _stopped(arm: ArmDelivery, cause: StopCause) -> int:
    return sum(stop.sessions for stop in arm.stopped if stop.cause is cause)


def _summary_rows(label: str, summaries: Sequence[Summary]) -> list[Row]:
    return [
        Row(stub=label),
        Row(stub="Mean (SD)", cells=tuple(_mean_sd(s, 1) for s in summaries), indent=1),
        Row(
            stub="Median (lower to upper quartile)",
            cells=tuple(_median_quartiles(s, 1) for s in summaries),
            indent=1,
        ),
    ]
