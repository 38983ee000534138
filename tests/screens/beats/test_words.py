"""What the editor says: times, verdicts and their reasons, entries; and the recipe that it prints is the one in force."""

import numpy as np
import pytest

from data.measures.beat_edits import replay
from data.measures.measured_values import HrvName, NoValueReason
from data.measures.spectrum import STANDARD
from data.records.beat_edits import BeatAct, BeatOperation
from data.records.signals import RRSeries, SignalKind
from screens.beats.figures import poincare_figure, quality_figure, quality_windows, spectrum_figure
from screens.beats.kubios import RECIPE_ROWS
from screens.beats.looking import LENGTHS_S, Looking, Prepared, prepare, view_of
from screens.beats.tachogram import describe_tachogram
from screens.beats.words import (
    MEASURES,
    REASONS,
    BeatState,
    beat_in_words,
    clock,
    edit_in_words,
    state_of,
)
from tests.data.storage.examples import BEAT_EDIT
from trials.recordings import OpenedRecording, RecordingEntry, RecordingOrigin


def opened(rr_ms: list[float], *operations: BeatOperation) -> Prepared:
    times_s = (np.cumsum(rr_ms) / 1000.0).round(6).tolist()
    original = RRSeries(times_s=tuple(times_s), rr_ms=tuple(rr_ms), kind=SignalKind.RR)
    entry = RecordingEntry(
        id="LEI-001/import-1",
        participant_id="LEI-001",
        origin=RecordingOrigin.IMPORTED,
        label="File: x",
        recorded_at=None,
        edits=len(operations),
    )
    found = OpenedRecording(
        entry=entry,
        original=original,
        sampling_rate_hz=None,
        edits=(),
        edited=replay(original, operations),
        closed="",
    )
    return prepare(Looking(), found)


def rhythm(beats: int = 420) -> list[float]:
    at = np.arange(beats)
    return [float(one) for one in (800 + 30 * np.sin(1.3 * at) + 20 * np.sin(0.5 * at)).round(3)]


@pytest.mark.parametrize(
    ("seconds", "decimals", "said"),
    [
        (185.25, 0, "3:05"),
        (61.25, 2, "1:01.25"),
        (3725.0, 0, "1:02:05"),
        (-59.2, 0, "−0:59"),
        (59.9999, 2, "1:00.00"),
    ],
)
def test_times_are_minutes_and_seconds(seconds: float, decimals: int, said: str) -> None:
    assert clock(seconds, decimals) == said


def test_a_beat_that_is_left_out_says_why() -> None:
    rr_ms = rhythm()
    rr_ms[100], rr_ms[200] = 1000.0, 2500.0
    prepared = opened(rr_ms)

    assert "left out by the rule: +2" in beat_in_words(prepared, 100)
    assert beat_in_words(prepared, 100).endswith("% from the median of the eleven around it.")
    assert "outside 300 to 2000 ms" in beat_in_words(prepared, 200)
    assert beat_in_words(prepared, 50).endswith("counts.")


def test_every_verdict_of_a_person_has_its_state() -> None:
    rr_ms = rhythm()
    rr_ms[100] = 1000.0
    prepared = opened(
        rr_ms,
        BeatOperation(act=BeatAct.ACCEPT, beat=101),
        BeatOperation(act=BeatAct.REJECT, beat=51),
        BeatOperation(act=BeatAct.MOVE, beat=21, shift_ms=4.0),
    )

    assert [state_of(prepared, place) for place in (100, 50, 20, 10)] == [
        BeatState.ACCEPTED,
        BeatState.REJECTED,
        BeatState.CHANGED,
        BeatState.COUNTS,
    ]


def test_an_entry_names_beats_by_their_number_as_recorded() -> None:
    assert edit_in_words(BEAT_EDIT, 400) == "moved beat 2 by −12.5 ms"
    assert edit_in_words(BEAT_EDIT, 1) == "moved the beat that edit 1 added by −12.5 ms"


def test_every_reason_and_every_measure_of_the_table_has_words() -> None:
    assert set(REASONS) == set(NoValueReason)
    assert set(MEASURES) < set(HrvName)


def test_the_recipe_that_is_printed_is_the_one_in_force() -> None:
    printed = {row.step: row.ours for row in RECIPE_ROWS}

    assert f"{STANDARD.samples_per_s:g} Hz" in printed["Interpolation"]
    assert f"{STANDARD.transform_samples} samples" in printed["Window"]
    assert "more than 20 % from the median of 11 beats" in printed["Artefact rule"]
    assert "LF 0.04-0.15" in printed["Bands, Hz"]


def test_figures_say_in_words_what_they_show() -> None:
    prepared = opened(rhythm())
    view = view_of(Looking(), prepared)

    spectrum, poincare = spectrum_figure(view), poincare_figure(view)
    quality = quality_figure(quality_windows(prepared))

    assert spectrum is not None
    assert poincare is not None
    sd1 = view.shown.window.measure(HrvName.SD1_MS).value
    assert f"SD1 {sd1:.1f} ms" in poincare.alternative
    assert [row.stub for row in spectrum.table.rows] == ["VLF", "LF", "HF"]
    assert "5 windows of 1 min: 5 good" in quality.alternative
    assert "none left out" in describe_tachogram(prepared, view)


def test_what_is_on_view_costs_as_much_whatever_the_recording_is() -> None:
    """Eight hours: the stretch on view holds the beats of its own minutes only."""
    prepared = opened(rhythm(36_000))
    here = Looking(start_s=14_400.0, length_s=LENGTHS_S[3])

    view = view_of(here, prepared)

    assert 370 < len(view.places) < 380
    assert view.shown.beats.rr_ms.size == len(view.places)
