"""The report says after how many sessions harms were asked for, by arm (CONSORT 2025 item 15)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analysis.harm_askings import ArmAskings, describe_harm_askings
from analysis.plan import AnalysisReport
from analysis.reports.html import render_html
from analysis.reports.safety_tables import harm_asking_table
from data.records.bundle import TrialRecords
from data.records.harm_askings import HarmAnswer, HarmAsking

WHEN = datetime(2026, 5, 4, 12, tzinfo=UTC)


def asking(session_id: str, answer: HarmAnswer, number: int = 1) -> HarmAsking:
    return HarmAsking(
        id=f"{session_id}/harms-{number}",
        participant_id=session_id.split("/", maxsplit=1)[0],
        session_id=session_id,
        answer=answer,
        told_openly=answer is HarmAnswer.REPORTED,
        domains=(),
        reason="Left at once" if answer is HarmAnswer.NOT_ASKED else "",
        asked_at=WHEN,
        asked_by="bea",
    )


def described(report: AnalysisReport, records: TrialRecords) -> tuple[ArmAskings, ...]:
    return describe_harm_askings(records, report.datasets, report.arms)


@pytest.mark.requirement("CONSORT 15")
def test_every_session_with_music_counts_and_is_unknown_until_somebody_asked(
    report: AnalysisReport, records: TrialRecords
) -> None:
    arms = described(report, records)

    assert sum(arm.sessions for arm in arms) == sum(s.listened_s > 0 for s in records.sessions)
    assert [arm.unknown for arm in arms] == [arm.sessions for arm in arms]


def test_answers_are_counted_by_arm_and_the_last_one_of_a_session_counts(
    report: AnalysisReport, records: TrialRecords
) -> None:
    first, second, third, *_ = [s.id for s in records.sessions if s.listened_s > 0]
    askings = (
        asking(first, HarmAnswer.REPORTED),
        asking(first, HarmAnswer.NOTHING, 2),
        asking(second, HarmAnswer.REPORTED),
        asking(third, HarmAnswer.NOT_ASKED),
    )

    arms = described(report, replace(records, harm_askings=askings))

    assert sum(arm.nothing for arm in arms) == 1
    assert sum(arm.reported for arm in arms) == 1
    assert sum(arm.not_possible for arm in arms) == 1
    assert sum(arm.asked for arm in arms) == 2
    assert sum(arm.unknown for arm in arms) == sum(arm.sessions for arm in arms) - 3


def test_a_session_on_which_nothing_was_heard_is_not_counted(
    report: AnalysisReport, records: TrialRecords
) -> None:
    silent = replace(records, sessions=tuple(replace(s, listened_s=0.0) for s in records.sessions))

    assert [arm.sessions for arm in described(report, silent)] == [0, 0]


def test_the_report_has_the_counts_in_its_harms(report: AnalysisReport) -> None:
    table = harm_asking_table(report)

    html = render_html(report)

    assert [len(row.cells) for row in table.rows] == [2] * 5
    assert "After how many sessions harms were asked for" in html
    assert html.index('id="harms"') < html.index("How harms were looked for")
