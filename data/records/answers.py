"""Answers to questionnaires: saved item by item, appended, never overwritten."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemAnswer:
    """One answer to one item. A changed answer is a later row; the last row counts."""

    id: str
    """UUID made by the sender: a repeated post is stored once."""
    participant_id: str
    occasion: str
    """Visit code, ``session-<number>/before`` or ``/after``, or ``arm-guess/<who guesses>``."""
    questionnaire: str
    questionnaire_version: str
    item: str
    value: float | None
    """None: the participant preferred not to answer."""
    answered_at: datetime
    recorded_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionnaireCompletion:
    """The participant (or a person for them) finished a questionnaire on one occasion."""

    id: str
    """``<participant>/<occasion>/<questionnaire>``."""
    participant_id: str
    occasion: str
    questionnaire: str
    completed_at: datetime
