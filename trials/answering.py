"""Questionnaires filled in item by item: append-only, resumable, alerting on the answer itself.

Conventions: an answer carries an id made by its sender, so a repeated post is stored once; a changed
answer is a later row and the last one counts; any item may be declined (value None). A finished
form is corrected only with a reason. What an answer sets off is raised in its own transaction
(`trials.item_alerts`, `trials.worsening`).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from data.measures.form_items import open_items
from data.measures.questionnaire_scores import AnswerError, check_answers
from data.records.answers import ItemAnswer, QuestionnaireCompletion
from data.records.participants import ParticipantState
from data.records.people import Actor
from data.records.safety import SafetyAlert
from data.storage.roles import Permission
from data.storage.store import Reading, Store, Writing
from protocols.questionnaire import Questionnaire, load_questionnaire
from trials.answers import answers_on, completion_id, is_complete
from trials.consent import require_consent
from trials.errors import (
    AnswerConflictError,
    AnswerNotAllowedError,
    CorrectionRefusedError,
    FormNotOpenError,
    ReasonMissingError,
    UnfinishedFormError,
)
from trials.forms import AskedForm, asked_form
from trials.item_alerts import alerting_when_refused, item_alerts_of, raise_item_alerts
from trials.occasions import require_asked, require_open
from trials.schedule import visits_before
from trials.worsening import raise_worsening


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedAnswer:
    """The receipt of an answer."""

    answer: ItemAnswer
    alerts: tuple[SafetyAlert, ...]
    """What the answer set off; the person who answered sees the help text at once."""
    already: bool
    """True when this very answer was stored before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sheet:
    """A form as somebody fills it in: whose, which, by whom and when."""

    participant_id: str
    occasion: str
    definition: Questionnaire
    by: Actor
    at: datetime

    def answer(self, item: str, value: float | None, answer_id: str) -> ItemAnswer:
        return ItemAnswer(
            id=answer_id,
            participant_id=self.participant_id,
            occasion=self.occasion,
            questionnaire=self.definition.id,
            questionnaire_version=self.definition.version,
            item=item,
            value=value,
            answered_at=self.at,
            recorded_by=self.by.user_id,
        )

    def completion(self) -> QuestionnaireCompletion:
        return QuestionnaireCompletion(
            id=completion_id(self.participant_id, self.occasion, self.definition.id),
            participant_id=self.participant_id,
            occasion=self.occasion,
            questionnaire=self.definition.id,
            completed_at=self.at,
        )

    def asked(self, reading: Reading) -> AskedForm:
        return asked_form(reading, self.participant_id, self.occasion, self.definition.id, self.at)

    def is_complete(self, reading: Reading) -> bool:
        return is_complete(reading, self.participant_id, self.occasion, self.definition.id)


def save_answer(
    store: Store,
    actor: Actor,
    *,
    answer_id: str,
    participant_id: str,
    occasion: str,
    questionnaire: str,
    item: str,
    value: float | None,
) -> SavedAnswer:
    """Store one answer, and raise what it sets off in the same transaction.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        The participant, or a person for them.
    answer_id : str
        UUID made by the sender; the same post twice is stored once.
    participant_id, occasion, questionnaire, item : str
        What is answered.
    value : float or None
        The answer; None: the participant prefers not to answer.

    Returns
    -------
    SavedAnswer
        The receipt.
    """
    sheet = _sheet(store, actor, participant_id, occasion, questionnaire)
    answer = sheet.answer(item, value, answer_id)
    with (
        alerting_when_refused(store, actor, [answer]),
        store.writing(actor, Permission.ANSWER, "save_answer") as writing,
    ):
        known = writing.first(ItemAnswer, id=answer_id)
        if known is not None:
            return _receipt_again(writing, known, answer)
        asked = _require_open(writing, sheet)
        return _append(writing, asked, answer)


def enter_form(
    store: Store,
    actor: Actor,
    participant_id: str,
    occasion: str,
    questionnaire: str,
    answers: Mapping[str, float | None],
) -> QuestionnaireCompletion:
    """Enter a form that was filled in on paper, every item at once, and finish it.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who enters it.
    participant_id, occasion, questionnaire : str
        Which form.
    answers : mapping of str to float or None
        One for every item; None: left out on paper.

    Returns
    -------
    QuestionnaireCompletion
        The form is finished; alerts were raised as with single answers.
    """
    sheet = _sheet(store, actor, participant_id, occasion, questionnaire)
    rows = [sheet.answer(item, value, _new_id()) for item, value in answers.items()]
    with (
        alerting_when_refused(store, actor, rows),
        store.writing(actor, Permission.ANSWER, "enter_form") as writing,
    ):
        asked = _require_open(writing, sheet)
        for answer in rows:
            _append(writing, asked, answer)
        return _complete(writing, sheet)


