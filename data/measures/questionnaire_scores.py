"""Answers to a questionnaire -> its scores, by the key of the questionnaire.

Conventions: answers are keyed by item code; an item that is not in the mapping, or whose answer is
None, is missing. A score that cannot be computed has the value None and says why. Prorated scores
keep their decimals unless the questionnaire's own rule rounds them; bands are looked up after
rounding half up to the bands' own decimals.

Measures: `score_questionnaire` (all scores of a questionnaire), `raised_alerts` (what one answer
sets off at once).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from data.measures.sleep_quality import score_sleep_quality
from protocols.questionnaire import (
    Band,
    Item,
    ItemAlert,
    ItemKind,
    MissingRule,
    Questionnaire,
    ScoreMethod,
    ScoreRule,
    load_questionnaire,
)

Answers = Mapping[str, float | None]


class AnswerError(ValueError):
    """An answer cannot be scored."""


class AnswerOutOfRangeError(AnswerError):
    """An answer is outside the range of its item, or is no whole number where one is asked for."""


class UnknownItemError(AnswerError):
    """An answer belongs to no item of the questionnaire, or there are too many answers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionnaireScore:
    """One score, or the reason why there is none."""

    name: str
    value: float | None
    """None when the missing-item rule leaves the score without a value."""
    n_missing: int
    """How many items of this score were not answered."""
    prorated: bool
    """True when the value rests on replaced items."""
    reason: str
    """Why there is no value; empty when there is one."""
    band: str | None
    """Name of the band that the value falls in; None without a value or without bands."""


def score_questionnaire(
    questionnaire: Questionnaire, answers: Answers
) -> tuple[QuestionnaireScore, ...]:
    """Compute every score of a questionnaire.

    Parameters
    ----------
    questionnaire : Questionnaire
        The definition with its key.
    answers : mapping of str to float or None
        Answers by item code; None or absent: not answered.

    Returns
    -------
    tuple of QuestionnaireScore
        One for each score of the key, in its order; answers are checked by `check_answers` first.

    Examples
    --------
    >>> phq9 = load_questionnaire("phq9")
    >>> answers = {"1": 1, "2": 2, "3": 1, "4": 1, "5": 0, "6": 2, "7": 1, "8": 0, "9": 0}
    >>> [(score.name, score.value, score.band) for score in score_questionnaire(phq9, answers)]
    [('total', 8.0, 'mild')]
    """
    check_answers(questionnaire, answers)
    given = _after_skips(questionnaire, answers)
    return tuple(_score(questionnaire, rule, given) for rule in questionnaire.scores)


def score_answer_list(
    questionnaire_id: str, answers: Sequence[float | None]
) -> tuple[QuestionnaireScore, ...]:
    """Score answers given in the order of the items, as the terminal gets them.

    Parameters
    ----------
    questionnaire_id : str
        Id of the questionnaire, e.g. ``PHQ-9``.
    answers : sequence of float or None
        One for each item, in order; None: not answered.

    Returns
    -------
    tuple of QuestionnaireScore
        As `score_questionnaire`.

    Raises
    ------
    UnknownItemError
        If there are more or fewer answers than items.
    """
    questionnaire = load_questionnaire(questionnaire_id)
    if len(answers) != len(questionnaire.items):
        message = (
            f"{questionnaire.title} has {len(questionnaire.items)} items, "
            f"but {len(answers)} answers were given."
        )
        raise UnknownItemError(message)
    codes = [item.code for item in questionnaire.items]
    return score_questionnaire(questionnaire, dict(zip(codes, answers, strict=True)))


def raised_alerts(
    questionnaire: Questionnaire, item: str, value: float | None
) -> tuple[ItemAlert, ...]:
    """Return the alerts that one answer raises, the gravest of each rule.

    Parameters
    ----------
    questionnaire : Questionnaire
        The questionnaire that the item belongs to.
    item : str
        Code of the item.
    value : float or None
        The answer; None raises nothing.

    Returns
    -------
    tuple of ItemAlert
        At most one for each rule code.
    """
    if value is None:
        return ()
    reached = [a for a in questionnaire.alerts if a.item == item and value >= a.minimum]
    gravest = {alert.rule: alert for alert in sorted(reached, key=lambda alert: alert.minimum)}
    return tuple(gravest.values())


def check_answers(questionnaire: Questionnaire, answers: Answers) -> None:
    """Refuse answers that no item could have.

    Parameters
    ----------
    questionnaire : Questionnaire
        The definition.
    answers : mapping of str to float or None
        Answers by item code.

    Raises
    ------
    UnknownItemError
        If an answer belongs to no item.
    AnswerOutOfRangeError
        If an answer is outside its item's range, or is no whole number where one is asked for.
    """
    items = {item.code: item for item in questionnaire.items}
    for code, value in answers.items():
        if code not in items:
            message = f"{questionnaire.title} has no item {code!r}."
            raise UnknownItemError(message)
        if value is not None and not _fits(items[code], value):
            whole = "a whole number " if items[code].kind is ItemKind.CHOICE else ""
            message = (
                f"{questionnaire.title}, item {code}: the answer must be {whole}from "
                f"{items[code].minimum:g} to {items[code].maximum:g}, not {value:g}."
            )
            raise AnswerOutOfRangeError(message)


