"""What a filled-in form says about the participant's state: distress after a session, anxiety worse.

Conventions: the rules and thresholds are the protocol's (conduct: 5.4); a rule that the protocol does
not name raises nothing. A rule fires with the answer that leaves no item open, in its transaction, and
once an occasion: what is said later is on record, and the alert stays until a person has looked.
"""

from collections.abc import Iterator, Mapping

from data.measures.form_items import open_items
from data.measures.questionnaire_scores import score_questionnaire
from data.records.answers import ItemAnswer
from data.records.safety import SafetyAlert
from data.storage.store import Reading, Writing
from protocols.design import Protocol, SafetyRule
from protocols.questionnaire import load_questionnaire
from trials.answers import answers_on, scores_on
from trials.safety import raise_alert
from trials.schedule import baseline_visit, visits_after

DISTRESS_RISE = "distress_rise"
DISTRESS_HIGH = "distress_high"
ANXIETY_WORSE = "anxiety_worse"

ANXIETY = "gad7"
"""The questionnaire of ``anxiety_worse``."""

_AFTER = "/after"
_BEFORE = "/before"


def raise_worsening(
    writing: Writing, protocol: Protocol, answer: ItemAnswer
) -> tuple[SafetyAlert, ...]:
    """Raise what the form of an answer sets off once the answer has filled it in.

    Parameters
    ----------
    writing : Writing
        The transaction of the answer, which is stored already.
    protocol : Protocol
        In force.
    answer : ItemAnswer
        The answer.

    Returns
    -------
    tuple of SafetyAlert
        None while an item is open.
    """
    watching = tuple(_watching(protocol, answer.questionnaire, answer.occasion))
    if not watching:
        return ()
    definition = load_questionnaire(answer.questionnaire)
    given = answers_on(writing, answer.participant_id, answer.occasion, definition.id)
    value = score_questionnaire(definition, given)[0].value
    if value is None or open_items(definition, given):
        return ()
    return tuple(
        raise_alert(
            writing,
            alert_id=f"{answer.participant_id}/{answer.occasion}/{rule.code}",
            participant_id=answer.participant_id,
            rule=rule.code,
            severity="alert",
            detail=f"{rule.label}: {definition.title} {value:g}{words} ({answer.occasion}).",
            at=answer.answered_at,
        )
        for rule, compared_with in watching
        if (words := _fired(writing, answer, rule, value, compared_with)) is not None
    )


def _watching(
    protocol: Protocol, questionnaire: str, occasion: str
) -> Iterator[tuple[SafetyRule, str]]:
    """Yield the rules that look at a form.

    Yields
    ------
    tuple of SafetyRule and str
        The rule, and the occasion that it compares with; empty: none.
    """
    rules: Mapping[str, SafetyRule] = {rule.code: rule for rule in protocol.safety_rules}
    compared_with: dict[str, str] = {}
    is_rating = questionnaire == load_questionnaire(protocol.sessions.rating).id
    if is_rating and occasion.endswith(_AFTER):
        before = occasion.removesuffix(_AFTER) + _BEFORE
        compared_with = {DISTRESS_RISE: before, DISTRESS_HIGH: ""}
    elif questionnaire == ANXIETY and occasion in {v.code for v in visits_after(protocol)}:
        compared_with = {ANXIETY_WORSE: baseline_visit(protocol).code}
    for code, other in compared_with.items():
        if code in rules:
            yield rules[code], other


def _fired(
    reading: Reading, answer: ItemAnswer, rule: SafetyRule, value: float, compared_with: str
) -> str | None:
    """Return what the value was compared with, in words; None when the rule does not fire."""
    if rule.threshold is None:
        return None
    if not compared_with:
        return "" if value >= rule.threshold else None
    scores = scores_on(reading, answer.participant_id, compared_with, answer.questionnaire)
    earlier = scores[0].value
    if earlier is None or value - earlier < rule.threshold:
        return None
    return f", was {earlier:g}"
