"""Tables about participants: analysis sets, baseline, delivery, harms, deviations, intercurrent events, missing data."""

from collections.abc import Iterable, Sequence

from analysis.baseline import CategoryRow, ContinuousRow
from analysis.delivery import ArmDelivery
from analysis.estimators.descriptive import Summary
from analysis.harms import HarmRow, ListedEvent
from analysis.intercurrent_events import EventRow
from analysis.missing_data.description import MissingCount
from analysis.plan import AnalysisReport, DeviationCount, EstimandEvents
from analysis.reports.formatting import NOT_AVAILABLE, fmt, fmt_count, fmt_level, fmt_mean_sd, words
from analysis.reports.table import Cell, Row, Table, count_cells, words_cell
from data.records.sessions import StopCause
from protocols.analysis_plan import AnalysisSet

_SCORE_DECIMALS = 1
_LN_DECIMALS = 2
_SET_WORDS = {
    AnalysisSet.RANDOMIZED: "Randomized",
    AnalysisSet.FULL_ANALYSIS: "Full analysis (each analysis takes those with its outcome observed)",
    AnalysisSet.PER_PROTOCOL: "Per protocol",
    AnalysisSet.SAFETY: "Safety (heard any music)",
}

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


def missing_table(report: AnalysisReport) -> Table:
    """Return how many values are missing, by variable, visit and arm (CONSORT 2025 item 26)."""
    rows: list[Row] = []
    heading = ""
    for count in report.missing.counts:
        if count.label != heading:
            rows.append(Row(stub=count.label))
            heading = count.label
        rows += _missing_rows(count)
    return Table(
        id="missing",
        title="Missing values",
        population="Randomized participants",
        stub_heading="Variable and visit",
        columns=arm_columns_with_n(report, report.baseline.n[:-1]),
        rows=tuple(rows),
        footnotes=(
            "Observed; [of these with unanswered items replaced by the rule below]. Nothing else is replaced or imputed.",
            *dict.fromkeys(f"{c.label}: {c.rule}." for c in report.missing.counts if c.rule),
        ),
    )


def _missing_rows(count: MissingCount) -> list[Row]:
    cells = tuple(
        Cell(text=f"{observed} [{prorated}]", value=observed)
        for observed, prorated in zip(count.observed, count.prorated, strict=True)
    )
    return [
        Row(stub=f"{count.visit_label}: observed", cells=cells, indent=1),
        *(
            Row(
                stub=f"Missing: {reason.reason.rstrip('.')}",
                cells=count_cells(reason.counts),
                indent=2,
            )
            for reason in count.reasons
        ),
    ]


def pattern_table(report: AnalysisReport) -> Table:
    """Return the patterns of missing values of the primary variable over its visits."""
    visits = report.missing.pattern_visits
    return Table(
        id="missing-patterns",
        title="Patterns of missing values of the primary variable",
        population="Randomized participants",
        stub_heading="Kind of pattern",
        columns=(*visits, *arm_columns_with_n(report, report.baseline.n[:-1])),
        rows=tuple(
            Row(
                stub="Complete"
                if all(p.observed)
                else "Left for good"
                if p.is_monotone
                else "With a gap",
                cells=(
                    *(words_cell("observed" if seen else "missing") for seen in p.observed),
                    *count_cells(p.counts),
                ),
            )
            for p in report.missing.patterns
        ),
    )
