"""Pitch and loudness of made-up voices, and what is refused."""

import numpy as np
import pytest

from data.measures.capture_permission import CaptureNotPermittedError
from data.measures.measured_values import NoValueReason
from data.measures.physiology import Quality, SignalBaseline, normalize
from data.measures.time_domain import FloatArray
from data.measures.voice import measure_voice, pitch_height, resting_pitch
from data.records.capture_consents import CaptureKind
from tests.data.measures.captured import SOUND_HZ, permission, speech

VOICE = permission(CaptureKind.VOICE)


@pytest.mark.parametrize("pitch_hz", [90.0, 120.0, 220.0, 350.0])
def test_a_steady_voice_has_its_pitch(pitch_hz: float) -> None:
    voice = measure_voice(speech(pitch_hz), SOUND_HZ, VOICE, start_s=5.0)

    assert voice.pitch_hz.value == pytest.approx(pitch_hz, rel=0.002)
    assert voice.pitch_spread_semitones.value == pytest.approx(0.0, abs=0.01)
    assert voice.voiced_percent.value == pytest.approx(70.0, abs=2.0)
    assert (voice.start_s, voice.end_s, voice.quality) == (5.0, 15.0, Quality.GOOD)


@pytest.mark.parametrize("pitch_hz", [120.0, 220.0])
def test_a_swinging_voice_has_its_spread(pitch_hz: float) -> None:
    voice = measure_voice(speech(pitch_hz, swing_semitones=1.0), SOUND_HZ, VOICE)

    spoken = np.sin(2.0 * np.pi * 0.5 * np.arange(0.0, 1.4, 0.01))
    assert voice.pitch_spread_semitones.value == pytest.approx(float(np.std(spoken)), abs=0.05)


def test_half_the_pressure_is_six_decibels_less() -> None:
    loud, soft = (measure_voice(k * speech(120.0), SOUND_HZ, VOICE) for k in (1.0, 0.5))

    assert loud.level_db.value is not None
    assert soft.level_db.value is not None
    assert loud.level_db.value - soft.level_db.value == pytest.approx(6.02, abs=0.1)


@pytest.mark.parametrize(
    ("sound", "rate_hz", "reason"),
    [
        pytest.param(np.zeros(80000), SOUND_HZ, NoValueReason.NO_SIGNAL, id="silence"),
        pytest.param(np.full(80000, np.nan), SOUND_HZ, NoValueReason.NO_SIGNAL, id="all NaN"),
        pytest.param(
            np.random.Generator(np.random.PCG64(2)).normal(0.0, 0.1, 80000),
            SOUND_HZ,
            NoValueReason.NO_SIGNAL,
            id="noise",
        ),
        pytest.param(speech(120.0, length_s=0.05), SOUND_HZ, NoValueReason.TOO_SHORT, id="50 ms"),
        pytest.param(np.empty(0), SOUND_HZ, NoValueReason.TOO_SHORT, id="no samples"),
        pytest.param(speech(120.0), 4000.0, NoValueReason.WRONG_RATE, id="4000 Hz"),
        pytest.param(
            np.clip(20.0 * speech(120.0), -1.0, 1.0),
            SOUND_HZ,
            NoValueReason.ARTEFACTS,
            id="clipped",
        ),
        pytest.param(
            3000.0 * speech(120.0), SOUND_HZ, NoValueReason.OUT_OF_RANGE, id="whole numbers"
        ),
    ],
)
def test_a_bad_sound_has_no_numbers(
    sound: FloatArray, rate_hz: float, reason: NoValueReason
) -> None:
    voice = measure_voice(sound, rate_hz, VOICE)

    values = (voice.pitch_hz, voice.pitch_spread_semitones, voice.level_db, voice.voiced_percent)
    assert {(one.value, one.reason) for one in values} == {(None, reason)}
    assert voice.quality is Quality.HOLD


def test_a_voice_is_compared_with_its_own_rest() -> None:
    rest = resting_pitch(speech(110.0, length_s=180.0), SOUND_HZ, VOICE)

    assert isinstance(rest, SignalBaseline)
    assert rest.median == pytest.approx(12.0, abs=0.02)
    assert normalize(pitch_height(110.0 * 2.0 ** (1.0 / 12.0)), rest) == pytest.approx(
        1.0 / (1.4826 * 0.5), abs=0.05
    )
    assert resting_pitch(speech(110.0), SOUND_HZ, VOICE) is NoValueReason.TOO_SHORT


def test_a_consent_to_be_seen_is_none_to_be_heard() -> None:
    with pytest.raises(CaptureNotPermittedError, match="does not permit measures of the voice"):
        measure_voice(speech(120.0), SOUND_HZ, permission(CaptureKind.FACE))
