"""Whether questionnaires and scores that a protocol names exist."""

from collections.abc import Iterator

from protocols.problems import Fault, Path
from protocols.questionnaire import (
    UnknownQuestionnaireError,
    load_questionnaire,
    questionnaire_ids,
)


def questionnaire_faults(path: Path, questionnaire_id: str) -> Iterator[Fault]:
    """Yield a fault when there is no such questionnaire under exactly this id.

    Parameters
    ----------
    path : tuple of str and int
        Where the id stands.
    questionnaire_id : str
        The id.

    Yields
    ------
    Fault
        At most one.
    """
    try:
        known = load_questionnaire(questionnaire_id).id
    except UnknownQuestionnaireError:
        what = f"There is no questionnaire “{questionnaire_id}”."
        yield Fault(path, what, f"Known: {', '.join(questionnaire_ids())}.")
        return
    if known != questionnaire_id:
        what = f"The questionnaire “{questionnaire_id}” is known as “{known}”."
        yield Fault(path, what, f"Write {known}.")


def score_faults(path: Path, questionnaire_id: str, score: str | None) -> Iterator[Fault]:
    """Yield a fault when the questionnaire or its score does not exist.

    Parameters
    ----------
    path : tuple of str and int
        Where the value stands that names both.
    questionnaire_id : str
        Id of the questionnaire.
    score : str or None
        Name of the score.

    Yields
    ------
    Fault
        At most one.
    """
    unknown = tuple(questionnaire_faults((*path, "questionnaire"), questionnaire_id))
    if unknown:
        yield from unknown
        return
    names = [rule.name for rule in load_questionnaire(questionnaire_id).scores]
    if score not in names:
        what = f"{questionnaire_id} has no score “{score}”."
        yield Fault((*path, "score"), what, f"Its scores: {', '.join(names)}.")
