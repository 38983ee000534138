"""Questionnaires that the protocol asks of a participant, and how far each is filled in.

Answers are given in `trials.answering`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.measures.form_items import open_items
from data.measures.questionnaire_scores import QuestionnaireScore
from data.records.answers import QuestionnaireCompletion
from data.records.participants import Participant
from data.records.people import Actor
from data.storage.roles import Permission
from data.storage.store import Reading, Store
from protocols.arm_guess import Respondent, question_of
from protocols.design import Protocol
from protocols.questionnaire import Questionnaire, load_questionnaire
from trials.answers import answers_on, completion_id, is_complete, scores_on
from trials.errors import FormNotOpenError, UnknownFormError
from trials.in_force import protocol_in
from trials.occasions import (
    Occasion,
    is_arm_guess,
    occasion_of,
    open_occasions,
    require_asked,
)


class FormState(StrEnum):
    """How far a form is."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    COMPLETE = "complete"


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A questionnaire on one occasion with the answers given so far."""

    participant_id: str
    occasion: str
    definition: Questionnaire
    answers: Mapping[str, float | None]
    """Answers that count, by item code; None: declined."""
    next_item: str | None
    """First item without an answer: where to resume. None when every item has one."""
    complete: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DueForm:
    """A form that today asks for."""

    occasion: str
    occasion_label: str
    questionnaire: str
    title: str
    state: FormState
    respondent: Respondent = Respondent.PARTICIPANT
    """Whose answers are asked for; nobody sees a form that asks somebody else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedForm:
    """A form that the protocol in force asks of a participant, whether or not it is open now."""

    protocol: Protocol
    participant: Participant
    occasion: Occasion
    definition: Questionnaire


def due_forms(store: Store, actor: Actor, participant_id: str) -> tuple[DueForm, ...]:
    """Return the forms that today asks of a participant, in order, finished ones too."""
    with store.reading(actor, Permission.ANSWER) as reading:
        protocol = protocol_in(reading)
        participant = reading.get(Participant, participant_id)
        occasions = open_occasions(reading, protocol, participant, store.clock())
        finished = reading.find(QuestionnaireCompletion, participant_id=participant_id)
        finished_ids = {completion.id for completion in finished}
        return tuple(
            DueForm(
                occasion=occasion.code,
                occasion_label=occasion.label,
                questionnaire=questionnaire,
                title=load_questionnaire(questionnaire).title,
                state=FormState.COMPLETE
                if completion_id(participant_id, occasion.code, questionnaire) in finished_ids
                else _state_before_the_end(reading, participant_id, occasion.code, questionnaire),
                respondent=occasion.respondent,
            )
            for occasion in occasions
            if occasion.asks(actor)
            for questionnaire in occasion.questionnaires
        )


def open_form(
    store: Store, actor: Actor, participant_id: str, occasion: str, questionnaire: str
) -> Form:
    """Return a form with its answers so far and the item to go on with.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        The participant, or a person for them.
    participant_id, occasion, questionnaire : str
        Which form.

    Returns
    -------
    Form
        Also of a finished form, for reading.

    Raises
    ------
    FormNotOpenError
        If its wording is not in this installation.
    """
    with store.reading(actor, Permission.ANSWER) as reading:
        asked = asked_form(reading, participant_id, occasion, questionnaire, store.clock())
        definition = asked.definition
        require_asked(asked.occasion, actor)
        if not definition.has_wording:
            message = f"The wording of {definition.title} is not in this installation."
            raise FormNotOpenError(message)
        answers = answers_on(reading, participant_id, occasion, definition.id)
        return Form(
            participant_id=participant_id,
            occasion=occasion,
            definition=definition,
            answers=answers,
            next_item=next(iter(open_items(definition, answers)), None),
            complete=is_complete(reading, participant_id, occasion, definition.id),
        )


def finished_forms(
    store: Store, actor: Actor, participant_id: str
) -> tuple[QuestionnaireCompletion, ...]:
    """Return the forms that a participant, or somebody for them, has finished, in that order."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        reading.get(Participant, participant_id)
        return reading.find(QuestionnaireCompletion, participant_id=participant_id)


def form_scores(
    store: Store, actor: Actor, participant_id: str, occasion: str, questionnaire: str
) -> tuple[QuestionnaireScore, ...]:
    """Return the scores of a form from the answers that count now."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        reading.get(Participant, participant_id)
        return scores_on(reading, participant_id, occasion, questionnaire)


def asked_form(
    reading: Reading, participant_id: str, occasion: str, questionnaire: str, now: datetime
) -> AskedForm:
    """Return a form that the protocol in force asks of a participant.

    Raises
    ------
    UnknownFormError
        If the protocol does not ask for this questionnaire on this occasion.
    """
    protocol = protocol_in(reading)
    participant = reading.get(Participant, participant_id)
    found = occasion_of(reading, protocol, participant, occasion, now)
    definition = load_questionnaire(questionnaire)
    if definition.id not in found.questionnaires:
        message = f"The protocol does not ask for {definition.title} at {found.label}."
        raise UnknownFormError(message)
    guess = protocol.arm_guess
    if guess is not None and is_arm_guess(found.code):
        definition = question_of(guess)
    return AskedForm(
        protocol=protocol, participant=participant, occasion=found, definition=definition
    )


def _state_before_the_end(
    reading: Reading, participant_id: str, occasion: str, questionnaire: str
) -> FormState:
    started = answers_on(reading, participant_id, occasion, questionnaire)
    return FormState.STARTED if started else FormState.NOT_STARTED
