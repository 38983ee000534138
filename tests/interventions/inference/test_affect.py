"""The second model of affect: each signal by its quality, valence from words alone, and nothing from what is not there."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.records.sessions import ListenerState, Observation, SelfReport
from data.records.signals import (
    MeasuredStream,
    RestingValue,
    StreamMeasure,
    WindowGrade,
    WindowMeasures,
)
from interventions.inference.affect import MODEL, NOTHING_SENSED, Belief, Sensed, infer
from interventions.inference.affect_model import AROUSAL_VARIANCE
from tests.simulators.affect_truth import BASELINE

REST = (
    RestingValue(measure=StreamMeasure.SKIN_LEVEL, median=4.0, scale=0.5),
    RestingValue(measure=StreamMeasure.SKIN_RESPONSES, median=2.0, scale=1.5),
    RestingValue(measure=StreamMeasure.RESPIRATION_RATE, median=14.0, scale=1.5),
    RestingValue(measure=StreamMeasure.OXYGEN_SATURATION, median=98.0, scale=0.8),
)
NO_STREAMS: tuple[MeasuredStream, ...] = ()


def heart(grade: WindowGrade = WindowGrade.GOOD, z: float = 0.0) -> WindowMeasures:
    """Return a window whose heart says the same by its rate and its variability."""
    held = grade is WindowGrade.HOLD
    return WindowMeasures(
        grade=grade,
        reason="" if grade is WindowGrade.GOOD else "artefacts",
        heart_rate_bpm=None if held else 70.0 + 3.0 * z,
        ln_rmssd=3.4 - 0.22 * z if grade is WindowGrade.GOOD else None,
        flagged_share=0.0,
        covered_share=1.0,
        valid_pairs=70,
    )


def stream(
    measure: StreamMeasure, value: float | None, grade: WindowGrade = WindowGrade.GOOD
) -> MeasuredStream:
    return MeasuredStream(
        measure=measure,
        value=value,
        unit="",
        grade=grade,
        reason="" if grade is WindowGrade.GOOD else "artefacts",
    )


SKIN = stream(StreamMeasure.SKIN_LEVEL, 5.0)
BREATHING = stream(StreamMeasure.RESPIRATION_RATE, 17.0)
OXYGEN = stream(StreamMeasure.OXYGEN_SATURATION, 92.0)
LOST = replace(SKIN, value=None, grade=WindowGrade.HOLD, reason="stale")


def one_pass(
    before: Belief,
    measures: WindowMeasures,
    *streams: MeasuredStream,
    now_s: float = 0.0,
    report: SelfReport | None = None,
    rest: tuple[RestingValue, ...] = REST,
) -> tuple[Belief, ListenerState]:
    sensed = Sensed(
        measures=replace(measures, streams=streams), rest=rest, now_s=now_s, report=report
    )
    return infer(before, sensed, BASELINE)


def named(state: ListenerState, of: str) -> Observation:
    return next(one for one in state.observations if one.of == of)


def test_rest_is_zero_and_the_record_names_its_model() -> None:
    _, state = one_pass(NOTHING_SENSED, heart())

    assert state.arousal == 0.0
    assert state.model == MODEL
    assert (state.valence, state.valence_sd) == (None, None)
    assert not state.held


@pytest.mark.parametrize(
    ("raised", "of"),
    [
        pytest.param(SKIN, "skin_conductance_level", id="a raised skin level"),
        pytest.param(
            stream(StreamMeasure.SKIN_RESPONSES, 6.0),
            "skin_conductance_responses",
            id="more skin responses",
        ),
        pytest.param(BREATHING, "respiration_rate", id="faster breathing"),
    ],
)
def test_each_stream_that_is_raised_means_arousal_and_says_how_much_it_moved(
    raised: MeasuredStream, of: str
) -> None:
    _, without = one_pass(NOTHING_SENSED, heart())
    _, state = one_pass(NOTHING_SENSED, heart(), raised)

    assert state.arousal > without.arousal
    assert state.arousal_sd < without.arousal_sd
    assert named(state, of).counted
    assert named(state, of).moved == pytest.approx(state.arousal - without.arousal)


def test_the_moves_of_all_signals_add_up_to_the_estimate() -> None:
    said = SelfReport(tension=80.0)

    _, state = one_pass(NOTHING_SENSED, heart(z=1.0), SKIN, BREATHING, report=said)

    assert sum(one.moved for one in state.observations) == pytest.approx(state.arousal)


def test_oxygen_is_shown_with_its_distance_from_rest_and_moves_nothing() -> None:
    _, without = one_pass(NOTHING_SENSED, heart(z=1.0))
    _, state = one_pass(NOTHING_SENSED, heart(z=1.0), OXYGEN)

    assert state.arousal == without.arousal
    assert named(state, "oxygen_saturation").z == -4.0
    assert not named(state, "oxygen_saturation").counted
    assert named(state, "oxygen_saturation").reason == "not_of_arousal"


def test_a_stream_without_a_rest_before_the_music_does_not_count_and_says_so() -> None:
    _, without = one_pass(NOTHING_SENSED, heart())
    _, state = one_pass(NOTHING_SENSED, heart(), SKIN, rest=())

    assert state.arousal == without.arousal
    assert named(state, "skin_conductance_level").z is None
    assert named(state, "skin_conductance_level").reason == "no_rest"


def test_the_rest_is_that_of_the_first_window_for_the_whole_session() -> None:
    first, _ = one_pass(NOTHING_SENSED, heart(), SKIN)

    _, state = one_pass(first, heart(), SKIN, now_s=15.0, rest=())

    assert named(state, "skin_conductance_level").z == 2.0


def test_one_stream_that_fails_stops_no_other() -> None:
    _, state = one_pass(NOTHING_SENSED, heart(), LOST, BREATHING)

    assert not named(state, "skin_conductance_level").counted
    assert named(state, "skin_conductance_level").reason == "stale"
    assert named(state, "respiration_rate").counted
    assert named(state, "heart_rate").counted


def test_without_a_heart_the_other_signals_go_on_and_the_loop_is_told_that_the_heart_is_on_hold() -> (
    None
):
    _, state = one_pass(NOTHING_SENSED, heart(WindowGrade.HOLD), BREATHING)

    assert state.quality is WindowGrade.HOLD
    assert not state.held
    assert state.arousal > 0.0


def test_uncertainty_grows_while_nothing_is_sensed_and_never_beyond_what_was_unknown_at_first() -> (
    None
):
    belief, _ = one_pass(NOTHING_SENSED, heart(z=2.0), SKIN, BREATHING)
    sds = []
    for number in range(1, 240):
        belief, state = one_pass(
            belief,
            heart(WindowGrade.HOLD),
            LOST,
            replace(LOST, measure=StreamMeasure.RESPIRATION_RATE),
            now_s=15.0 * number,
        )
        assert state.held
        sds.append(state.arousal_sd)

    assert all(later > earlier for earlier, later in pairwise(sds[:60]))
    assert sds[-1] == pytest.approx(math.sqrt(AROUSAL_VARIANCE), rel=1e-3)


def test_a_degraded_heart_counts_its_rate_only_and_less() -> None:
    good, _ = one_pass(NOTHING_SENSED, heart(z=2.0))
    degraded, state = one_pass(NOTHING_SENSED, heart(WindowGrade.DEGRADED, z=2.0))

    assert 0.0 < degraded.state.arousal < good.state.arousal
    assert degraded.state.variance > good.state.variance
    assert named(state, "heart_rate").counted
    assert not named(state, "ln_rmssd").counted


def test_a_signal_that_comes_back_is_degraded_first_and_good_after_that() -> None:
    belief, _ = one_pass(NOTHING_SENSED, heart())
    qualities = []
    for number, grade in enumerate(
        [WindowGrade.HOLD, WindowGrade.GOOD, WindowGrade.GOOD, WindowGrade.GOOD], 1
    ):
        belief, state = one_pass(belief, heart(grade), now_s=15.0 * number)
        qualities.append(state.quality)

    assert qualities == [
        WindowGrade.HOLD,
        WindowGrade.DEGRADED,
        WindowGrade.GOOD,
        WindowGrade.GOOD,
    ]


def test_artefacts_that_inflate_variability_are_not_rewarded() -> None:
    inflated = replace(heart(), ln_rmssd=3.4 + math.log(3.2))

    _, without = one_pass(NOTHING_SENSED, replace(heart(), ln_rmssd=None))
    _, state = one_pass(NOTHING_SENSED, inflated)

    assert state.arousal == without.arousal
    assert named(state, "ln_rmssd").reason == "suspect"


def test_what_the_participant_says_is_trusted_more_than_the_heart() -> None:
    _, by_heart = one_pass(NOTHING_SENSED, heart(z=1.0))
    _, by_words = one_pass(NOTHING_SENSED, heart(WindowGrade.HOLD), report=SelfReport(tension=75.0))

    assert by_words.arousal_sd < one_pass(NOTHING_SENSED, heart(WindowGrade.DEGRADED))[1].arousal_sd
    assert by_words.arousal > 0.5
    assert by_heart.arousal > 0.0


def test_the_affect_grid_asks_for_arousal_itself_and_goes_before_tension() -> None:
    both = SelfReport(tension=0.0, arousal=7.0)

    _, state = one_pass(NOTHING_SENSED, heart(WindowGrade.HOLD), report=both)

    assert named(state, "self_report").z == 1.0


def test_what_was_said_long_ago_counts_less() -> None:
    now = SelfReport(arousal=9.0)

    _, fresh = one_pass(NOTHING_SENSED, heart(WindowGrade.HOLD), report=now)
    _, old = one_pass(NOTHING_SENSED, heart(WindowGrade.HOLD), report=replace(now, age_s=900.0))

    assert 0.0 < old.arousal < fresh.arousal
    assert old.arousal_sd > fresh.arousal_sd


@given(
    rate_z=st.floats(-4.0, 4.0),
    skin_us=st.floats(0.05, 60.0),
    breaths=st.floats(4.2, 36.0),
    tension=st.floats(0.0, 100.0),
)
@settings(max_examples=50, deadline=None)
def test_no_heart_no_skin_no_breath_and_no_tension_ever_says_anything_of_valence(
    rate_z: float, skin_us: float, breaths: float, tension: float
) -> None:
    belief, unknown = one_pass(
        NOTHING_SENSED,
        heart(z=rate_z),
        replace(SKIN, value=skin_us),
        replace(BREATHING, value=breaths),
        report=SelfReport(tension=tension),
    )
    pleased, known = one_pass(belief, heart(z=rate_z), now_s=15.0, report=SelfReport(pleasure=8.0))
    _, calm = one_pass(pleased, heart(z=-rate_z), now_s=30.0)
    _, tense = one_pass(pleased, heart(z=rate_z), now_s=30.0)

    assert unknown.valence is None
    assert known.valence is not None
    assert known.valence > 0.0
    assert calm.valence == tense.valence
    assert calm.valence_sd == tense.valence_sd


def test_valence_becomes_uncertain_again_after_it_was_said() -> None:
    belief, said = one_pass(NOTHING_SENSED, heart(), report=SelfReport(pleasure=8.0))
    _, later = one_pass(belief, heart(), now_s=600.0)

    assert said.valence is not None
    assert later.valence is not None
    assert 0.0 < later.valence < said.valence
    assert (later.valence_sd or 0.0) > (said.valence_sd or 0.0)


def test_once_a_second_or_every_fifteen_the_same_minute_tells_about_as_much() -> None:
    def after_a_minute(step_s: float) -> float:
        belief = NOTHING_SENSED
        for number in range(int(60.0 / step_s) + 1):
            belief, state = one_pass(belief, heart(z=1.0), SKIN, BREATHING, now_s=step_s * number)
        return state.arousal_sd

    assert after_a_minute(1.0) == pytest.approx(after_a_minute(15.0), rel=0.12)
