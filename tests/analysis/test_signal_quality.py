"""The quality of each recording, and the same by participant and by arm, with the arms as masked as the records."""

from dataclasses import replace

import pytest

from analysis.estimators.descriptive import summarize
from analysis.graph_reporting import GraphStanding, fill_graph
from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.quality_frame import signal_quality_frame
from analysis.reports.graph_table import graph_table
from analysis.reports.html import render_report
from analysis.reports.pages import Pages
from analysis.reports.quality_tables import participant_quality_table, quality_table
from analysis.reports.signal_sections import quality_blocks
from analysis.signal_quality import AT_REST, HEART, IN_SESSIONS, describe_signal_quality
from analysis.study import derive_study
from data.records.bundle import TrialRecords
from data.records.recording_spans import RestingSpan
from tests.analysis.example_records import example_protocol, example_records


@pytest.fixture(scope="module")
def records() -> TrialRecords:
    """Return the example trial; each resting recording lasted five minutes, and the first had two gaps."""
    records = example_records()
    spans = tuple(
        RestingSpan(
            id=one.id,
            participant_id=one.participant_id,
            visit=one.visit,
            recordings=1,
            recorded_s=300.0,
            beats=350,
            gaps=2 if number == 0 else 0,
        )
        for number, one in enumerate(records.resting)
    )
    return replace(records, resting_spans=spans)


@pytest.fixture(scope="module")
def quality_report(records: TrialRecords) -> AnalysisReport:
    """Return the plan carried out on these records."""
    return run_analysis_plan(example_protocol(), records, "test")


def test_every_recording_of_a_randomized_participant_is_counted_once(
    records: TrialRecords, quality_report: AnalysisReport
) -> None:
    randomized = {one.participant_id for one in records.arms}
    at_rest = [r for r in records.resting if r.participant_id in randomized]
    begun = [s for s in records.sessions if s.started_at is not None]
    quality = quality_report.quality

    assert len(quality.recordings) == len(at_rest) + len(begun)
    assert sum(one.recordings for one in quality.arms) == len(quality.recordings)
    assert sum(one.recordings for one in quality.participants) == len(quality.recordings)
    assert quality.kinds == ((AT_REST, HEART), (IN_SESSIONS, HEART))


def test_each_number_of_an_arm_is_that_of_its_recordings(quality_report: AnalysisReport) -> None:
    for one in quality_report.quality.arms:
        own = [
            r
            for r in quality_report.quality.recordings
            if (r.arm, r.setting, r.signal) == (one.arm, one.setting, one.signal)
        ]
        assert one.usable_percent == summarize([r.usable_percent for r in own])
        assert one.gaps == summarize([r.gaps for r in own])
        assert sum(one.states) == one.recordings
        assert sum(count for _, count in one.reasons) == sum(bool(r.reason) for r in own)


def test_a_recording_without_a_value_is_held_with_its_reason(
    records: TrialRecords, quality_report: AnalysisReport
) -> None:
    lost = {r.id for r in records.resting if r.ln_rmssd is None}
    rows = [r for r in quality_report.quality.recordings if r.setting == AT_REST]

    held = {f"{r.participant_id}/{r.occasion}" for r in rows if r.state == "hold"}
    assert held == {one for one in lost if one.split("/")[0] in quality_report_people(records)}
    assert all(bool(r.reason) == (r.state == "hold") for r in rows)


def quality_report_people(records: TrialRecords) -> set[str]:
    """Return the randomized."""
    return {one.participant_id for one in records.arms}


def test_minutes_and_gaps_come_from_the_beats_and_are_unknown_without_them(
    records: TrialRecords, quality_report: AnalysisReport
) -> None:
    arms = quality_report.arms
    known = describe_signal_quality(records, arms).of(AT_REST, HEART)
    unknown = describe_signal_quality(replace(records, resting_spans=()), arms).of(AT_REST, HEART)

    assert {one.recorded_minutes.median for one in known} == {5.0}
    assert sorted(one.gaps.maximum or 0.0 for one in known) == [0.0, 2.0]
    assert {(one.recorded_minutes.median, one.recorded_minutes.n) for one in unknown} == {(None, 0)}


