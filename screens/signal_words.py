"""The signals of a session and the estimate of affect in words: the same words in every arm.

Contents: `rows_of`, `estimate_of`, `SignalRow`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from data.records.signals import WindowGrade

if TYPE_CHECKING:
    from screens.published import Published
    from trials.sessions.status import SignalShown

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "heart_rate": "Heart rate",
        "ln_rmssd": "Heart rate variability",
        "skin_conductance_level": "Skin conductance",
        "skin_conductance_responses": "Skin responses",
        "respiration_rate": "Breathing",
        "oxygen_saturation": "Oxygen saturation",
    }
)
UNITS: Mapping[str, str] = MappingProxyType(
    {"beats/min": "a minute", "1/min": "a minute", "breaths/min": "a minute"}
)
QUALITY: Mapping[WindowGrade, str] = MappingProxyType(
    {
        WindowGrade.GOOD: "Good",
        WindowGrade.DEGRADED: "Weak",
        WindowGrade.HOLD: "Not usable",
    }
)
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "stale": "nothing has arrived for five seconds",
        "no_signal": "nothing has arrived yet",
        "no_contact": "no contact with the skin",
        "other_sensor": "another sensor answers",
        "wrong_rate": "not at the declared rate",
        "out_of_range": "outside the possible range",
        "artefacts": "disturbed",
        "coverage": "parts are missing",
        "gap": "parts are missing",
        "too_short": "too little so far",
        "template": "mostly noise",
        "constant": "no change at all",
        "unclear_breathing": "no clear breaths",
        "degraded": "disturbed",
        "recovering": "coming back",
        "suspect": "far above rest, as disturbed beats are",
        "no_rest": "no three minutes of rest before the music",
        "not_of_arousal": "watched only",
        "no_value": "no value",
    }
)
NOT_YET = "There is no estimate before the first music."
BAND_SDS = 1.645
"""90 % of a normal distribution lie within so many standard deviations."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignalRow:
    """One row of the table beside the traces."""

    label: str
    value: str
    quality: str
    use: str


def rows_of(signals: tuple["SignalShown", ...]) -> tuple[SignalRow, ...]:
    """Return the signals as rows of words."""
    return tuple(
        SignalRow(
            label=LABELS.get(one.of, one.of.replace("_", " ")),
            value=_value(one),
            quality=QUALITY[one.grade],
            use=_use(one),
        )
        for one in signals
    )


def _value(one: "SignalShown") -> str:
    if one.value is None:
        return "–"
    digits = 2 if one.of == "ln_rmssd" else 1 if one.unit in {"μS", "breaths/min", "1/min"} else 0
    return f"{one.value:.{digits}f} {UNITS.get(one.unit, one.unit)}"


def _use(one: "SignalShown") -> str:
    reason = REASONS.get(one.reason, one.reason.replace("_", " "))
    used = "Counts" if one.counted else "Does not count"
    if one.counted and reason:
        used = "Counts less"
    return f"{used}: {reason}" if reason else used


def estimate_of(shown: "Published") -> str:
    """Return the estimate of arousal with its band, and of valence where the participant said something."""
    if shown.arousal is None or shown.arousal_sd is None:
        return NOT_YET
    said = (
        f"Estimated arousal {_with_band(shown.arousal, shown.arousal_sd)}. 0 is this person's rest."
    )
    if shown.valence is None or shown.valence_sd is None:
        return f"{said} How pleasant it feels is not known: only the person can say that."
    return (
        f"{said} Valence, from what the person said, {_with_band(shown.valence, shown.valence_sd)}."
    )


def _with_band(mean: float, sd: float) -> str:
    low, high = mean - BAND_SDS * sd, mean + BAND_SDS * sd
    return f"{_signed(mean)}, with 90 % between {_signed(low)} and {_signed(high)}"


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")
