"""What a single answer sets off: an alert on the item itself, whatever becomes of its form.

Conventions: an alert is raised on the answer, not on submit, and independent of scoring (conduct: 5.3).
An answer that cannot be saved, because its form is closed meanwhile or consent is missing, raises it all
the same.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from data.measures.questionnaire_scores import AnswerError, check_answers, raised_alerts
from data.records.answers import ItemAnswer
from data.records.people import Actor
from data.records.safety import SafetyAlert
from data.storage.roles import Permission
from data.storage.store import Reading, Store, Writing
from protocols.questionnaire import ItemAlert, load_questionnaire
from trials.errors import TrialError
from trials.safety import raise_alert


def raise_item_alerts(writing: Writing, answer: ItemAnswer) -> tuple[SafetyAlert, ...]:
    """Raise what an answer sets off, in the transaction that stores it."""
    return _raise(writing, answer)


def item_alerts_of(reading: Reading, answer: ItemAnswer) -> tuple[SafetyAlert, ...]:
    """Return the alerts that a stored answer has set off."""
    of_participant = reading.find(SafetyAlert, participant_id=answer.participant_id)
    return tuple(alert for alert in of_participant if alert.id.startswith(f"{answer.id}/"))


@contextmanager
def alerting_when_refused(
    store: Store, actor: Actor, answers: Sequence[ItemAnswer]
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
        alarming = [answer for answer in answers if _alerts_on(answer)]
        if alarming:
            with store.writing(actor, Permission.ANSWER, "answer_refused") as writing:
                for answer in alarming:
                    _raise(writing, answer, refusal=refusal)
        raise


def _alerts_on(answer: ItemAnswer) -> tuple[ItemAlert, ...]:
    definition = load_questionnaire(answer.questionnaire)
    try:
        check_answers(definition, {answer.item: answer.value})
    except AnswerError:
        return ()
    return raised_alerts(definition, answer.item, answer.value)


def _raise(
    writing: Writing, answer: ItemAnswer, *, refusal: TrialError | None = None
) -> tuple[SafetyAlert, ...]:
    return tuple(
        raise_alert(
            writing,
            alert_id=f"{answer.id}/{alert.rule}{'/refused' if refusal else ''}",
            participant_id=answer.participant_id,
            rule=alert.rule,
            severity=alert.severity,
            detail=_in_words(answer) + (f" Not saved: {refusal}" if refusal else ""),
            at=answer.answered_at,
        )
        for alert in _alerts_on(answer)
    )


def _in_words(answer: ItemAnswer) -> str:
    title = load_questionnaire(answer.questionnaire).title
    return f"{title}, item {answer.item}: {answer.value:g} ({answer.occasion})."
