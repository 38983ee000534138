"""Questionnaires as data: items, scoring keys, missing-item rules, bands, alerts, licence.

Conventions: one YAML document a questionnaire in ``protocols/questionnaires``; an item is known by
its code (its number as text); wording is there only where the licence lets anyone ship it and we
have checked it, otherwise the item's text is empty; scores are never rounded unless the
questionnaire's own rule says so.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from protocols.canonical import hash_of
from protocols.reading import read_value_from_text

_FOLDER = Path(__file__).parent / "questionnaires"


class UnknownQuestionnaireError(LookupError):
    """There is no questionnaire with this id."""


class ItemKind(StrEnum):
    """How an item is answered."""

    CHOICE = "choice"
    """One whole number of a short row."""
    VAS = "vas"
    """Any point on a line."""
    NUMBER = "number"
    """A number typed in, such as minutes or hours."""


class Direction(StrEnum):
    """What a high score means."""

    HIGHER_IS_WORSE = "higher_is_worse"
    HIGHER_IS_BETTER = "higher_is_better"
    DEPENDS_ON_SCORE = "depends_on_score"
    """The scores of this questionnaire differ; read the name of the score."""
    DECLARED_BY_PROTOCOL = "declared_by_protocol"
    """A format for any question: the protocol says what is asked and which end is better."""
    NEUTRAL = "neutral"


class LicenceStatus(StrEnum):
    """Who may use a questionnaire."""

    FREE = "free"
    FREE_NONCOMMERCIAL = "free_noncommercial"
    PERMISSION_NEEDED = "permission_needed"
    PROPRIETARY = "proprietary"


class ScoreMethod(StrEnum):
    """How item values become a score."""

    SUM = "sum"
    MEAN = "mean"
    RESCALED_SUM = "rescaled_sum"
    """The sum, moved linearly from its possible range to the score's range (WHO-5, SUS, STAI-6)."""
    PSQI = "psqi"
    """The seven components of the Pittsburgh Sleep Quality Index."""


