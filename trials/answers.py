"""Stored answers as numbers: what counts now, and the scores that follow from it.

Conventions: answers are appended; of several rows for one item the last one counts. A participant
may decline any item (the value is None); the questionnaire's missing-item rule decides what that
does to a score.
"""

from collections.abc import Mapping

from data.measures.questionnaire_scores import QuestionnaireScore, score_questionnaire
from data.records.answers import ItemAnswer, QuestionnaireCompletion
from data.storage.store import Reading
from protocols.questionnaire import load_questionnaire


def answers_on(
    reading: Reading, participant_id: str, occasion: str, questionnaire: str
) -> Mapping[str, float | None]:
    """Return the answers that count, by item code."""
    rows = reading.find(
        ItemAnswer,
        participant_id=participant_id,
        occasion=occasion,
        questionnaire=load_questionnaire(questionnaire).id,
    )
    return {row.item: row.value for row in rows}


def scores_on(
    reading: Reading, participant_id: str, occasion: str, questionnaire: str
) -> tuple[QuestionnaireScore, ...]:
    """Return every score of a questionnaire on one occasion, from the answers that count."""
    definition = load_questionnaire(questionnaire)
    return score_questionnaire(
        definition, answers_on(reading, participant_id, occasion, definition.id)
    )


def completion_id(participant_id: str, occasion: str, questionnaire: str) -> str:
    """Return the id of the record that a form is finished."""
    return f"{participant_id}/{occasion}/{load_questionnaire(questionnaire).id}"


def is_complete(reading: Reading, participant_id: str, occasion: str, questionnaire: str) -> bool:
    """Say whether a form was finished."""
    key = completion_id(participant_id, occasion, questionnaire)
    return reading.first(QuestionnaireCompletion, id=key) is not None


def completed_score(
    reading: Reading, participant_id: str, occasion: str, questionnaire: str, score: str
) -> QuestionnaireScore | None:
    """Return one score of a finished form; None while the form is unfinished."""
    if not is_complete(reading, participant_id, occasion, questionnaire):
        return None
    scores = scores_on(reading, participant_id, occasion, questionnaire)
    return next((found for found in scores if found.name == score), None)
