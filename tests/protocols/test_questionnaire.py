"""The questionnaires that are shipped: keys that fit, licences that are kept."""

import math

import pytest

from protocols.questionnaire import (
    MissingRule,
    Questionnaire,
    ScoreMethod,
    UnknownQuestionnaireError,
    load_questionnaire,
    questionnaire_ids,
    scoring_hash,
)

ALL = [load_questionnaire(known) for known in questionnaire_ids()]
WITH_WORDING = {"blinding_guess", "phq9", "gad7", "who5", "vas_state_anxiety"}

every_questionnaire = pytest.mark.parametrize("questionnaire", ALL, ids=[q.id for q in ALL])


def test_every_questionnaire_of_the_reference_and_our_own_scale_are_shipped() -> None:
    assert len(questionnaire_ids()) == 42
    assert "vas_state_anxiety" in questionnaire_ids()


@pytest.mark.parametrize("spelling", ["PHQ-9", "phq9", "Phq 9", "PHQ_9"])
def test_a_questionnaire_is_found_however_its_id_is_spelled(spelling: str) -> None:
    assert load_questionnaire(spelling).id == "phq9"


def test_an_unknown_questionnaire_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownQuestionnaireError, match=r"'phq99'\. Known: .*gad7"):
        load_questionnaire("phq99")


@every_questionnaire
def test_wording_is_shipped_only_where_the_licence_was_checked(
    questionnaire: Questionnaire,
) -> None:
    shipped = any(item.text for item in questionnaire.items) or bool(questionnaire.instruction)

    assert shipped == (questionnaire.id in WITH_WORDING)
    assert questionnaire.has_wording == shipped
    assert questionnaire.licence_allows_wording or not shipped
    assert questionnaire.licence.strip()


@every_questionnaire
def test_a_key_names_only_items_of_its_questionnaire(questionnaire: Questionnaire) -> None:
    codes = {item.code for item in questionnaire.items}
    used = {code for rule in questionnaire.scores for code in (*rule.items, *rule.reverse)}
    used |= {alert.item for alert in questionnaire.alerts}
    used |= {code for skip in questionnaire.skips for code in (skip.item, skip.sets)}

    assert len(codes) == len(questionnaire.items)
    assert used <= codes
    assert all(set(rule.reverse) <= set(rule.items) for rule in questionnaire.scores)


@every_questionnaire
def test_the_range_of_a_sum_is_that_of_its_items(questionnaire: Questionnaire) -> None:
    plain = [r for r in questionnaire.scores if r.method is ScoreMethod.SUM]
    sums = [rule for rule in plain if rule.common_minimum is None]

    for rule in sums:
        items = [questionnaire.item(code) for code in rule.items]
        assert rule.minimum == math.fsum(item.minimum for item in items)
        assert rule.maximum == math.fsum(item.maximum for item in items)


@every_questionnaire
def test_bands_cover_the_whole_range_of_their_score(questionnaire: Questionnaire) -> None:
    for rule in (rule for rule in questionnaire.scores if rule.bands):
        steps = [b.minimum - a.maximum for a, b in zip(rule.bands, rule.bands[1:], strict=False)]

        assert rule.bands[0].minimum == rule.minimum
        assert rule.bands[-1].maximum == rule.maximum
        assert all(0 < step <= 1 for step in steps)


@every_questionnaire
def test_a_score_may_miss_items_only_under_a_rule_for_them(questionnaire: Questionnaire) -> None:
    allowed = [rule.maximum_missing for rule in questionnaire.scores]

    assert questionnaire.missing_rule is not MissingRule.NONE or not any(allowed)
    assert all(rule.maximum_missing < len(rule.items) for rule in questionnaire.scores)


@pytest.mark.parametrize("questionnaire_id", ["phq9", "gad7"])
def test_items_of_the_phq_family_have_the_four_printed_answers(questionnaire_id: str) -> None:
    labels = [
        [anchor.label for anchor in item.anchors]
        for item in load_questionnaire(questionnaire_id).items
    ]

    assert all(
        row == ["Not at all", "Several days", "More than half the days", "Nearly every day"]
        for row in labels
    )


def test_who5_names_its_source_and_that_its_licence_is_not_ours() -> None:
    licence = load_questionnaire("who5").licence

    assert "World Health Organization 1998" in licence
    assert "CC BY-NC-SA 3.0 IGO" in licence
    assert "not the licence of Antiphon" in licence


def test_an_item_or_score_that_does_not_exist_is_named() -> None:
    gad7 = load_questionnaire("gad7")

    with pytest.raises(KeyError, match="no item '8'"):
        gad7.item("8")
    with pytest.raises(KeyError, match="no score 'sum'"):
        gad7.score("sum")


def test_the_scoring_hash_tells_keys_apart_and_is_stable() -> None:
    hashes = {scoring_hash(questionnaire) for questionnaire in ALL}

    # vas and vas_state_anxiety ask different things but are scored alike
    assert len(hashes) == len(ALL) - 1
    assert scoring_hash(load_questionnaire("vas")) == scoring_hash(
        load_questionnaire("vas_state_anxiety")
    )
