"""Self-report and reactivity: what came back after a segment, and what the loop learned from it.

Conventions: the change is that since the pass before, under the music that was heard meanwhile. Only two good windows in
a row teach anything (no metric may improve while quality falls), and what is learned stays within the session: it is
what this listener's range is believed to be.

Contents: `Pass`, `react`, `learn`.
"""

import math
from dataclasses import dataclass

from data.records.sessions import ListenerState, Reactivity, SelfReport
from data.records.signals import WindowGrade, WindowMeasures
from interventions.control.reaction import DECISION_S, RANGES, Beliefs, drift, pull

RESPONSE_VARIANCE = 0.10**2
"""Of the listener's own movements in 15 seconds."""
SMALLEST_BELIEF = 1e-6
DIGITS = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class Pass:
    """What one pass leaves for judging the next."""

    at_s: float
    measures: WindowMeasures
    state: ListenerState
    level: float
    """Expressed arousal of the music that was then played."""

    @property
    def is_good(self) -> bool:
        """Whether it may teach anything: by the grade that the model of affect went by."""
        return (self.state.quality or self.measures.grade) is WindowGrade.GOOD


def learn(beliefs: Beliefs, before: Pass | None, now: Pass) -> Beliefs:
    """Update what is believed of the listener's range.

    Parameters
    ----------
    beliefs : tuple of float
        Probabilities before.
    before : Pass or None
        The pass before; None in the first.
    now : Pass
        This pass.

    Returns
    -------
    tuple of float
        Bayes' rule over the possible ranges; unchanged without two good windows in a row.
    """
    if before is None or not (before.is_good and now.is_good):
        return beliefs
    steps = max(0.0, now.at_s - before.at_s) / DECISION_S
    variance = now.state.arousal_sd**2 + before.state.arousal_sd**2 + RESPONSE_VARIANCE * steps
    weights = []
    for belief, range_z in zip(beliefs, RANGES, strict=True):
        moved = drift(before.state.arousal) + pull(before.level - before.state.arousal, range_z)
        surprise = now.state.arousal - before.state.arousal - steps * moved
        weights.append(max(SMALLEST_BELIEF, belief * math.exp(-0.5 * surprise**2 / variance)))
    total = sum(weights)
    return tuple(round(weight / total, DIGITS) for weight in weights)


def react(
    before: Pass | None, now: Pass, report: SelfReport | None, beliefs: Beliefs
) -> Reactivity:
    """Record what came back after the segment before.

    Parameters
    ----------
    before : Pass or None
        The pass before; None in the first.
    now : Pass
        This pass.
    report : SelfReport or None
        What the participant said in this pass.
    beliefs : tuple of float
        What is believed of the listener's range after this pass.
    """
    return Reactivity(
        heart_rate_change_bpm=_heart_rate_change(before, now),
        arousal_change=round(now.state.arousal - before.state.arousal, DIGITS) if before else 0.0,
        rating=report.tension if report else None,
        learned=_in_words(before, now, beliefs),
        report=None if report is None or _is_only_a_rating(report) else report,
    )


def _is_only_a_rating(report: SelfReport) -> bool:
    return report == SelfReport(tension=report.tension)


def _heart_rate_change(before: Pass | None, now: Pass) -> float | None:
    if before is None:
        return None
    was_bpm, is_bpm = before.measures.heart_rate_bpm, now.measures.heart_rate_bpm
    return None if was_bpm is None or is_bpm is None else round(is_bpm - was_bpm, 4)


def _in_words(before: Pass | None, now: Pass, beliefs: Beliefs) -> str:
    if before is None or not (before.is_good and now.is_good):
        return "nothing"
    expected = sum(belief * range_z for belief, range_z in zip(beliefs, RANGES, strict=True))
    return f"music draws this listener best from about {expected:.2f} away"