def _fits(item: Item, value: float) -> bool:
    inside = item.minimum <= value <= item.maximum
    return inside and (item.kind is not ItemKind.CHOICE or float(value).is_integer())


def _after_skips(questionnaire: Questionnaire, answers: Answers) -> dict[str, float]:
    given = {code: float(value) for code, value in answers.items() if value is not None}
    for skip in questionnaire.skips:
        if given.get(skip.item) == skip.answer:
            given.setdefault(skip.sets, skip.value)
    for item in questionnaire.items:
        if item.optional:
            given.setdefault(item.code, item.minimum)
    return given


def _score(
    questionnaire: Questionnaire, rule: ScoreRule, given: Mapping[str, float]
) -> QuestionnaireScore:
    n_missing = sum(code not in given for code in rule.items)
    allowed = 0 if questionnaire.missing_rule is MissingRule.NONE else rule.maximum_missing
    if n_missing > allowed:
        return QuestionnaireScore(
            name=rule.name,
            value=None,
            n_missing=n_missing,
            prorated=False,
            reason=_too_many_missing(n_missing, len(rule.items), allowed),
            band=None,
        )
    value = _value(questionnaire, rule, given)
    if n_missing and rule.rounds_prorated:
        value = _round_half_up(value, 0)
    return QuestionnaireScore(
        name=rule.name,
        value=value,
        n_missing=n_missing,
        prorated=n_missing > 0,
        reason="",
        band=band_of(rule.bands, value),
    )


def _too_many_missing(n_missing: int, n_items: int, allowed: int) -> str:
    rule = f"at most {allowed} may be missing" if allowed else "every item must be answered"
    return f"{n_missing} of {n_items} items not answered; {rule}."


def _value(questionnaire: Questionnaire, rule: ScoreRule, given: Mapping[str, float]) -> float:
    if rule.method is ScoreMethod.PSQI:
        return float(score_sleep_quality(given).total)
    items = [questionnaire.item(code) for code in rule.items]
    if questionnaire.missing_rule is MissingRule.MIDPOINT:
        given = {item.code: (item.minimum + item.maximum) / 2 for item in items} | dict(given)
    values = [_keyed(rule, item, given[item.code]) for item in items if item.code in given]
    if rule.method is ScoreMethod.MEAN:
        return math.fsum(values) / len(values)
    # one division, after the multiplication: 6 * 7 / 5 is the float nearest to 8.4
    total = math.fsum(values) * len(items) / len(values)
    return _rescaled(rule, items, total) if rule.method is ScoreMethod.RESCALED_SUM else total


def _keyed(rule: ScoreRule, item: Item, value: float) -> float:
    if item.code in rule.reverse:
        value = item.minimum + item.maximum - value
    return _moved(value, (item.minimum, item.maximum), _range_in_score(rule, item))


def _range_in_score(rule: ScoreRule, item: Item) -> tuple[float, float]:
    if rule.common_minimum is None or rule.common_maximum is None:
        return item.minimum, item.maximum
    return rule.common_minimum, rule.common_maximum


def _rescaled(rule: ScoreRule, items: Sequence[Item], total: float) -> float:
    ranges = [_range_in_score(rule, item) for item in items]
    possible = math.fsum(low for low, _ in ranges), math.fsum(high for _, high in ranges)
    return _moved(total, possible, (rule.minimum, rule.maximum))


def _moved(value: float, source: tuple[float, float], target: tuple[float, float]) -> float:
    if source == target:
        return value
    return target[0] + (value - source[0]) * (target[1] - target[0]) / (source[1] - source[0])


def band_of(bands: Sequence[Band], value: float) -> str | None:
    """Return the name of the band that a score falls in.

    Parameters
    ----------
    bands : sequence of Band
        Bands of one score, in ascending order.
    value : float
        The score.

    Returns
    -------
    str or None
        The name; None when there are no bands.

    Examples
    --------
    >>> bands = load_questionnaire("gad7").score("total").bands
    >>> band_of(bands, 14.4), band_of(bands, 14.5)
    ('moderate', 'severe')
    """
    decimals = max((_decimals(limit) for b in bands for limit in (b.minimum, b.maximum)), default=0)
    rounded = _round_half_up(value, decimals)
    return next((b.label for b in bands if b.minimum <= rounded <= b.maximum), None)


def _decimals(limit: float) -> int:
    exponent = Decimal(str(limit)).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _round_half_up(value: float, decimals: int) -> float:
    step = Decimal(1).scaleb(-decimals)
    return float(Decimal(repr(value)).quantize(step, rounding=ROUND_HALF_UP))
