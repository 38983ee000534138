"""All sensors of one session as one source: the heart's, and those worn beside it.

Conventions: each is asked by itself, so one that fails, or falls silent, stops no other. The heart's sensor keeps the
session's clock. The first window carries what the companions were at rest.

Contents: `CombinedSource`, `combine`, `sensor_ids_of`.
"""

from collections.abc import Sequence
from dataclasses import replace

from data.measures.streams import rest_of_stream
from data.records.music import MusicalParameters
from data.records.signals import RestingValue, RRSeries, Window
from interventions.sensing.companions import IN_WORDS, Companion
from interventions.sensing.live_source import LiveSource
from interventions.sensing.source import NoSourceError, SignalSource


class CombinedSource:
    """The heart and its companions; make one with `combine`.

    Parameters
    ----------
    heart : SignalSource
        Where the beats come from.
    companions : sequence of Companion
        The other sensors.
    """

    def __init__(self, heart: SignalSource, companions: Sequence[Companion]) -> None:
        self.heart = heart
        self.companions = tuple(companions)
        self.kind = heart.kind
        self._is_first = True

    @property
    def name(self) -> str:
        """What is sensed, in words."""
        return ", ".join([self.heart.name, *(one.name for one in self.companions)])

    def resting_beats(self) -> RRSeries:
        """Return the beats at rest."""
        return self.heart.resting_beats()

    def window_at(self, now_s: float) -> Window:
        """Return the last 60 seconds of every sensor."""
        window = self.heart.window_at(now_s)
        streams = [one.stream_at(window.end_s) for one in self.companions]
        rest: list[RestingValue] = []
        if self._is_first:
            self._is_first = False
            for one in self.companions:
                rest += rest_of_stream(one.rest_before(window.end_s))
        return replace(window, streams=tuple(streams), rest=tuple(rest))

    def hear(self, parameters: MusicalParameters, duration_s: float) -> None:
        """Hand on what is played next."""
        self.heart.hear(parameters, duration_s)

    def close(self) -> None:
        """Let go of every device."""
        self.heart.close()
        for one in self.companions:
            one.close()


def combine(heart: SignalSource, companions: Sequence[Companion]) -> SignalSource:
    """Return all sensors of a session as one source; the heart's alone where there is no other.

    Parameters
    ----------
    heart : SignalSource
        Where the beats come from.
    companions : sequence of Companion
        At most one of a kind.

    Raises
    ------
    NoSourceError
        If two measure the same, so that nobody can tell which counts.
    """
    kinds = [one.kind for one in companions]
    twice = [kind for kind in kinds if kinds.count(kind) > 1]
    if twice:
        message = f"Two sensors bring {IN_WORDS[twice[0]]}: choose one of them."
        raise NoSourceError(message)
    return CombinedSource(heart, companions) if companions else heart


def sensor_ids_of(source: SignalSource) -> tuple[str, ...]:
    """Return the ids of the sensors that a source is bound to; none for recordings and simulation."""
    if isinstance(source, CombinedSource):
        beside = (one.sensor_id for one in source.companions)
        return tuple(one for one in (*sensor_ids_of(source.heart), *beside) if one)
    return (source.sensor.sensor_id,) if isinstance(source, LiveSource) else ()
