"""The arm guess: whom the protocol asks, between what, and what is wrong with a question."""

from dataclasses import replace

import pytest

from protocols.arm_guess import ArmGuess, GuessChoice, Respondent, question_of
from protocols.checks import find_faults
from protocols.document import public_protocol_text, shipped_protocol

PROTOCOL = shipped_protocol()
GUESS = PROTOCOL.arm_guess or pytest.fail("the shipped protocol asks nobody")


def faults_of(guess: ArmGuess) -> list[str]:
    return [fault.what for fault in find_faults(replace(PROTOCOL, arm_guess=guess))]


def test_the_shipped_protocol_asks_whom_its_blinding_promises_to_ask() -> None:
    assert "participants and coordinators guess the arm" in " ".join(PROTOCOL.blinding.split())
    assert set(GUESS.respondents) == {Respondent.PARTICIPANT, Respondent.COORDINATOR}


def test_the_question_offers_the_words_of_every_arm_and_not_to_know() -> None:
    anchors = question_of(GUESS).items[0].anchors

    assert [anchor.value for anchor in anchors] == [0, 1, 2]
    assert [anchor.label for anchor in anchors] == [
        *(choice.words for choice in GUESS.choices),
        "I do not know",
    ]


def test_the_public_protocol_says_who_guesses() -> None:
    text = " ".join(public_protocol_text(PROTOCOL).split())

    assert "After the last session participant and coordinator guess the arm" in text


@pytest.mark.parametrize(
    ("guess", "what"),
    [
        (replace(GUESS, respondents=()), "Nobody is asked to guess the arm."),
        (
            replace(GUESS, choices=(GUESS.choices[0], GUESS.choices[0])),
            "The choices of the arm guess are not the arms.",
        ),
        (
            replace(GUESS, choices=(GUESS.choices[0], GuessChoice(arm="matched_fixed", words=" "))),
            "A choice has no words.",
        ),
        (
            replace(GUESS, questionnaire="phq9"),
            "Patient Health Questionnaire-9 has no answer for each of 2 arms.",
        ),
        (replace(GUESS, questionnaire="phq99"), "There is no questionnaire “phq99”."),
    ],
)
def test_a_question_that_cannot_be_asked_is_a_problem_of_the_protocol(
    guess: ArmGuess, what: str
) -> None:
    assert faults_of(guess) == [what]


def test_a_protocol_may_ask_nobody() -> None:
    assert find_faults(replace(PROTOCOL, arm_guess=None)) == ()
