"""Simulated listeners as sources: they hear, they answer, they can lose the sensor."""

import numpy as np
import pytest

from data.measures.hrv import measure_window, resting_measures
from data.records.music import MusicalParameters
from data.records.signals import SignalKind, WindowGrade
from interventions.control.expression import parameters_at
from interventions.listeners import ListenerKind
from interventions.sensing.listener import (
    RRListenerSource,
    SimulatedListenerSource,
    rr_listener,
    simulated_listener,
)
from protocols.document import shipped_protocol

MUSIC = shipped_protocol().music
CALM = parameters_at(-0.5, MUSIC, 0)
LIVELY = parameters_at(1.2, MUSIC, 0)


def listen(source: RRListenerSource, music: MusicalParameters, segments: int) -> float:
    """Play segments of 15 seconds and return the arousal at the end."""
    for number in range(segments):
        source.window_at(15.0 * number)
        source.hear(music, 15.0)
    source.window_at(15.0 * segments)
    return source.arousal


def test_sensing_has_begun_before_the_music() -> None:
    measures = measure_window(rr_listener(ListenerKind.ENTRAINMENT, 1).window_at(0.0))

    assert measures.grade is WindowGrade.GOOD


def test_calm_music_leaves_a_listener_calmer_than_lively_music() -> None:
    ends = [
        [listen(rr_listener(ListenerKind.ADDITIVE, seed), music, 40) for seed in range(5)]
        for music in (CALM, LIVELY)
    ]

    assert all(calm < lively - 0.5 for calm, lively in zip(*ends, strict=True))


def test_music_does_nothing_to_a_null_listener() -> None:
    ends = [listen(rr_listener(ListenerKind.NULL, 3), music, 20) for music in (CALM, LIVELY)]

    assert ends[0] == ends[1]


def test_the_same_seed_is_the_same_person_and_the_same_chance() -> None:
    first, second, other = (rr_listener(ListenerKind.ENTRAINMENT, seed) for seed in (5, 5, 6))

    assert first.window_at(30.0) == second.window_at(30.0)
    assert first.window_at(30.0) != other.window_at(30.0)
    assert first.resting_beats() == second.resting_beats()


def test_the_answer_comes_after_what_was_heard() -> None:
    """What is heard from 30 s on changes no beat before."""
    early = []
    for music in (CALM, LIVELY):
        source = rr_listener(ListenerKind.ADDITIVE, 2)
        source.hear(CALM, 30.0)
        source.window_at(30.0)
        source.hear(music, 30.0)
        source.window_at(60.0)
        early.append([t for t in source.window_at(60.0).beats.times_s if t <= 30.0])

    assert early[0] == early[1]


def test_a_rest_is_calm_and_five_minutes_long() -> None:
    rest = rr_listener(ListenerKind.ENTRAINMENT, 4).resting_beats()

    assert rest.times_s[-1] == pytest.approx(300.0, abs=1.5)
    assert resting_measures(rest).reason == ""
    assert rest.kind is SignalKind.SIMULATED


def test_a_sensor_that_loses_contact_leaves_stale_windows_and_gaps() -> None:
    source = rr_listener(ListenerKind.DROPOUT, 7)

    reasons = {measure_window(source.window_at(5.0 * step)).reason for step in range(240)}

    assert {"stale", "gap", ""} <= reasons


@pytest.mark.parametrize("kind", list(ListenerKind))
def test_a_source_says_who_listens(kind: ListenerKind) -> None:
    source = rr_listener(kind, 1)
    source.close()

    assert source.name == f"simulated listener ({kind})"


@pytest.fixture(scope="module")
def heard_ecg() -> SimulatedListenerSource:
    """Return a listener with an ECG after two minutes of music."""
    source = simulated_listener(ListenerKind.ENTRAINMENT, 12)
    for number in range(8):
        source.window_at(15.0 * number)
        source.hear(CALM, 15.0)
    return source


def test_beats_found_in_the_ecg_are_those_of_the_heart(heard_ecg: SimulatedListenerSource) -> None:
    window = heard_ecg.window_at(120.0)
    true_s = np.array(heard_ecg._body.beats_s)  # noqa: SLF001 - the truth is hidden from the loop
    true_ms = np.array(heard_ecg._body.rr_ms)  # noqa: SLF001

    nearest = [int(np.abs(true_s - time_s).argmin()) for time_s in window.beats.times_s]
    errors_ms = np.array(window.beats.rr_ms) - true_ms[nearest]

    assert measure_window(window).grade is WindowGrade.GOOD
    assert len(window.beats.rr_ms) > 60
    assert np.median(np.abs(errors_ms)) < 4.0


def test_an_ecg_listener_answers_music_and_is_reproducible() -> None:
    ends = []
    for music in (CALM, LIVELY, CALM):
        source = simulated_listener(ListenerKind.ADDITIVE, 5)
        for number in range(12):
            source.hear(music, 15.0)
            window = source.window_at(15.0 * (number + 1))
        ends.append((source.arousal, window))
        source.close()

    assert ends[0][0] < ends[1][0]
    assert ends[0] == ends[2]


def test_an_ecg_without_contact_is_flat_and_refused() -> None:
    source = simulated_listener(ListenerKind.DROPOUT, 7)
    begin_s, end_s = source._body._lost[0]  # noqa: SLF001 - the truth is hidden from the loop

    window = source.window_at(begin_s + 7.0)
    flat = source.ecg_between(begin_s + 0.1, min(end_s, begin_s + 7.0))

    assert np.ptp(flat) == 0.0
    assert window.newest_sample_age_s == pytest.approx(7.0)
    assert measure_window(window).grade is WindowGrade.HOLD


def test_a_rest_of_an_ecg_listener_is_calm(heard_ecg: SimulatedListenerSource) -> None:
    assert resting_measures(heard_ecg.resting_beats()).reason == ""
    assert heard_ecg.name == "simulated listener (entrainment)"
