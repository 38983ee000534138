"""What a participant said before the music: the first thing that the estimate of affect can know.

Contents: `SaidBefore`, `said_before`, `report_of`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from data.records.answers import QuestionnaireCompletion
from data.records.sessions import SelfReport
from data.records.visits import PlannedSession
from data.storage.store import Reading
from protocols.design import AffectModel, Protocol
from protocols.questionnaire import (
    Direction,
    ItemKind,
    Questionnaire,
    ScoreRule,
    load_questionnaire,
)
from trials.answers import completion_id, scores_on

GRID, TENSION = (1.0, 9.0), (0.0, 100.0)
GRID_SCORES = ("arousal", "pleasure", "valence")


@dataclass(frozen=True, kw_only=True, slots=True)
class SaidBefore:
    """A self-report and when it was given."""

    report: SelfReport
    at: datetime

    def seen_at(self, now: datetime) -> SelfReport:
        """Return the report with its age at a moment."""
        age_s = max(0.0, (now - self.at).total_seconds())
        return replace(self.report, age_s=round(age_s, 3))


def said_before(reading: Reading, protocol: Protocol, planned: PlannedSession) -> SaidBefore | None:
    """Return the rating before a session, where the sessions' model of affect takes it.

    Parameters
    ----------
    reading : Reading
        A reading of the store.
    protocol : Protocol
        The protocol in force.
    planned : PlannedSession
        Which session.

    Returns
    -------
    SaidBefore or None
        None when the model is the first one, nothing was answered, or the rating says nothing of affect.
    """
    if protocol.sessions.affect_model is not AffectModel.ALL_SIGNALS:
        return None
    definition = load_questionnaire(protocol.sessions.rating)
    participant_id, occasion = planned.participant_id, f"session-{planned.number}/before"
    key = completion_id(participant_id, occasion, definition.id)
    finished = reading.first(QuestionnaireCompletion, id=key)
    if finished is None:
        return None
    scores = scores_on(reading, participant_id, occasion, definition.id)
    report = report_of(definition, {one.name: one.value for one in scores})
    return None if report is None else SaidBefore(report=report, at=finished.completed_at)


def report_of(definition: Questionnaire, values: Mapping[str, float | None]) -> SelfReport | None:
    """Return what the scores of a rating say of affect.

    Parameters
    ----------
    definition : Questionnaire
        Scores named ``arousal`` and ``pleasure`` or ``valence`` are taken as those of an affect grid; one visual analogue
        scale on which more is worse as tension.
    values : mapping of str to float or None
        The scores, by name.

    Returns
    -------
    SelfReport or None
        None when it says nothing of affect.
    """
    by_name = {one.name: one for one in definition.scores}
    grid = {
        name: _between(values[name], by_name[name], *GRID)
        for name in GRID_SCORES
        if name in by_name and values.get(name) is not None
    }
    if grid:
        pleasure = grid.get("pleasure", grid.get("valence"))
        return SelfReport(pleasure=pleasure, arousal=grid.get("arousal"))
    is_one_line = [item.kind for item in definition.items] == [ItemKind.VAS]
    if not is_one_line or definition.direction is not Direction.HIGHER_IS_WORSE:
        return None
    score = definition.scores[0]
    tension = _between(values.get(score.name), score, *TENSION)
    return None if tension is None else SelfReport(tension=tension)


def _between(value: float | None, score: ScoreRule, lowest: float, highest: float) -> float | None:
    if value is None:
        return None
    share = (value - score.minimum) / (score.maximum - score.minimum)
    return lowest + (highest - lowest) * share
