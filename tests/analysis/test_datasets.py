"""Records -> rows: scores, baselines, and the last answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from analysis.datasets import derive_datasets, parameter_code
from data.records.bundle import TrialRecords
from protocols.design import Protocol


def test_every_parameter_has_a_code_that_cdisc_allows(
    protocol: Protocol, records: TrialRecords
) -> None:
    codes = [parameter.code for parameter in derive_datasets(protocol, records).parameters]

    assert codes == ["GAD7", "PHQ9", "WHO5PERC", "LNRMSSD"]
    assert all(len(code) <= 8 for code in codes)


def test_change_is_value_minus_baseline(protocol: Protocol, records: TrialRecords) -> None:
    rows = derive_datasets(protocol, records).of("GAD7", "week_4")

    row = rows["LEI-002"]

    assert row.value is not None
    assert row.baseline is not None
    assert row.change == row.value - row.baseline


def test_the_answer_to_an_item_that_was_stored_last_counts_whatever_the_clock_said(
    protocol: Protocol, records: TrialRecords
) -> None:
    answers = [a for a in records.answers if a.id == "LEI-002/week_4/gad7/1"]
    (first,) = answers
    corrected = replace(
        first,
        id="later",
        value=3.0 - (first.value or 0.0),
        answered_at=first.answered_at - timedelta(hours=1),
    )
    before = derive_datasets(protocol, records).of("GAD7", "week_4")["LEI-002"].value
    changed = replace(records, answers=(*records.answers, corrected))

    after = derive_datasets(protocol, changed).of("GAD7", "week_4")["LEI-002"].value

    assert before is not None
    assert after == before + 3.0 - 2 * (first.value or 0.0)


def test_two_missing_items_are_prorated_and_four_leave_no_value(
    protocol: Protocol, records: TrialRecords
) -> None:
    rows = derive_datasets(protocol, records).of("GAD7", "week_4")

    assert rows["GRA-003"].prorated
    assert rows["LEI-014"].value is None
    assert "4 of 7 items" in rows["LEI-014"].reason
    assert rows["LEI-014"].was_taken


def test_a_visit_that_did_not_happen_was_not_taken(
    protocol: Protocol, records: TrialRecords
) -> None:
    row = derive_datasets(protocol, records).of("GAD7", "week_4")["GRA-007"]

    assert row.value is None
    assert not row.was_taken


def broken_off(records: TrialRecords, *left_out: str) -> TrialRecords:
    """Take the end from the form of LEI-002 at week 4, and the answers to some items."""
    form = ("LEI-002", "week_4", "gad7")
    return replace(
        records,
        completions=tuple(
            c
            for c in records.completions
            if (c.participant_id, c.occasion, c.questionnaire) != form
        ),
        answers=tuple(
            a
            for a in records.answers
            if (a.participant_id, a.occasion, a.questionnaire) != form or a.item not in left_out
        ),
    )


@pytest.mark.parametrize(("left_out", "items"), [(("7",), "1"), (("6", "7"), "2")])
def test_a_form_that_was_broken_off_has_no_score_whatever_its_rule_for_missing_items(
    protocol: Protocol, records: TrialRecords, left_out: tuple[str, ...], items: str
) -> None:
    """GAD-7 with two items left out on the way is prorated; with two never reached it is not."""
    datasets = derive_datasets(protocol, broken_off(records, *left_out))

    row = datasets.of("GAD7", "week_4")["LEI-002"]

    assert (row.value, row.prorated, row.was_taken) == (None, False, True)
    assert row.reason == f"the form was broken off: {items} not answered"


def test_a_form_that_lacks_nothing_but_its_end_is_scored(
    protocol: Protocol, records: TrialRecords
) -> None:
    before = derive_datasets(protocol, records).of("GAD7", "week_4")["LEI-002"]

    after = derive_datasets(protocol, broken_off(records)).of("GAD7", "week_4")["LEI-002"]

    assert before.value is not None
    assert after == before


def test_an_outcome_of_a_questionnaire_with_several_scores_names_the_score(
    protocol: Protocol,
) -> None:
    assert parameter_code(protocol.outcome("who5_week_4")) == "WHO5PERC"


def test_a_recording_tells_how_many_edits_it_had_and_which_share_was_corrected(
    protocol: Protocol, records: TrialRecords
) -> None:
    first = next(one for one in records.resting if one.visit == "week_4")
    edited = replace(first, ln_rmssd=3.2, edits=4, corrected_share=0.03)
    resting = tuple(edited if one.id == first.id else one for one in records.resting)

    rows = derive_datasets(protocol, replace(records, resting=resting)).of("LNRMSSD", "week_4")
    other = next(one for one in records.resting if one.visit == "week_4" and one.id != first.id)

    row = rows[first.participant_id]
    assert (row.value, row.edits, row.corrected_share) == (3.2, 4, 0.03)
    untouched = rows[other.participant_id]
    assert (untouched.edits, untouched.corrected_share) == (0, other.flagged_share)
    assert (
        derive_datasets(protocol, records).of("GAD7", "week_4")["LEI-002"].corrected_share is None
    )
