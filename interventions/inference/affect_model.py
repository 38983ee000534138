"""The model behind the estimate of affect, and its exact Gaussian arithmetic.

Conventions: z units of the listener's own rest, 0 = rest. The state holds arousal and, for each source of observations,
that source's own deviation from what arousal explains: a heart can beat faster without more arousal, and a person can
use a scale in an own way. Arousal and deviations are independent stationary processes that are drawn back to 0 (AR(1) in
continuous time). Plain Python floats in a fixed order, so that a replay gives the same numbers.

Contents: `Source`, `SourceModel`, `SOURCES`, `AROUSAL_VARIANCE`, `State`, `at_rest`, `predict`, `Observed`, `observe`.

Notes
-----
One observation of source i is z_i = sign_i arousal + deviation_i + error_i. A measure of a window of W seconds that is
seen again before the window has passed is not a new observation; its deviation has the time constant W/2, whose
autocorrelation has the same integral as that of a moving mean over W. So looking more often does not make the estimate
surer. The variances are starting values of the model, not estimates from data: see docs/explanation/affect-estimate.md.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from data.records.signals import StreamMeasure

AROUSAL_TIME_CONSTANT_S = 600.0
AROUSAL_VARIANCE = 0.05**2 * AROUSAL_TIME_CONSTANT_S / 2.0
DIGITS = 9
"""Digits kept, so that a replay on another machine gives the same numbers."""


class Source(StrEnum):
    """What can be observed of arousal. Oxygen saturation cannot: it is watched, not fused."""

    HEART_RATE = "heart_rate"
    LN_RMSSD = "ln_rmssd"
    SKIN_LEVEL = StreamMeasure.SKIN_LEVEL.value
    SKIN_RESPONSES = StreamMeasure.SKIN_RESPONSES.value
    RESPIRATION_RATE = StreamMeasure.RESPIRATION_RATE.value
    SELF_REPORT = "self_report"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceModel:
    """How a source answers arousal."""

    sign: float
    variance: float
    """Of its own deviation."""
    time_constant_s: float
    """Of its own deviation."""
    error_variance: float
    """Of one observation, at good quality."""
    window_s: float
    """Length of the window that one observation summarizes; 0 for a moment."""


SOURCES: Mapping[Source, SourceModel] = MappingProxyType(
    {
        Source.HEART_RATE: SourceModel(
            sign=1.0, variance=0.9, time_constant_s=7.5, error_variance=0.1, window_s=15.0
        ),
        Source.LN_RMSSD: SourceModel(
            sign=-1.0, variance=0.9, time_constant_s=30.0, error_variance=0.1, window_s=60.0
        ),
        Source.SKIN_LEVEL: SourceModel(
            sign=1.0, variance=2.25, time_constant_s=600.0, error_variance=0.1, window_s=60.0
        ),
        Source.SKIN_RESPONSES: SourceModel(
            sign=1.0, variance=1.0, time_constant_s=30.0, error_variance=0.25, window_s=60.0
        ),
        Source.RESPIRATION_RATE: SourceModel(
            sign=1.0, variance=2.0, time_constant_s=60.0, error_variance=0.25, window_s=30.0
        ),
        Source.SELF_REPORT: SourceModel(
            sign=1.0, variance=0.25, time_constant_s=3600.0, error_variance=0.16, window_s=0.0
        ),
    }
)
"""The tonic skin level drifts by itself for minutes, so its deviation is wide and slow; breathing is partly at will."""


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """What is believed of arousal (first) and of the own deviation of each source that was ever observed."""

    sources: tuple[Source, ...]
    """In the order in which they were first observed; of all others only their own spread is known."""
    means: tuple[float, ...]
    covariances: tuple[tuple[float, ...], ...]

    @property
    def arousal(self) -> float:
        """Mean of arousal."""
        return self.means[0]

    @property
    def variance(self) -> float:
        """Variance of arousal."""
        return self.covariances[0][0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """One observation."""

    source: Source
    z: float
    error_variance: float
    age_s: float = 0.0
    """How long ago it was true: what arousal has done since adds to its error."""


def at_rest() -> State:
    """Return what is believed before anything is observed: rest, with the spread of the process itself."""
    return State(sources=(), means=(0.0,), covariances=((AROUSAL_VARIANCE,),))


def predict(state: State, elapsed_s: float) -> State:
    """Return what is believed after some time without an observation.

    Parameters
    ----------
    state : State
        What was believed.
    elapsed_s : float
        Seconds since then, 0 or more.
    """
    models = [SOURCES[one] for one in state.sources]
    kept = [
        math.exp(-elapsed_s / AROUSAL_TIME_CONSTANT_S),
        *(math.exp(-elapsed_s / one.time_constant_s) for one in models),
    ]
    spread = [AROUSAL_VARIANCE, *(one.variance for one in models)]
    rows = []
    for row, before in enumerate(state.covariances):
        values = [kept[row] * share * one for share, one in zip(kept, before, strict=True)]
        values[row] += spread[row] * (1.0 - kept[row] * kept[row])
        rows.append(tuple(values))
    means = tuple(share * mean for share, mean in zip(kept, state.means, strict=True))
    return State(sources=state.sources, means=means, covariances=tuple(rows))


def observe(state: State, observed: Observed) -> State:
    """Return what is believed after an observation.

    Parameters
    ----------
    state : State
        What was believed.
    observed : Observed
        What was seen.

    Returns
    -------
    State
        By Bayes' rule; rounded to nine digits.
    """
    state = _with_source(state, observed.source)
    deviation = 1 + state.sources.index(observed.source)
    kept = math.exp(-observed.age_s / AROUSAL_TIME_CONSTANT_S)
    slope = SOURCES[observed.source].sign * kept
    error = observed.error_variance + AROUSAL_VARIANCE * (1.0 - kept * kept)
    seen = [slope * row[0] + row[deviation] for row in state.covariances]
    total = slope * seen[0] + seen[deviation] + error
    surprise = observed.z - slope * state.means[0] - state.means[deviation]
    return State(
        sources=state.sources,
        means=tuple(
            round(mean + one * surprise / total, DIGITS)
            for mean, one in zip(state.means, seen, strict=True)
        ),
        covariances=tuple(
            tuple(
                round(one - seen[row] * other / total, DIGITS)
                for one, other in zip(before, seen, strict=True)
            )
            for row, before in enumerate(state.covariances)
        ),
    )


def _with_source(state: State, source: Source) -> State:
    """Return the same belief with the deviation of a source in it."""
    if source in state.sources:
        return state
    beside = (0.0,) * len(state.means)
    return State(
        sources=(*state.sources, source),
        means=(*state.means, 0.0),
        covariances=(
            *((*row, 0.0) for row in state.covariances),
            (*beside, SOURCES[source].variance),
        ),
    )
