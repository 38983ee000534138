"""Questionnaires filled in item by item: append-only, resumable, alerting on the answer itself.

Conventions: an answer carries an id made by its sender, so a repeated post is stored once; a changed
answer is a later row and the last one counts; any item may be declined (value None). A finished
form is corrected only with a reason. An answer that sets off an alert raises it in its own
transaction, whether or not the form is ever finished (conduct: 5.3); an answer that cannot be saved,
because its form is closed meanwhile or consent is missing, raises it all the same.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.measures.questionnaire_scores import (
    AnswerError,
    QuestionnaireScore,
    check_answers,
    raised_alerts,
)
from data.records.answers import ItemAnswer, QuestionnaireCompletion
from data.records.participants import Participant, ParticipantState
from data.records.people import Actor
from data.records.safety import SafetyAlert
from data.storage.roles import Permission
from data.storage.store import Reading, Store, Writing
from protocols.questionnaire import ItemAlert, Questionnaire, load_questionnaire
from trials.answers import answers_on, completion_id, is_complete, open_items, scores_on
from trials.consent import require_consent
from trials.errors import (
    AnswerConflictError,
    AnswerNotAllowedError,
    CorrectionRefusedError,
    FormNotOpenError,
    ReasonMissingError,
    TrialError,
    UnfinishedFormError,
    UnknownFormError,
)
from trials.in_force import protocol_in
from trials.occasions import Occasion, occasion_of, open_occasions, require_open
from trials.safety import raise_alert
from trials.schedule import visits_before
from trials.worsening import raise_worsening


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


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedAnswer:
    """The receipt of an answer."""

    answer: ItemAnswer
    alerts: tuple[SafetyAlert, ...]
    """What the answer set off; the person who answered sees the help text at once."""
    already: bool
    """True when this very answer was stored before."""


def due_forms(store: Store, actor: Actor, participant_id: str) -> tuple[DueForm, ...]:
    """Return the forms that today asks of a participant, in order, finished ones too."""
    with store.reading(actor, Permission.ANSWER) as reading:
        protocol = protocol_in(reading)
        participant = reading.get(Participant, participant_id)
        occasions = open_occasions(reading, protocol, participant, store.clock().date())
        return tuple(
            DueForm(
                occasion=occasion.code,
                occasion_label=occasion.label,
                questionnaire=questionnaire,
                title=load_questionnaire(questionnaire).title,
                state=form_state(reading, participant_id, occasion.code, questionnaire),
            )
            for occasion in occasions
            for questionnaire in occasion.questionnaires
        )


def form_state(
    reading: Reading, participant_id: str, occasion: str, questionnaire: str
) -> FormState:
    """Return how far a form is."""
    if is_complete(reading, participant_id, occasion, questionnaire):
        return FormState.COMPLETE
    started = answers_on(reading, participant_id, occasion, questionnaire)
    return FormState.STARTED if started else FormState.NOT_STARTED


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
        definition, _ = _form_in(reading, participant_id, occasion, questionnaire, store.clock())
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
    now = store.clock()
    definition = load_questionnaire(questionnaire)
    answer = ItemAnswer(
        id=answer_id,
        participant_id=participant_id,
        occasion=occasion,
        questionnaire=definition.id,
        questionnaire_version=definition.version,
        item=item,
        value=value,
        answered_at=now,
        recorded_by=actor.user_id,
    )
    with (
        _alerting_when_refused(store, actor, definition, [answer]),
        store.writing(actor, Permission.ANSWER, "save_answer") as writing,
    ):
        known = writing.first(ItemAnswer, id=answer_id)
        if known is not None:
            return _receipt_again(writing, known, answer)
        _check_takes_answers(writing, participant_id, occasion, questionnaire, now)
        return _append(writing, definition, answer)


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
    now = store.clock()
    definition = load_questionnaire(questionnaire)
    rows = [
        ItemAnswer(
            id=str(uuid.uuid4()),
            participant_id=participant_id,
            occasion=occasion,
            questionnaire=definition.id,
            questionnaire_version=definition.version,
            item=item,
            value=value,
            answered_at=now,
            recorded_by=actor.user_id,
        )
        for item, value in answers.items()
    ]
    with (
        _alerting_when_refused(store, actor, definition, rows),
        store.writing(actor, Permission.ANSWER, "enter_form") as writing,
    ):
        _check_takes_answers(writing, participant_id, occasion, questionnaire, now)
        for answer in rows:
            _append(writing, definition, answer)
        return _complete(writing, definition, participant_id, occasion, now)


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
        now = store.clock()
        definition, _ = _form_in(writing, participant_id, occasion, questionnaire, now)
        if not is_complete(writing, participant_id, occasion, definition.id):
            message = f"{definition.title} is not finished yet: answer it instead."
            raise FormNotOpenError(message)
        _check_correctable(writing, participant_id, occasion)
        answer = ItemAnswer(
            id=str(uuid.uuid4()),
            participant_id=participant_id,
            occasion=occasion,
            questionnaire=definition.id,
            questionnaire_version=definition.version,
            item=item,
            value=value,
            answered_at=now,
            recorded_by=actor.user_id,
        )
        return _append(writing, definition, answer)


def complete_form(
    store: Store, actor: Actor, participant_id: str, occasion: str, questionnaire: str
) -> QuestionnaireCompletion:
    """Finish a form whose every item is answered or declined; doing it again changes nothing."""
    with store.writing(actor, Permission.ANSWER, "complete_form") as writing:
        now = store.clock()
        key = completion_id(participant_id, occasion, questionnaire)
        known = writing.first(QuestionnaireCompletion, id=key)
        if known is not None:
            return known
        definition = _check_takes_answers(writing, participant_id, occasion, questionnaire, now)
        return _complete(writing, definition, participant_id, occasion, now)


def form_scores(
    store: Store, actor: Actor, participant_id: str, occasion: str, questionnaire: str
) -> tuple[QuestionnaireScore, ...]:
    """Return the scores of a form from the answers that count now."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        reading.get(Participant, participant_id)
        return scores_on(reading, participant_id, occasion, questionnaire)


