"""The signals and the estimate in words, the same in every arm."""

from dataclasses import replace

from data.records.sessions import SessionState
from data.records.signals import WindowGrade
from screens.published import Published
from screens.signal_words import NOT_YET, SignalRow, estimate_of, rows_of
from trials.sessions.status import SignalShown

SHOWN = Published(
    state=SessionState.RUNNING,
    paused=False,
    listened_s=30.0,
    planned_s=1200.0,
    heart_rate_bpm=70.0,
    ln_rmssd=3.4,
    signal="good",
    signal_reason="",
    sample_age_s=0.5,
    coordinator_needed=False,
    attention="",
    arousal=0.4,
    arousal_sd=0.5,
    valence=None,
    valence_sd=None,
    signals=(),
)


def test_the_estimate_is_told_with_its_band_and_what_is_not_known() -> None:
    assert estimate_of(SHOWN) == (
        "Estimated arousal +0.4, with 90 % between \N{MINUS SIGN}0.4 and +1.2. 0 is this person's rest. "
        "How pleasant it feels is not known: only the person can say that."
    )
    assert estimate_of(replace(SHOWN, arousal=None)) == NOT_YET


def test_valence_is_told_once_the_person_has_said_something() -> None:
    told = estimate_of(replace(SHOWN, valence=1.0, valence_sd=0.6))

    assert "Valence, from what the person said, +1.0, with 90 % between +0.0 and +2.0." in told


def test_a_row_says_value_quality_and_use() -> None:
    skin = SignalShown(
        of="skin_conductance_level",
        value=4.23,
        unit="μS",
        grade=WindowGrade.GOOD,
        counted=True,
        reason="",
    )
    lost = replace(skin, value=None, grade=WindowGrade.HOLD, counted=False, reason="stale")
    weak = replace(skin, of="heart_rate", value=71.2, unit="beats/min", reason="degraded")

    assert rows_of((skin, lost, weak)) == (
        SignalRow(label="Skin conductance", value="4.2 μS", quality="Good", use="Counts"),
        SignalRow(
            label="Skin conductance",
            value="–",
            quality="Not usable",
            use="Does not count: nothing has arrived for five seconds",
        ),
        SignalRow(
            label="Heart rate", value="71 a minute", quality="Good", use="Counts less: disturbed"
        ),
    )
