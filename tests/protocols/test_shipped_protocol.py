"""The protocol that is shipped: complete enough to be believed, plain enough to be understood."""

import re

import pytest

from protocols.document import shipped_protocol
from protocols.estimands import Strategy
from protocols.outcomes import OutcomeRole

PROTOCOL = shipped_protocol()
VOWELS = re.compile(r"[aeiouy]+")


def reading_age_years(text: str) -> float:
    """Return the age at which a text can be read: Flesch-Kincaid grade plus 5 years."""
    sentences = [s for s in re.split(r"[.?!:]\s|\n\n", text) if s.strip()]
    words = re.findall(r"[A-Za-z']+", text)
    syllables = sum(_syllables(word.lower()) for word in words)
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    return grade + 5


def _syllables(word: str) -> int:
    count = len(VOWELS.findall(word))
    return max(1, count - (word.endswith("e") and not word.endswith("le")))


@pytest.mark.parametrize("name", ["consent_text", "sensing_notice"])
def test_what_participants_read_can_be_read_at_the_age_of_twelve(name: str) -> None:
    assert reading_age_years(getattr(PROTOCOL, name)) <= 12


def test_the_consent_says_what_a_consent_must_say() -> None:
    text = " ".join(PROTOCOL.consent_text.split())

    for promise in ("by chance", "stop at any time", "STOP", "your care will stay the same"):
        assert promise in text


@pytest.mark.requirement("AI Act 50(3)")
def test_the_notice_says_that_a_program_infers_and_may_be_wrong() -> None:
    text = " ".join(PROTOCOL.sensing_notice.split())

    assert "guesses how tense or calm your body is" in text
    assert "The program can be wrong" in text


@pytest.mark.requirement("TIDieR 1-11")
def test_every_arm_is_described_by_every_item() -> None:
    for arm in PROTOCOL.arms:
        parts = (
            arm.label,
            arm.why,
            arm.what,
            arm.procedures,
            arm.who_provides,
            arm.how_and_where,
            arm.when_and_how_much,
            arm.tailoring,
            arm.modifications,
            arm.fidelity,
            arm.music,
            arm.ai_system,
        )
        assert all(part.strip() for part in parts)


@pytest.mark.requirement("ICH E9(R1) A.3.3")
def test_the_primary_estimand_has_five_attributes_and_a_strategy_for_each_event() -> None:
    estimand = PROTOCOL.estimand("gad7_week_4_policy")
    attributes = (
        estimand.treatment,
        estimand.comparator,
        estimand.population,
        estimand.outcome,
        estimand.summary,
    )

    assert all(attribute.strip() for attribute in attributes)
    assert [s.event for s in estimand.strategies] == [e.code for e in PROTOCOL.intercurrent_events]
    assert all(s.rationale for s in estimand.strategies)
    assert {s.strategy for s in estimand.strategies} == {
        Strategy.TREATMENT_POLICY,
        Strategy.HYPOTHETICAL,
    }


def test_the_primary_outcome_is_anxiety_at_week_4() -> None:
    primary = PROTOCOL.primary_outcome

    assert (primary.questionnaire, primary.score, primary.visit) == ("gad7", "total", "week_4")
    assert [o.role for o in PROTOCOL.outcomes].count(OutcomeRole.PRIMARY) == 1


def test_eight_sessions_of_twenty_minutes_fill_four_weeks() -> None:
    sessions = PROTOCOL.sessions

    assert (sessions.count, sessions.duration_minutes, sessions.weeks) == (8, 20, 4)


def test_parts_are_found_by_their_codes() -> None:
    assert PROTOCOL.visit("week_12").day == 84
    assert PROTOCOL.outcome("dose").unit == "minutes"
    with pytest.raises(KeyError, match="no visit with the code 'week_9'"):
        PROTOCOL.visit("week_9")
    with pytest.raises(KeyError, match="no outcome with the code 'joy'"):
        PROTOCOL.outcome("joy")
    with pytest.raises(KeyError, match="no estimand with the code 'x'"):
        PROTOCOL.estimand("x")
