"""Who may take part: criteria for people and for input data (SPIRIT-AI, CONSORT-AI)."""

from dataclasses import dataclass
from enum import StrEnum


class CriterionKind(StrEnum):
    """Whether meeting a criterion lets a person in or keeps them out."""

    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"


class CriterionSubject(StrEnum):
    """What a criterion is about: the person, or the data the loop needs (CONSORT-AI 4a)."""

    PERSON = "person"
    INPUT_DATA = "input_data"


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """One eligibility criterion, answered yes or no by a person, or computed from a score."""

    code: str
    """Short lower-case name; an assessment refers to it."""
    kind: CriterionKind
    """Whether meeting it lets in or keeps out."""
    subject: CriterionSubject
    """The person, or the data that the loop needs."""
    text: str
    """The criterion, as a sentence about the person."""
    rationale: str = ""
    """Why it is there."""
    questionnaire: str | None = None
    """When set, the answer is computed from this questionnaire's screening score."""
    score: str | None = None
    """Name of that score."""
    minimum: float | None = None
    """Smallest score that meets the criterion; None when there is no lower limit."""
