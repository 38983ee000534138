"""Truth drawn from the model of affect: arousal, valence, deviations and what the sensors would say of them.

Contents: `Scene` (how sessions are sensed), `Drawn`, `draw_session`, `SCENES`.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from data.records.sessions import ListenerState, RestingBaseline, SelfReport
from data.records.signals import (
    MeasuredStream,
    RestingValue,
    StreamMeasure,
    WindowGrade,
    WindowMeasures,
)
from interventions.inference import affect, arousal, valence
from interventions.inference.affect import HEART, Sensed
from interventions.inference.affect_model import (
    AROUSAL_TIME_CONSTANT_S,
    AROUSAL_VARIANCE,
    SOURCES,
    Source,
)
from interventions.inference.models import infer, nothing_sensed
from interventions.inference.observations import error_variance_of
from interventions.inference.quality import Steadied, steady

BASELINE = RestingBaseline(
    heart_rate_bpm=70.0,
    heart_rate_scale_bpm=3.0,
    ln_rmssd=3.4,
    ln_rmssd_scale=0.22,
    source="recorded",
)
STREAMS = (
    StreamMeasure.SKIN_LEVEL,
    StreamMeasure.SKIN_RESPONSES,
    StreamMeasure.RESPIRATION_RATE,
)
REST = tuple(RestingValue(measure=one, median=0.0, scale=1.0) for one in STREAMS)
HEARTS = (Source.HEART_RATE, Source.LN_RMSSD)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """How sessions are sensed."""

    named: str
    passes: int = 10
    step_s: tuple[float, float] = (12.0, 18.0)
    """Shortest and longest time between two passes."""
    streams: tuple[StreamMeasure, ...] = STREAMS
    grades: tuple[float, float, float] = (1.0, 0.0, 0.0)
    """Probability that a signal is good, degraded, on hold in one pass."""
    says: float = 0.0
    """Probability of a self-report in one pass."""
    model: str = affect.MODEL


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """The end of one session: what was true, and what was believed."""

    arousal: float
    valence: float
    state: ListenerState

    @property
    def rank(self) -> float:
        """Share of the believed distribution of arousal below the truth: uniform where the model is calibrated."""
        return _below(self.arousal, self.state.arousal, self.state.arousal_sd)

    @property
    def valence_rank(self) -> float | None:
        """The same of valence; None where nothing was said."""
        if self.state.valence is None or self.state.valence_sd is None:
            return None
        return _below(self.valence, self.state.valence, self.state.valence_sd)


def _below(truth: float, mean: float, sd: float) -> float:
    return 0.5 * (1.0 + math.erf((truth - mean) / sd / math.sqrt(2.0)))


SCENES = (
    Scene(named="all signals, good"),
    Scene(named="heart alone, good", streams=()),
    Scene(named="all signals, coming and going", grades=(0.6, 0.2, 0.2), says=0.1),
    Scene(named="all signals mostly lost", grades=(0.1, 0.1, 0.8)),
    Scene(named="heart alone, self-report", streams=(), says=0.3),
    Scene(named="all signals, once a second", passes=40, step_s=(1.0, 1.0)),
    Scene(named="heart alone, once a second", passes=40, step_s=(1.0, 1.0), streams=()),
)
FIRST_MODEL = Scene(
    named="heart alone, once a second, first model",
    passes=40,
    step_s=(1.0, 1.0),
    streams=(),
    model=arousal.MODEL,
)


def draw_session(scene: Scene, chance: np.random.Generator) -> Drawn:
    """Draw a session from the model, let it be sensed, and infer.

    Parameters
    ----------
    scene : Scene
        How it is sensed.
    chance : numpy.random.Generator
        All chance.
    """
    believed = nothing_sensed(scene.model)
    counting: dict[str, Steadied] = {}
    now_s = 0.0
    for number, (level, pleasant, deviations) in enumerate(_truths(scene, chance)):
        elapsed_s = deviations.elapsed_s
        now_s += elapsed_s
        seen = _grades(scene, chance)
        counting = {name: steady(counting.get(name), seen[name], now_s) for name in seen}
        values = {
            source: SOURCES[source].sign * level
            + deviations.of[source]
            + _error(source, counting, elapsed_s, chance)
            for source in Source
        }
        sensed = Sensed(
            measures=_measures(scene, values, seen),
            rest=REST if number == 0 else (),
            now_s=now_s,
            report=_report(scene, values, pleasant, chance),
        )
        believed, state = infer(believed, sensed, BASELINE)
    return Drawn(arousal=level, valence=pleasant, state=state)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Deviations:
    elapsed_s: float
    of: dict[Source, float]


def _truths(
    scene: Scene, chance: np.random.Generator
) -> Iterator[tuple[float, float, _Deviations]]:
    constants_s = np.array(
        [
            AROUSAL_TIME_CONSTANT_S,
            valence.TIME_CONSTANT_S,
            *(SOURCES[one].time_constant_s for one in Source),
        ]
    )
    variances = np.array(
        [AROUSAL_VARIANCE, valence.VARIANCE, *(SOURCES[one].variance for one in Source)]
    )
    truth = np.sqrt(variances) * chance.normal(size=variances.size)
    elapsed_s = 0.0
    for _ in range(scene.passes):
        kept = np.exp(-elapsed_s / constants_s)
        truth = kept * truth + np.sqrt(variances * (1.0 - kept**2)) * chance.normal(
            size=variances.size
        )
        of = dict(zip(Source, truth[2:].tolist(), strict=True))
        yield float(truth[0]), float(truth[1]), _Deviations(elapsed_s=elapsed_s, of=of)
        elapsed_s = float(chance.uniform(*scene.step_s))


def _grades(scene: Scene, chance: np.random.Generator) -> dict[str, WindowGrade]:
    names = (HEART, *scene.streams)
    drawn = chance.choice(3, size=len(names), p=scene.grades)
    return {str(name): tuple(WindowGrade)[one] for name, one in zip(names, drawn, strict=True)}


def _error(
    source: Source,
    counting: dict[str, Steadied],
    elapsed_s: float,
    chance: np.random.Generator,
) -> float:
    name = HEART if source in HEARTS else source.value
    grade = counting[name].grade if name in counting else WindowGrade.GOOD
    if grade is WindowGrade.HOLD:
        return 0.0
    return math.sqrt(error_variance_of(source, grade, elapsed_s)) * float(chance.normal())


def _measures(
    scene: Scene, values: dict[Source, float], seen: dict[str, WindowGrade]
) -> WindowMeasures:
    grade = seen[HEART]
    held = grade is WindowGrade.HOLD
    rate = BASELINE.heart_rate_bpm + BASELINE.heart_rate_scale_bpm * values[Source.HEART_RATE]
    rmssd = BASELINE.ln_rmssd + BASELINE.ln_rmssd_scale * values[Source.LN_RMSSD]
    return WindowMeasures(
        grade=grade,
        reason="",
        heart_rate_bpm=None if held else rate,
        ln_rmssd=rmssd if grade is WindowGrade.GOOD else None,
        flagged_share=0.0,
        covered_share=1.0,
        valid_pairs=70,
        streams=tuple(
            MeasuredStream(
                measure=one,
                value=None if seen[one] is WindowGrade.HOLD else values[Source(one.value)],
                unit="",
                grade=seen[one],
                reason="",
            )
            for one in scene.streams
        ),
    )


def _report(
    scene: Scene, values: dict[Source, float], pleasant: float, chance: np.random.Generator
) -> SelfReport | None:
    if chance.random() >= scene.says:
        return None
    said = pleasant + math.sqrt(valence.REPORT_VARIANCE) * float(chance.normal())
    return SelfReport(arousal=5.0 + 2.0 * values[Source.SELF_REPORT], pleasure=5.0 + 2.0 * said)
