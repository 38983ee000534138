"""The second model of affect: every signal of the session and self-report, each by its quality.

Conventions: arousal in z units of the listener's rest. Valence comes from self-report alone. What is not usable does not
count, and the estimate's uncertainty grows until something counts again; it never passes what was unknown before the
first window.

Contents: `MODEL`, `Belief`, `NOTHING_SENSED`, `Sensed`, `infer`.
"""

import math
from dataclasses import dataclass

from data.records.sessions import ListenerState, Observation, RestingBaseline, SelfReport
from data.records.signals import RestingValue, WindowGrade, WindowMeasures
from interventions.inference.affect_model import State, at_rest, observe, predict
from interventions.inference.observations import (
    Reading,
    read_heart,
    read_report,
    read_streams,
)
from interventions.inference.quality import Steadied, steady
from interventions.inference.valence import UNKNOWN, Valence, follow_valence

MODEL = "kalman-affect-2"
HEART = "heart"
DIGITS = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class Belief:
    """What is believed of the listener, and of the sensors."""

    state: State
    valence: Valence
    rest: tuple[RestingValue, ...]
    """Of the streams, from the session's first window; not updated, because habituation would hide."""
    grades: tuple[tuple[str, Steadied], ...]
    """Of the heart and of each measure of a stream."""
    at_s: float | None
    """Time of the last window; None before the first."""


NOTHING_SENSED = Belief(state=at_rest(), valence=UNKNOWN, rest=(), grades=(), at_s=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sensed:
    """What one pass brought."""

    measures: WindowMeasures
    rest: tuple[RestingValue, ...]
    """Of the streams; looked at in the first pass only."""
    now_s: float
    report: SelfReport | None


def infer(
    before: Belief, sensed: Sensed, baseline: RestingBaseline
) -> tuple[Belief, ListenerState]:
    """Update the estimate with one window and, if there is one, a self-report.

    Parameters
    ----------
    before : Belief
        What was believed.
    sensed : Sensed
        The window's measures and the report.
    baseline : RestingBaseline
        The listener's resting values of the heart.

    Returns
    -------
    tuple of Belief and ListenerState
        What is believed now, and the record of it with every signal that counted or did not.
    """
    elapsed_s = 0.0 if before.at_s is None else max(0.0, sensed.now_s - before.at_s)
    rest = sensed.rest if before.at_s is None else before.rest
    grades = _steadied(before, sensed)
    counting = {name: one.grade for name, one in grades.items()}
    heart = read_heart(sensed.measures, baseline, counting[HEART], elapsed_s)
    streams = read_streams(sensed.measures.streams, rest, counting, elapsed_s)
    said = read_report(sensed.report)
    readings = (*heart, *streams, *(() if said is None else (said,)))
    state, observations = _fused(predict(before.state, elapsed_s), readings)
    valence = follow_valence(
        before.valence,
        elapsed_s,
        sensed.report.pleasure if sensed.report else None,
        sensed.report.age_s if sensed.report else 0.0,
    )
    belief = Belief(
        state=state,
        valence=valence,
        rest=rest,
        grades=tuple(grades.items()),
        at_s=sensed.now_s,
    )
    return belief, _recorded(belief, observations, counting[HEART])


def _steadied(before: Belief, sensed: Sensed) -> dict[str, Steadied]:
    known = dict(before.grades)
    seen = {HEART: sensed.measures.grade} | {
        one.measure.value: one.grade for one in sensed.measures.streams
    }
    return known | {
        name: steady(known.get(name), grade, sensed.now_s) for name, grade in seen.items()
    }


def _fused(state: State, readings: tuple[Reading, ...]) -> tuple[State, tuple[Observation, ...]]:
    observations = []
    for one in readings:
        after = state if one.observed is None else observe(state, one.observed)
        observations.append(
            Observation(
                of=str(one.of),
                z=one.z,
                grade=one.grade,
                counted=one.observed is not None,
                moved=round(after.arousal - state.arousal, DIGITS),
                reason=one.reason,
            )
        )
        state = after
    return state, tuple(observations)


def _recorded(
    belief: Belief, observations: tuple[Observation, ...], quality: WindowGrade
) -> ListenerState:
    by_name = {one.of: one for one in observations}
    valence = belief.valence
    return ListenerState(
        arousal=round(belief.state.arousal, DIGITS),
        arousal_sd=round(math.sqrt(belief.state.variance), DIGITS),
        valence=valence.mean if valence.is_known else None,
        heart_rate_z=by_name["heart_rate"].z,
        ln_rmssd_z=by_name["ln_rmssd"].z,
        held=not any(one.counted for one in observations if one.of != "self_report"),
        model=MODEL,
        valence_sd=round(math.sqrt(valence.variance), DIGITS) if valence.is_known else None,
        quality=quality,
        observations=observations,
    )