def _form_in(
    reading: Reading, participant_id: str, occasion: str, questionnaire: str, now: datetime
) -> tuple[Questionnaire, Occasion]:
    protocol = protocol_in(reading)
    participant = reading.get(Participant, participant_id)
    found = occasion_of(reading, protocol, participant, occasion, now.date())
    definition = load_questionnaire(questionnaire)
    if definition.id not in found.questionnaires:
        message = f"The protocol does not ask for {definition.title} at {found.label}."
        raise UnknownFormError(message)
    return definition, found


def _check_takes_answers(
    reading: Reading, participant_id: str, occasion: str, questionnaire: str, now: datetime
) -> Questionnaire:
    definition, found = _form_in(reading, participant_id, occasion, questionnaire, now)
    require_open(found, participant_id)
    require_consent(reading, protocol_in(reading), participant_id)
    if is_complete(reading, participant_id, occasion, definition.id):
        message = f"{definition.title} at {found.label} is finished; a change is a correction."
        raise FormNotOpenError(message)
    return definition


def _check_correctable(reading: Reading, participant_id: str, occasion: str) -> None:
    # conduct R3: nobody moves a participant to another stratum, or past a criterion, at the last moment
    waits = reading.get(Participant, participant_id).state is ParticipantState.BASELINE_COMPLETE
    if waits and occasion in {visit.code for visit in visits_before(protocol_in(reading))}:
        message = (
            f"The baseline of {participant_id} is complete: until the randomization its answers "
            "stay as they are. Correct them afterwards; the correction keeps its reason."
        )
        raise CorrectionRefusedError(message)


@contextmanager
def _alerting_when_refused(
    store: Store, actor: Actor, definition: Questionnaire, answers: Sequence[ItemAnswer]
) -> Iterator[None]:
    """Raise what answers set off even when the trial does not take them.

    Yields
    ------
    None
        The block may refuse the answers.

    Raises
    ------
    TrialError
        The refusal of the block, as it came.
    """
    try:
        yield
    except TrialError as refusal:
        alarming = [one for one in answers if _item_alerts(definition, one)]
        if alarming:
            with store.writing(actor, Permission.ANSWER, "answer_refused") as writing:
                for answer in alarming:
                    _raise_item_alerts(writing, definition, answer, f"Not saved: {refusal}")
        raise


def _item_alerts(definition: Questionnaire, answer: ItemAnswer) -> tuple[ItemAlert, ...]:
    try:
        check_answers(definition, {answer.item: answer.value})
    except AnswerError:
        return ()
    return raised_alerts(definition, answer.item, answer.value)


def _raise_item_alerts(
    writing: Writing, definition: Questionnaire, answer: ItemAnswer, refusal: str = ""
) -> tuple[SafetyAlert, ...]:
    where = f"{definition.title}, item {answer.item}"
    return tuple(
        raise_alert(
            writing,
            alert_id=f"{answer.id}/{alert.rule}{'/refused' if refusal else ''}",
            participant_id=answer.participant_id,
            rule=alert.rule,
            severity=alert.severity,
            detail=f"{where}: {answer.value:g} ({answer.occasion}). {refusal}".strip(),
            at=answer.answered_at,
        )
        for alert in _item_alerts(definition, answer)
    )


def _append(writing: Writing, definition: Questionnaire, answer: ItemAnswer) -> SavedAnswer:
    try:
        check_answers(definition, {answer.item: answer.value})
    except AnswerError as error:
        raise AnswerNotAllowedError(str(error)) from error
    writing.add(answer)
    # conduct 5.3: on the item answer, not on submit, independent of scoring
    alerts = _raise_item_alerts(writing, definition, answer)
    return SavedAnswer(
        answer=answer, alerts=alerts + raise_worsening(writing, definition, answer), already=False
    )


def _receipt_again(writing: Writing, known: ItemAnswer, answer: ItemAnswer) -> SavedAnswer:
    same = ("participant_id", "occasion", "questionnaire", "item", "value")
    if any(getattr(known, name) != getattr(answer, name) for name in same):
        message = "An answer with this id is already stored, with another content."
        raise AnswerConflictError(message)
    alerts = tuple(
        alert
        for alert in writing.find(SafetyAlert, participant_id=known.participant_id)
        if alert.id.startswith(f"{known.id}/")
    )
    return SavedAnswer(answer=known, alerts=alerts, already=True)


def _complete(
    writing: Writing,
    definition: Questionnaire,
    participant_id: str,
    occasion: str,
    now: datetime,
) -> QuestionnaireCompletion:
    answers = answers_on(writing, participant_id, occasion, definition.id)
    left = open_items(definition, answers)
    if left:
        message = f"{definition.title} still has items without an answer: {', '.join(left)}."
        raise UnfinishedFormError(message)
    completion = QuestionnaireCompletion(
        id=completion_id(participant_id, occasion, definition.id),
        participant_id=participant_id,
        occasion=occasion,
        questionnaire=definition.id,
        completed_at=now,
    )
    writing.add(completion)
    return completion
