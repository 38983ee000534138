"""What holds for every questionnaire and all answers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.measures.questionnaire_scores import score_questionnaire
from protocols.questionnaire import (
    Item,
    ItemKind,
    MissingRule,
    Questionnaire,
    ScoreMethod,
    load_questionnaire,
    questionnaire_ids,
)

ALL = tuple(q for q in map(load_questionnaire, questionnaire_ids()) if q.scores and q.id != "psqi")
"""Every questionnaire with a linear key; the sleep index is a table of steps."""

questionnaires = st.sampled_from(ALL)


def answers_to(item: Item) -> st.SearchStrategy[float]:
    """Draw an answer that the item allows."""
    if item.kind is ItemKind.CHOICE:
        return st.integers(int(item.minimum), int(item.maximum)).map(float)
    return st.floats(item.minimum, item.maximum)


@st.composite
def complete(draw: st.DrawFn) -> tuple[Questionnaire, dict[str, float | None]]:
    """Draw a questionnaire with every item answered."""
    questionnaire = draw(questionnaires)
    return questionnaire, {item.code: draw(answers_to(item)) for item in questionnaire.items}


@st.composite
def with_gaps(draw: st.DrawFn) -> tuple[Questionnaire, dict[str, float | None]]:
    """Draw a questionnaire with some items not answered."""
    questionnaire, answers = draw(complete())
    gaps = draw(st.sets(st.sampled_from([item.code for item in questionnaire.items])))
    return questionnaire, {code: None if code in gaps else v for code, v in answers.items()}


@given(with_gaps())
def test_a_score_lies_in_its_range_or_says_why_it_is_missing(
    case: tuple[Questionnaire, dict[str, float | None]],
) -> None:
    questionnaire, answers = case

    for score, rule in zip(
        score_questionnaire(questionnaire, answers), questionnaire.scores, strict=True
    ):
        if score.value is None:
            assert score.reason
        else:
            assert not score.reason
            assert rule.minimum - 1e-9 <= score.value <= rule.maximum + 1e-9
            assert (score.band is not None) == bool(rule.bands)


@given(with_gaps())
def test_more_missing_items_than_the_rule_allows_leave_no_value(
    case: tuple[Questionnaire, dict[str, float | None]],
) -> None:
    questionnaire, answers = case
    skipped = {skip.sets for skip in questionnaire.skips if answers[skip.item] == skip.answer}
    missing = {code for code, value in answers.items() if value is None} - skipped

    for score, rule in zip(
        score_questionnaire(questionnaire, answers), questionnaire.scores, strict=True
    ):
        n_missing = len(missing & set(rule.items))
        assert score.n_missing == n_missing
        assert (score.value is None) == (n_missing > rule.maximum_missing)
        assert score.prorated == (0 < n_missing <= rule.maximum_missing)


@given(complete(), st.data())
def test_a_higher_answer_never_moves_a_score_against_its_key(
    case: tuple[Questionnaire, dict[str, float | None]], data: st.DataObject
) -> None:
    questionnaire, answers = case
    item = data.draw(st.sampled_from(questionnaire.items))
    higher = data.draw(
        answers_to(item).filter(lambda value: value >= (answers[item.code] or item.minimum))
    )

    before = score_questionnaire(questionnaire, answers)
    after = score_questionnaire(questionnaire, {**answers, item.code: higher})

    for one, other, rule in zip(before, after, questionnaire.scores, strict=True):
        change = (other.value or 0.0) - (one.value or 0.0)
        sign = -1 if item.code in rule.reverse else 1
        assert sign * change >= -1e-9
        assert item.code in rule.items or change == 0


@given(complete())
def test_mirrored_answers_give_the_mirrored_score(
    case: tuple[Questionnaire, dict[str, float | None]],
) -> None:
    questionnaire, answers = case
    mirrored = {
        item.code: item.minimum + item.maximum - (answers[item.code] or 0.0)
        for item in questionnaire.items
    }

    before = score_questionnaire(questionnaire, answers)
    after = score_questionnaire(questionnaire, mirrored)

    for one, other, rule in zip(before, after, questionnaire.scores, strict=True):
        total = (one.value or 0.0) + (other.value or 0.0)
        assert total == pytest.approx(rule.minimum + rule.maximum, abs=1e-9)


@given(st.integers(0, 3), st.sets(st.sampled_from("123456789"), max_size=2))
def test_leaving_out_items_that_equal_the_mean_changes_no_prorated_sum(
    level: int, dropped: set[str]
) -> None:
    questionnaire = load_questionnaire("phq9")
    answers = {item.code: None if item.code in dropped else level for item in questionnaire.items}

    (score,) = score_questionnaire(questionnaire, answers)

    assert score.value == 9 * level


def test_laws_are_tried_on_sums_means_and_rescaled_sums() -> None:
    methods = {rule.method for q in ALL for rule in q.scores}
    rules = {q.missing_rule for q in ALL}

    assert methods == {ScoreMethod.SUM, ScoreMethod.MEAN, ScoreMethod.RESCALED_SUM}
    assert rules == set(MissingRule)
    assert all(math.isfinite(rule.maximum) for q in ALL for rule in q.scores)
