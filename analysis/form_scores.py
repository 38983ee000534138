"""The score of every form that counts, and the forms that were begun and do not count.

Which forms count: a form that was finished, and one in which every item was answered or declined, so that nothing is
missing but the last press of the button. A form that was broken off has no score. The rule of a questionnaire for
missing items is for items that a person left out on the way to the end; who stops before the end leaves out the last
ones, and for reasons that may have to do with how they feel. Eligibility and strata are computed from finished forms
too. What was answered stays on record, and the reason says how much of the form is missing (decision 21).

Conventions: of several answers to one item the last one counts.

Contents: `FormScores`, `score_forms`, `Form`.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from data.measures.form_items import open_items
from data.measures.questionnaire_scores import QuestionnaireScore, score_questionnaire
from data.records.bundle import TrialRecords
from protocols.questionnaire import Questionnaire, load_questionnaire

Form = tuple[str, str, str]
"""Participant, occasion, questionnaire."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FormScores:
    """Scores of the forms that count, and how much is missing of the others."""

    scores: Mapping[Form, tuple[QuestionnaireScore, ...]]
    left_open: Mapping[Form, int]
    """Of each form that was broken off: how many of its items were never answered nor declined."""

    def score(self, form: Form, name: str) -> QuestionnaireScore | None:
        """Return a score by its name; None when the form does not count."""
        return next((one for one in self.scores.get(form, ()) if one.name == name), None)


def score_forms(records: TrialRecords) -> FormScores:
    """Score every form that counts."""
    answers: defaultdict[Form, dict[str, float | None]] = defaultdict(dict)
    for answer in records.answers:
        form = (answer.participant_id, answer.occasion, answer.questionnaire)
        answers[form][answer.item] = answer.value
    finished = {(c.participant_id, c.occasion, c.questionnaire) for c in records.completions}
    scores = {}
    left_open = {}
    for form, given in answers.items():
        definition = load_questionnaire(form[2])
        missing = 0 if form in finished else _required(definition, given)
        if missing:
            left_open[form] = missing
        else:
            scores[form] = score_questionnaire(definition, given)
    return FormScores(scores=scores, left_open=left_open)


def _required(definition: Questionnaire, given: Mapping[str, float | None]) -> int:
    optional = {item.code for item in definition.items if item.optional}
    return len(set(open_items(definition, given)) - optional)
