"""The arm guesses in the report: counted by arm with Bang's index, once the arms are known and never before."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analysis.arm_guesses import ArmGuesses, RespondentGuesses
from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.reports.guess_table import guess_table
from analysis.reports.html import render_html
from data.records.answers import ItemAnswer, QuestionnaireCompletion
from data.records.bundle import TrialRecords
from protocols.arm_guess import Respondent
from protocols.design import Protocol
from tests.analysis.conftest import CODE_VERSION
from tests.analysis.example_records import example_records

ADAPTIVE, MATCHED, UNKNOWN = 0.0, 1.0, 2.0


def guess_of(person: str, respondent: str, value: float | None, minute: int = 0) -> ItemAnswer:
    return ItemAnswer(
        id=f"{person}-{respondent}-{minute}",
        participant_id=person,
        occasion=f"arm-guess/{respondent}",
        questionnaire="blinding_guess",
        questionnaire_version="2",
        item="1",
        value=value,
        answered_at=datetime(2026, 6, 1, 9, minute, tzinfo=UTC),
        recorded_by="coordinator",
    )


def guessed(records: TrialRecords) -> TrialRecords:
    """In the first arm six are right, three wrong, one does not know, one declines; others none."""
    people = [one.participant_id for one in records.arms if one.arm == records.arms[0].arm][:11]
    is_first = records.arms[0].arm in {"adaptive", "X"}
    right, wrong = (ADAPTIVE, MATCHED) if is_first else (MATCHED, ADAPTIVE)
    values = [*[right] * 6, *[wrong] * 3, UNKNOWN, None]
    given = [guess_of(who, "participant", value) for who, value in zip(people, values, strict=True)]
    changed_mind = guess_of(people[0], "participant", right, minute=5)
    first = replace(given[0], value=wrong)
    return replace(records, answers=(*records.answers, first, *given[1:], changed_mind))


def of_first_arm(report: AnalysisReport, records: TrialRecords) -> ArmGuesses:
    return next(a for a in participants_of(report).arms if a.arm == records.arms[0].arm)


def participants_of(report: AnalysisReport) -> RespondentGuesses:
    return next(g for g in report.guesses if g.respondent is Respondent.PARTICIPANT)


@pytest.fixture(scope="module")
def masked(protocol: Protocol) -> AnalysisReport:
    """Return the report with guesses while the arms are masked."""
    return run_analysis_plan(protocol, guessed(example_records()), CODE_VERSION)


@pytest.fixture(scope="module")
def unmasked(protocol: Protocol) -> AnalysisReport:
    """Return the report with guesses after unblinding."""
    records = example_records(arms=("adaptive", "matched_fixed"))
    return run_analysis_plan(protocol, guessed(records), CODE_VERSION)


@pytest.mark.requirement("CONSORT 20b")
def test_guesses_are_counted_by_arm_and_the_last_answer_counts(unmasked: AnalysisReport) -> None:
    found = of_first_arm(unmasked, unmasked.records)

    assert sorted(found.named) == [3, 6]
    assert (found.unknown, found.declined, found.answered) == (1, 1, 10)
    assert found.not_asked == found.randomized - 11


def test_while_masked_only_the_number_asked_in_all_is_shown(masked: AnalysisReport) -> None:
    found = participants_of(masked)

    assert (found.arms, found.asked) == ((), 11)
    table = guess_table(masked)
    assert len(table.columns) == 1
    assert [row.cells[0].text for row in table.rows] == [
        f"11 of {found.randomized}",
        f"0 of {found.randomized}",
    ]


def test_the_masked_report_is_the_same_whatever_was_guessed(
    protocol: Protocol, masked: AnalysisReport
) -> None:
    records = guessed(example_records())
    other_way = {ADAPTIVE: MATCHED, MATCHED: ADAPTIVE}
    answers = tuple(
        replace(one, value=other_way.get(one.value, one.value))
        if one.value is not None and one.occasion.startswith("arm-guess/")
        else one
        for one in records.answers
    )

    other = run_analysis_plan(protocol, replace(records, answers=answers), CODE_VERSION)

    assert other.guesses == masked.guesses
    assert guess_table(other) == guess_table(masked)
    assert "follow unblinding" in render_html(masked)


def test_who_finished_the_question_counts_as_asked_when_the_answer_is_withheld(
    protocol: Protocol,
) -> None:
    records = example_records()
    who = records.arms[0].participant_id
    finished = QuestionnaireCompletion(
        id=f"{who}/arm-guess/participant/blinding_guess",
        participant_id=who,
        occasion="arm-guess/participant",
        questionnaire="blinding_guess",
        completed_at=datetime(2026, 6, 1, 9, tzinfo=UTC),
    )

    report = run_analysis_plan(
        protocol,
        replace(records, completions=(*records.completions, finished)),
        CODE_VERSION,
    )

    assert participants_of(report).asked == 1


def test_after_unblinding_bangs_index_stands_with_its_interval(unmasked: AnalysisReport) -> None:
    found = of_first_arm(unmasked, unmasked.records)

    assert found.index is not None
    assert found.index.index == pytest.approx((6 - 3) / 10)
    table = guess_table(unmasked)
    cells = next(row.cells for row in table.rows if row.stub.startswith("Bang’s index (95%"))
    assert any(cell.text.startswith("0.30 (−0.") for cell in cells)


def test_an_arm_without_an_answer_has_no_index_and_says_why(unmasked: AnalysisReport) -> None:
    first = of_first_arm(unmasked, unmasked.records)
    other = next(a for a in participants_of(unmasked).arms if a.arm != first.arm)

    assert (other.index, other.reason) == (None, "nobody has answered")
    assert any("nobody has answered" in note for note in guess_table(unmasked).footnotes)


def test_a_protocol_that_asks_nobody_has_no_table(protocol: Protocol) -> None:
    asks_nobody = replace(protocol, arm_guess=None)

    report = run_analysis_plan(asks_nobody, example_records(), CODE_VERSION)

    assert report.guesses == ()
    assert "asks nobody to guess the arm" in render_html(report)
