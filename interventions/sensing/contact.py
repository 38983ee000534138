"""Whether a sensor sits well, in words for the person who puts it on.

Contents: `check_contact` with `ContactCheck` (a window), `say_state` (the watchdog).
"""

from dataclasses import dataclass

from data.measures.hrv import measure_window
from data.records.signals import Window, WindowGrade
from interventions.sensing.live_source import SensorState

WORDS = {
    "no_signal": "Nothing has arrived yet. See that the sensor is on, worn and in reach.",
    "stale": "Nothing has arrived for more than five seconds. See that the sensor is on and in reach.",
    "no_contact": "The sensor says that it does not touch the skin. Wet the electrodes and tighten the strap.",
    "no_intervals": "The sensor sends a heart rate without the intervals between beats: use another one.",
    "other_sensor": "Another sensor answers than the one that was chosen. Choose the sensor again.",
    "wrong_rate": "The samples do not come at the rate that the sensor declares. Restart its program.",
    "template": "The signal is mostly noise. Wet the electrodes and ask the person to sit still.",
    "gap": "Beats are missing. Wet the electrodes, tighten the strap, and keep the sensor in reach.",
    "artefacts": "Too many beats are disturbed. Wet the electrodes and ask the person to sit still.",
    "too_short": "Too few beats so far. Wait a little.",
    "constant": "The beats are all alike: this is no heart. Check what sends them.",
}
GOOD = "The sensor sits well."
GROWING = "Beats arrive, {seconds:.0f} seconds so far."


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactCheck:
    """Whether beats can be believed now, and what to do when they cannot."""

    ok: bool
    words: str


def check_contact(window: Window) -> ContactCheck:
    """Judge the last minute of a sensor.

    Parameters
    ----------
    window : Window
        What was sensed.

    Returns
    -------
    ContactCheck
        Good as soon as heart rates can be believed; a full minute is needed for more.

    Examples
    --------
    >>> from data.records.signals import RRSeries, SignalKind
    >>> nothing = RRSeries(times_s=(), rr_ms=(), kind=SignalKind.RR)
    >>> check_contact(
    ...     Window(
    ...         start_s=0.0,
    ...         end_s=60.0,
    ...         beats=nothing,
    ...         newest_sample_age_s=None,
    ...         signal_ok=True,
    ...         signal_reason="",
    ...     )
    ... ).words
    'Nothing has arrived yet. See that the sensor is on, worn and in reach.'
    """
    measures = measure_window(window)
    if measures.grade is WindowGrade.HOLD:
        return ContactCheck(ok=False, words=WORDS.get(measures.reason, WORDS["gap"]))
    if measures.grade is WindowGrade.GOOD:
        return ContactCheck(ok=True, words=GOOD)
    if measures.reason == "artefacts":
        return ContactCheck(ok=False, words=WORDS["artefacts"])
    covered_s = measures.covered_share * (window.end_s - window.start_s)
    return ContactCheck(ok=True, words=GROWING.format(seconds=covered_s))


def say_state(state: SensorState) -> str:
    """Return what to do about a sensor; empty while it streams.

    Examples
    --------
    >>> say_state(SensorState.STREAMING)
    ''
    """
    if state is SensorState.STREAMING:
        return ""
    return WORDS["no_signal" if state is SensorState.WAITING else state.value]