def test_tables_say_the_arms_as_the_records_do_and_every_number_has_its_n(
    quality_report: AnalysisReport,
) -> None:
    table = quality_table(quality_report)
    people = participant_quality_table(quality_report)

    assert [row.stub for row in table.rows] == [
        "Heartbeat at rest",
        "Arm X",
        "Arm Y",
        "Heartbeat in sessions",
        "Arm X",
        "Arm Y",
    ]
    assert len(people.rows) == len(quality_report.records.arms)
    for row in (*table.rows, *people.rows):
        assert all(
            len(row.cells) == len(t.columns) for t in (table,) if row in t.rows and row.cells
        )
        assert all(
            "n = " in cell.text for cell in row.cells if "(" in cell.text and not cell.is_text
        )


def test_the_report_and_its_dataset_hold_the_tables(quality_report: AnalysisReport) -> None:
    rendered = render_report(quality_report)
    frame = signal_quality_frame("CALM-1", quality_report.quality)

    assert {"signal-quality", "signal-quality-participants", "graph"} <= {
        table.id for table in rendered.tables
    }
    assert 'id="quality"' in rendered.html
    assert len(frame) == len(quality_report.quality.recordings)
    assert set(frame["TRT01P"]) == {"X", "Y"}


def test_without_recordings_nothing_is_made_up(
    records: TrialRecords, quality_report: AnalysisReport
) -> None:
    bare = replace(records, resting=(), resting_spans=(), sessions=())
    study = derive_study(example_protocol(), bare, "test")
    quality = describe_signal_quality(bare, study.arms)
    report = replace(quality_report, quality=quality, graph=fill_graph(study, quality))

    assert quality.recordings == ()
    said = "".join(quality_blocks(Pages(report=report, figures=())))
    assert "No signal of a randomized participant is on record." in said
    answers = {one.id: one.answer for one in report.graph}
    assert "Beats: none recorded (n = 0 recordings)." in answers["2a"]
    assert "Beats corrected: not in these records (n = 0)." in answers["3d"]


def test_graph_is_filled_from_what_is_known_and_says_what_is_not(
    records: TrialRecords, quality_report: AnalysisReport
) -> None:
    answers = {one.id: one for one in quality_report.graph}
    randomized = len(records.arms)

    assert list(answers) == [
        *("1a", "1b", "1c", "1d", "1e"),
        *("2a", "2b"),
        *("3a", "3b", "3c", "3d"),
        *("4a", "4b"),
    ]
    assert f"(n = {randomized})" in answers["1e"].answer
    assert "smoking: not recorded by this program" in answers["1e"].answer
    assert answers["1e"].standing is GraphStanding.PARTLY
    assert "median 5.0 minutes, 5.0 to 5.0 (n = " in answers["2b"].answer
    assert "rmssd-median11-20pct-v1" in answers["3a"].answer
    lost = sum(r.ln_rmssd is None for r in records.resting)
    assert f"Without a value: {lost} of " in answers["3c"].answer
    assert "Software: Antiphon test." in answers["4a"].answer
    assert answers["3d"].item == "How beats were cleaned, and the share corrected"
    table = graph_table(quality_report)
    assert sum(bool(row.cells) for row in table.rows) == 13


def test_a_protocol_without_heart_rate_variability_has_no_graph_table(
    records: TrialRecords,
) -> None:
    calm = example_protocol()
    outcomes = tuple(o for o in calm.outcomes if o.code != "ln_rmssd_week_4")
    study = derive_study(replace(calm, outcomes=outcomes), records, "test")

    assert fill_graph(study, describe_signal_quality(records, study.arms)) == ()


def test_graph_names_no_arm(quality_report: AnalysisReport) -> None:
    said = " ".join(one.answer for one in quality_report.graph)

    assert [arm.label for arm in example_protocol().arms if arm.label in said] == []