def correct_answer(
    store: Store,
    actor: Actor,
    *,
    participant_id: str,
    occasion: str,
    questionnaire: str,
    item: str,
    value: float | None,
    reason: str,
) -> SavedAnswer:
    """Correct an answer of a finished form, with the reason; the old row stays.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who corrects it.
    participant_id, occasion, questionnaire, item : str
        Which answer.
    value : float or None
        The right answer.
    reason : str
        Why it was wrong.

    Returns
    -------
    SavedAnswer
        The new row.

    Raises
    ------
    ReasonMissingError
        If no reason is given.
    FormNotOpenError
        If the form is not finished: then it is answered, not corrected.

    Notes
    -----
    Between baseline and randomization answers that may decide the stratum are not corrected
    (`CorrectionRefusedError`).
    """
    if not reason.strip():
        message = "A correction needs its reason."
        raise ReasonMissingError(message)
    with store.writing(actor, Permission.ENTER_DATA, "correct_answer", reason) as writing:
        sheet = _sheet(store, actor, participant_id, occasion, questionnaire)
        asked = sheet.asked(writing)
        if not sheet.is_complete(writing):
            message = f"{sheet.definition.title} is not finished yet: answer it instead."
            raise FormNotOpenError(message)
        _require_correctable(asked)
        return _append(writing, asked, sheet.answer(item, value, _new_id()))


def complete_form(
    store: Store, actor: Actor, participant_id: str, occasion: str, questionnaire: str
) -> QuestionnaireCompletion:
    """Finish a form whose every item is answered or declined; doing it again changes nothing."""
    with store.writing(actor, Permission.ANSWER, "complete_form") as writing:
        sheet = _sheet(store, actor, participant_id, occasion, questionnaire)
        known = writing.first(QuestionnaireCompletion, id=sheet.completion().id)
        if known is not None:
            return known
        _require_taking_answers(writing, sheet)
        return _complete(writing, sheet)


def _sheet(
    store: Store, actor: Actor, participant_id: str, occasion: str, questionnaire: str
) -> _Sheet:
    return _Sheet(
        participant_id=participant_id,
        occasion=occasion,
        definition=load_questionnaire(questionnaire),
        by=actor,
        at=store.clock(),
    )


def _new_id() -> str:
    return str(uuid.uuid4())


def _require_open(reading: Reading, sheet: _Sheet) -> AskedForm:
    asked = _require_taking_answers(reading, sheet)
    if sheet.is_complete(reading):
        message = (
            f"{sheet.definition.title} at {asked.occasion.label} is finished; "
            "a change is a correction."
        )
        raise FormNotOpenError(message)
    return asked


def _require_taking_answers(reading: Reading, sheet: _Sheet) -> AskedForm:
    asked = sheet.asked(reading)
    require_asked(asked.occasion, sheet.by)
    require_open(asked.occasion, sheet.participant_id)
    require_consent(reading, asked.protocol, sheet.participant_id)
    return asked


def _require_correctable(asked: AskedForm) -> None:
    # conduct R3: nobody moves a participant to another stratum, or past a criterion, at the last moment
    waits = asked.participant.state is ParticipantState.BASELINE_COMPLETE
    if waits and asked.occasion.code in {visit.code for visit in visits_before(asked.protocol)}:
        message = (
            f"The baseline of {asked.participant.id} is complete: until the randomization its "
            "answers stay as they are. Correct them afterwards; the correction keeps its reason."
        )
        raise CorrectionRefusedError(message)


def _append(writing: Writing, asked: AskedForm, answer: ItemAnswer) -> SavedAnswer:
    try:
        check_answers(asked.definition, {answer.item: answer.value})
    except AnswerError as error:
        raise AnswerNotAllowedError(str(error)) from error
    writing.add(answer)
    set_off = raise_item_alerts(writing, answer) + raise_worsening(writing, asked.protocol, answer)
    return SavedAnswer(answer=answer, alerts=set_off, already=False)


def _receipt_again(reading: Reading, known: ItemAnswer, answer: ItemAnswer) -> SavedAnswer:
    same = ("participant_id", "occasion", "questionnaire", "item", "value")
    if any(getattr(known, name) != getattr(answer, name) for name in same):
        message = "An answer with this id is already stored, with another content."
        raise AnswerConflictError(message)
    return SavedAnswer(answer=known, alerts=item_alerts_of(reading, known), already=True)


def _complete(writing: Writing, sheet: _Sheet) -> QuestionnaireCompletion:
    answers = answers_on(writing, sheet.participant_id, sheet.occasion, sheet.definition.id)
    left = open_items(sheet.definition, answers)
    if left:
        message = f"{sheet.definition.title} still has items without an answer: {', '.join(left)}."
        raise UnfinishedFormError(message)
    completion = sheet.completion()
    writing.add(completion)
    return completion