class MissingRule(StrEnum):
    """What happens to a score when items were not answered."""

    NONE = "none"
    """One missing item leaves the score without a value."""
    PRORATE_MEAN = "prorate_mean"
    """Mean of the answered items times the number of items."""
    MEAN_OF_ANSWERED = "mean_of_answered"
    """For scores that are means: the mean of the answered items."""
    MIDPOINT = "midpoint"
    """A missing item counts as the middle of its range."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchor:
    """The words that belong to one value of an item."""

    value: float
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One item."""

    code: str
    """Unique in its questionnaire; mostly the item's number, e.g. ``9``."""
    minimum: float
    maximum: float
    text: str = ""
    """Wording; empty where it may not be shipped or is not shipped yet."""
    anchors: tuple[Anchor, ...] = ()
    kind: ItemKind = ItemKind.CHOICE
    optional: bool = False
    """True when a missing answer counts as the minimum (PSQI item 5j)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """A named part of a score's range; both limits belong to it."""

    minimum: float
    maximum: float
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreRule:
    """The key of one score."""

    name: str
    method: ScoreMethod
    items: tuple[str, ...]
    minimum: float
    maximum: float
    reverse: tuple[str, ...] = ()
    """Items whose value is turned round: minimum + maximum - value."""
    maximum_missing: int = 0
    """More missing items than this leave the score without a value."""
    rounds_prorated: bool = False
    """True where the questionnaire's own rule rounds a prorated score."""
    common_minimum: float | None = None
    """When set, items on another range are first moved linearly to this common range (CEQ)."""
    common_maximum: float | None = None
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CutOff:
    """A score from which a screening result counts as positive."""

    score: str
    minimum: float
    meaning: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportantDifference:
    """A published smallest important difference; these depend on baseline and never are a hard line."""

    value: float
    unit: str
    source: str
    checked: bool
    """True when the value was read in the source, False when it is quoted from memory."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Skip:
    """A rule that leaves an item out: when ``item`` has this answer, ``sets`` counts as ``value``."""

    item: str
    answer: float
    sets: str
    value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemAlert:
    """An answer at or above ``minimum`` alerts a person at once, before anything is scored."""

    item: str
    minimum: float
    severity: str
    """``alert`` or ``urgent``."""
    rule: str
    """Code of the rule, e.g. ``phq9_item9``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Questionnaire:
    """One questionnaire with its scoring key and its licence."""

    id: str
    version: str
    """Version of this document; it changes with any change of wording or key."""
    title: str
    construct: str
    respondent: str
    recall: str
    """The time that the items ask about, e.g. ``2 weeks``."""
    direction: Direction
    licence_status: LicenceStatus
    licence: str
    """Rights and conditions, in words, with the attribution to print."""
    licence_allows_wording: bool
    """False: keys only; the site must load the wording that it has licensed."""
    items: tuple[Item, ...]
    scores: tuple[ScoreRule, ...]
    missing_rule: MissingRule
    missing_source: str
    """Where the missing-item rule comes from; says so when it is a convention."""
    instruction: str = ""
    """What is said before the items."""
    cut_offs: tuple[CutOff, ...] = ()
    important_differences: tuple[ImportantDifference, ...] = ()
    skips: tuple[Skip, ...] = ()
    alerts: tuple[ItemAlert, ...] = ()
    reliability: str = ""
    loinc: str = ""
    notes: str = ""

    @property
    def has_wording(self) -> bool:
        """True when every item can be shown: a form opens only then."""
        return all(item.text for item in self.items)

    def item(self, code: str) -> Item:
        """Return the item with this code.

        Raises
        ------
        KeyError
            If there is no such item.
        """
        found = next((item for item in self.items if item.code == code), None)
        if found is None:
            message = f"{self.title} has no item {code!r}."
            raise KeyError(message)
        return found

    def score(self, name: str) -> ScoreRule:
        """Return the key of the score with this name.

        Raises
        ------
        KeyError
            If there is no such score.
        """
        found = next((rule for rule in self.scores if rule.name == name), None)
        if found is None:
            message = f"{self.title} has no score {name!r}."
            raise KeyError(message)
        return found


def load_questionnaire(questionnaire_id: str) -> Questionnaire:
    """Return a questionnaire by its id, read once.

    Parameters
    ----------
    questionnaire_id : str
        Its id; upper case, dashes and blanks do not matter (``PHQ-9`` is ``phq9``).

    Returns
    -------
    Questionnaire
        The definition.

    Raises
    ------
    UnknownQuestionnaireError
        If there is no questionnaire with this id.
    """
    known = _ids_by_letters().get(_letters(questionnaire_id))
    if known is None:
        message = f"There is no questionnaire {questionnaire_id!r}. Known: {', '.join(questionnaire_ids())}."
        raise UnknownQuestionnaireError(message)
    return _read(known)


@lru_cache(maxsize=1)
def questionnaire_ids() -> tuple[str, ...]:
    """Return the ids of all questionnaires, in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def scoring_hash(questionnaire: Questionnaire) -> str:
    """Return the SHA-256 of all that decides a score: ranges, keys, rules; not the wording."""
    return hash_of(
        {
            "items": [[item.code, item.minimum, item.maximum] for item in questionnaire.items],
            "scores": [hash_of(rule) for rule in questionnaire.scores],
            "missing": questionnaire.missing_rule.value,
            "skips": [hash_of(skip) for skip in questionnaire.skips],
        }
    )


def _letters(questionnaire_id: str) -> str:
    return re.sub(r"[^a-z0-9]", "", questionnaire_id.lower())


@lru_cache(maxsize=1)
def _ids_by_letters() -> dict[str, str]:
    return {_letters(known): known for known in questionnaire_ids()}


@lru_cache(maxsize=64)
def _read(known_id: str) -> Questionnaire:
    text = (_FOLDER / f"{known_id}.yaml").read_text(encoding="utf-8")
    return read_value_from_text(Questionnaire, text, f"{known_id}.yaml")
