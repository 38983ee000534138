"""How much is missing, why, and in which pattern."""

import pytest

from analysis.missing_data.description import MissingPattern
from analysis.plan import AnalysisReport
from analysis.reports.missing_tables import missing_table
from protocols.questionnaire import load_questionnaire


def test_reasons_add_up_to_what_is_missing(report: AnalysisReport) -> None:
    for count in report.missing.counts:
        by_reason = [sum(values) for values in zip(*(r.counts for r in count.reasons), strict=True)]
        assert (tuple(by_reason) or (0, 0)) == count.missing


def test_patterns_cover_every_randomized_participant(report: AnalysisReport) -> None:
    assert sum(sum(pattern.counts) for pattern in report.missing.patterns) == 60


@pytest.mark.parametrize(
    ("observed", "monotone"),
    [
        pytest.param((True, True, True), True, id="complete"),
        pytest.param((True, False, False), True, id="left for good"),
        pytest.param((True, False, True), False, id="with a gap"),
    ],
)
def test_a_pattern_is_monotone_when_nothing_follows_the_first_gap(
    observed: tuple[bool, ...],
    monotone: bool,  # noqa: FBT001 - expectation
) -> None:
    assert MissingPattern(observed=observed, counts=(1,)).is_monotone is monotone


def test_the_table_names_the_rule_for_unanswered_items_and_its_source(
    report: AnalysisReport,
) -> None:
    notes = missing_table(report).footnotes

    gad7 = next(note for note in notes if "GAD-7" in note)
    assert "up to 2 unanswered items" in gad7
    assert load_questionnaire("gad7").missing_source.strip() in gad7
