"""Scores computed by hand, the missing-item rule, refused answers, alerts."""

import pytest

from data.measures.questionnaire_scores import (
    AnswerOutOfRangeError,
    QuestionnaireScore,
    UnknownItemError,
    raised_alerts,
    score_answer_list,
    score_questionnaire,
)
from protocols.questionnaire import load_questionnaire

PHQ9 = load_questionnaire("phq9")
GAD7 = load_questionnaire("gad7")


def scores_of(questionnaire: str, *answers: float | None) -> dict[str, QuestionnaireScore]:
    """Return scores by name."""
    return {score.name: score for score in score_answer_list(questionnaire, answers)}


def test_a_complete_questionnaire_is_summed_and_banded() -> None:
    # 1+2+1+1+0+2+1+0+0 = 8
    assert scores_of("phq9", 1, 2, 1, 1, 0, 2, 1, 0, 0)["total"] == QuestionnaireScore(
        name="total", value=8.0, n_missing=0, prorated=False, reason="", band="mild"
    )


def test_a_prorated_total_keeps_its_decimals_and_its_band_rounds_half_up() -> None:
    # 8 answered, sum 4: 4 * 9 / 8 = 4.5, which counts as 5
    score = scores_of("phq9", 1, 1, 1, 1, 0, 0, 0, 0, None)["total"]

    assert (score.value, score.prorated, score.n_missing) == (4.5, True, 1)
    assert score.band == "mild"


def test_one_missing_item_too_many_gives_no_score_and_says_why() -> None:
    score = scores_of("gad7", 1, None, None, None, 1, 1, 1)["total"]

    assert (score.value, score.band, score.prorated) == (None, None, False)
    assert score.reason == "3 of 7 items not answered; at most 2 may be missing."


def test_a_questionnaire_without_a_rule_needs_every_item() -> None:
    scores = scores_of("who5", 3, 3, 3, 3, None)

    assert scores["percent"].reason == "1 of 5 items not answered; every item must be answered."


def test_answers_that_are_absent_count_as_missing() -> None:
    (score,) = score_questionnaire(GAD7, {"1": 3})

    assert (score.value, score.n_missing) == (None, 6)


@pytest.mark.parametrize(
    ("questionnaire", "answers", "name", "value"),
    [
        # 13 * 4
        pytest.param("who5", (3, 3, 2, 2, 3), "percent", 52, id="WHO-5 in percent"),
        # sum 11 of 2 to 14 gives (11 - 2) * 100 / 12
        pytest.param("umux_lite", (6, 5), "total", 75, id="UMUX-Lite from 0 to 100"),
        # item 3 missing counts 3: (4-1+5-2+3-1+5-2+4-1+5-2+4-1+5-2+4-1+5-2) * 2.5
        pytest.param(
            "sus", (4, 2, None, 2, 4, 2, 4, 2, 4, 2), "total", 72.5, id="SUS with a middle answer"
        ),
        # item 2 = 1 (never): item 3 is skipped and counts 1; sum 1+1+1+7*2
        pytest.param("k10", (1, 1, None, 2, 2, 2, 2, 2, 2, 2), "total", 17, id="K10 with a skip"),
        # 8 of 9 answered, sum 12: 12 * 9 / 8 = 13.5, rounded by the sheet's own rule
        pytest.param(
            "nsesss",
            (2, 2, 2, 2, 1, 1, 1, 1, None),
            "total",
            14,
            id="NSESSS rounds what it prorates",
        ),
        # 1 + 8 * 0.6, 7, 1 + 8 * 0.5
        pytest.param("ceq", (7, 6, 8, 60, 7, 50), "expectancy", 17.8, id="CEQ maps percent to 1-9"),
    ],
)
def test_special_keys_give_the_sum_done_by_hand(
    questionnaire: str, answers: tuple[float | None, ...], name: str, value: float
) -> None:
    assert scores_of(questionnaire, *answers)[name].value == pytest.approx(value, abs=1e-12)


def test_sleep_quality_is_scored_through_the_same_door() -> None:
    # C1 2, C2 (2+2=4) 2, C3 1, C4 (75 %) 1, C5 (6) 1, C6 1, C7 (2) 1
    times, disturbances, ratings = (35, 6, 8), (2, 1, 1, 2, 0, 0, 1, 1, 0, None), (2, 1, 1, 1)

    score = scores_of("psqi", *times, *disturbances, *ratings)["global"]

    # item 5j is an "other reason": when empty it counts 0 and is not missing
    assert (score.value, score.n_missing, score.band) == (9.0, 0, "poor")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        pytest.param(
            4, r"item 9: the answer must be a whole number from 0 to 3, not 4", id="above"
        ),
        pytest.param(-1, r"not -1", id="below"),
        pytest.param(1.5, r"not 1\.5", id="between two answers"),
        pytest.param(float("nan"), r"not nan", id="no number"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_item_and_bounds(
    answer: float, message: str
) -> None:
    with pytest.raises(AnswerOutOfRangeError, match=message):
        score_questionnaire(PHQ9, {"9": answer})


def test_a_visual_analogue_scale_takes_any_point_of_the_line() -> None:
    assert scores_of("vas_state_anxiety", 33.3)["value"].value == 33.3
    with pytest.raises(AnswerOutOfRangeError, match=r"must be from 0 to 100, not 100\.1"):
        scores_of("vas_state_anxiety", 100.1)


def test_an_item_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownItemError, match=r"has no item '10'"):
        score_questionnaire(PHQ9, {"10": 1})


def test_a_wrong_number_of_answers_is_refused() -> None:
    with pytest.raises(UnknownItemError, match="has 9 items, but 8 answers were given"):
        score_answer_list("PHQ-9", [0] * 8)


@pytest.mark.parametrize(
    ("answer", "severities"),
    [
        pytest.param(0, [], id="not at all"),
        pytest.param(1, ["alert"], id="several days"),
        pytest.param(2, ["urgent"], id="more than half the days"),
        pytest.param(3, ["urgent"], id="nearly every day"),
        pytest.param(None, [], id="not answered"),
    ],
)
def test_item_9_raises_one_alert_of_the_right_gravity(
    answer: float | None, severities: list[str]
) -> None:
    alerts = raised_alerts(PHQ9, "9", answer)

    assert [alert.severity for alert in alerts] == severities
    assert all(alert.rule == "phq9_item9" for alert in alerts)


def test_other_items_raise_nothing() -> None:
    assert raised_alerts(PHQ9, "1", 3) == ()
