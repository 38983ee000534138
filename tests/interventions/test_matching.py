"""How alike two arms' music is: features, standardized differences, equivalence."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from data.records.sessions import RestingBaseline
from interventions.arms.definition import arm_definition
from interventions.delivery.renderer import AdditiveRenderer, SilentRenderer, empty_tail
from interventions.listeners import ListenerKind
from interventions.loop_values import LoopPlan
from interventions.matching import (
    UnknownFeatureError,
    compare_equivalence,
    compare_music,
    standardized_difference,
    variance_ratio,
)
from interventions.music_features import (
    SegmentFeatures,
    SessionFeatures,
    measure_segment,
    measure_session,
)
from interventions.runner import run_session
from interventions.sensing.listener import rr_listener
from protocols.document import shipped_protocol
from protocols.music import MatchBound, MatchSpecification
from tests.interventions.composition.test_rules import CALM, compose

RATE = 44100
SEGMENT = SegmentFeatures(
    duration_s=10.0,
    tempo_bpm=60.0,
    major=1.0,
    note_density_per_s=2.0,
    register=64.0,
    parts=4,
    articulation=0.9,
    dynamics=52.0,
    loudness_lufs=-23.0,
    dynamic_range_lu=4.0,
    spectral_centroid_hz=300.0,
)
SESSION = measure_session([SEGMENT])


def sessions(feature: str, values: np.ndarray) -> list[SessionFeatures]:
    return [replace(SESSION, **{feature: float(value)}) for value in values]


def specification(*bounds: MatchBound) -> MatchSpecification:
    return MatchSpecification(bounds=bounds, maximum_standardized_difference=0.1)


def test_features_of_a_segment_are_those_it_was_composed_with() -> None:
    (score,) = compose(CALM, segments=1)
    rendered = AdditiveRenderer().render(
        score, empty_tail(), frames=16 * RATE, fade_in_frames=0, fade_out_frames=0
    )

    features = measure_segment(score, rendered.pcm, RATE)

    assert (features.tempo_bpm, features.parts, features.duration_s) == (60.0, 4, 16.0)
    assert features.note_density_per_s == pytest.approx(CALM.note_density_per_s, rel=0.15)
    assert features.register == pytest.approx(CALM.register, abs=3.0)
    assert features.loudness_lufs == pytest.approx(-23.0, abs=0.1)
    assert 100.0 < (features.spectral_centroid_hz or 0.0) < 1000.0


def test_features_of_the_sound_are_unknown_without_sound() -> None:
    (score,) = compose(CALM, segments=1)

    features = measure_segment(score, None, RATE)

    assert (features.loudness_lufs, features.spectral_centroid_hz) == (None, None)


def test_detached_notes_have_a_lower_articulation() -> None:
    shares = [
        measure_segment(
            compose(replace(CALM, articulation=share), segments=1)[0], None, RATE
        ).articulation
        for share in (0.5, 0.75, 1.0)
    ]

    assert shares == sorted(set(shares), key=lambda share: share or 0.0)


def test_features_of_a_segment_without_notes_say_so() -> None:
    empty = replace(compose(CALM, segments=1)[0], notes=())

    features = measure_segment(empty, None, RATE)

    assert (features.note_density_per_s, features.parts) == (0.0, 0)
    assert (features.register, features.articulation, features.dynamics) == (None, None, None)


def test_a_session_weights_its_segments_by_their_length() -> None:
    short = replace(SEGMENT, tempo_bpm=60.0, duration_s=10.0)
    long = replace(SEGMENT, tempo_bpm=72.0, duration_s=30.0, loudness_lufs=None)

    session = measure_session([short, long])

    assert session.duration_s == 40.0
    assert session.tempo_bpm == pytest.approx(69.0)
    assert session.loudness_lufs == -23.0


def test_the_standardized_difference_is_the_difference_over_the_common_spread() -> None:
    assert standardized_difference([3.0, 5.0], [1.0, 3.0]) == pytest.approx(2.0 / np.sqrt(2.0))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param([1.0, 1.0], [1.0, 1.0], 0.0, id="no spread, no difference"),
        pytest.param([1.0, 1.0], [2.0, 2.0], None, id="no spread, a difference"),
        pytest.param([1.0], [2.0, 3.0], None, id="one session"),
    ],
)
def test_a_standardized_difference_without_spread(
    a: list[float], b: list[float], expected: float | None
) -> None:
    assert standardized_difference(a, b) == expected


def test_the_variance_ratio_is_a_over_b() -> None:
    assert variance_ratio([0.0, 4.0], [0.0, 2.0]) == pytest.approx(4.0)
    assert variance_ratio([0.0, 4.0], [2.0, 2.0]) is None


def test_two_one_sided_tests_equal_two_welch_tests() -> None:
    chance = np.random.default_rng(5)
    a, b = chance.normal(60.0, 2.0, 30), chance.normal(60.5, 3.0, 25)

    result = compare_equivalence(list(a), list(b), 4.0)

    lower = stats.ttest_ind(a + 4.0, b, equal_var=False, alternative="greater").pvalue
    upper = stats.ttest_ind(a - 4.0, b, equal_var=False, alternative="less").pvalue
    assert result.p == pytest.approx(max(lower, upper), rel=1e-6)
    assert result.equivalent is True


def test_too_few_sessions_are_not_shown_to_be_equivalent() -> None:
    chance = np.random.default_rng(5)

    result = compare_equivalence(
        list(chance.normal(60.0, 8.0, 4)), list(chance.normal(60.0, 8.0, 4)), 4.0
    )

    assert result.equivalent is False


@pytest.mark.parametrize(
    ("a", "b", "bound", "equivalent", "because"),
    [
        pytest.param([1.0, 1.0], [1.0, 1.0], 0.0, True, "identical", id="zero bound, identical"),
        pytest.param([1.0, 1.0], [1.0, 1.1], 0.0, False, "identical", id="zero bound, different"),
        pytest.param([1.0, 1.0], [1.2, 1.2], 0.5, True, "no spread", id="no spread, near"),
        pytest.param([1.0, 1.0], [2.0, 2.0], 0.5, False, "no spread", id="no spread, far"),
        pytest.param([1.0], [1.0, 2.0], 0.5, None, "fewer than two", id="one session"),
        pytest.param([], [1.0, 2.0], 0.5, None, "not measured", id="no session"),
    ],
)
def test_what_cannot_be_tested_says_why(
    a: list[float],
    b: list[float],
    bound: float,
    equivalent: bool | None,  # noqa: FBT001 - the expected verdict
    because: str,
) -> None:
    result = compare_equivalence(a, b, bound)

    assert (result.p, result.equivalent) == (None, equivalent)
    assert because in result.reason


def test_a_bound_in_percent_is_of_the_mean_of_the_second_group() -> None:
    chance = np.random.default_rng(2)
    report = compare_music(
        sessions("spectral_centroid_hz", chance.normal(310.0, 12.0, 40)),
        sessions("spectral_centroid_hz", chance.normal(300.0, 12.0, 40)),
        specification(MatchBound(feature="spectral_centroid", bound=10.0, unit="percent")),
    )

    (comparison,) = report.comparisons
    assert comparison.equivalence.bound == pytest.approx(30.0, abs=1.0)
    assert comparison.equivalence.equivalent is True


def test_a_small_shift_can_be_equivalent_and_still_out_of_balance() -> None:
    steps = np.linspace(-1.0, 1.0, 40)
    report = compare_music(
        sessions("tempo_bpm", 60.0 + steps),
        sessions("tempo_bpm", 61.0 + steps),
        specification(MatchBound(feature="tempo_bpm", bound=4.0, unit="bpm")),
    )

    assert (report.equivalent, report.balanced) == (True, False)


def test_identical_music_is_equivalent_and_balanced() -> None:
    values = np.linspace(58.0, 62.0, 20)
    bounds = (
        MatchBound(feature="tempo_bpm", bound=4.0, unit="bpm"),
        MatchBound(feature="duration_s", bound=0.0, unit="s"),
    )

    report = compare_music(
        sessions("tempo_bpm", values), sessions("tempo_bpm", values), specification(*bounds)
    )

    assert (report.equivalent, report.balanced) == (True, True)


def session_of(arm: str, seed: int) -> SessionFeatures:
    """Run a session of the shipped protocol's arm with a simulated listener, without sound."""
    protocol = shipped_protocol()
    plan = LoopPlan(
        session_id=f"session-{seed}",
        arm=arm_definition(arm),
        music=protocol.music,
        safety_rules=protocol.safety_rules,
        baseline=RestingBaseline(
            heart_rate_bpm=70.0,
            heart_rate_scale_bpm=5.0,
            ln_rmssd=3.4,
            ln_rmssd_scale=0.35,
            source="recorded",
        ),
        seed=seed,
        duration_s=1200.0,
        software_version="test",
    )
    kind = (ListenerKind.ENTRAINMENT, ListenerKind.ADDITIVE, ListenerKind.NULL)[seed % 3]
    passes = run_session(plan, rr_listener(kind, seed), SilentRenderer())
    return measure_session([measure_segment(made.score, None, RATE) for made in passes])


def test_the_shipped_arms_are_alike_in_tempo_and_density_on_average() -> None:
    adaptive, matched = (
        [session_of(arm, seed) for seed in range(18)] for arm in ("adaptive", "matched_fixed")
    )

    for bound in shipped_protocol().matching.bounds[:2]:
        mean_a, mean_b = (
            np.mean([getattr(session, bound.feature) for session in arm])
            for arm in (adaptive, matched)
        )
        assert abs(mean_a - mean_b) <= bound.bound, bound.feature


def test_a_feature_that_is_not_measured_is_refused() -> None:
    with pytest.raises(UnknownFeatureError, match="no feature 'groove'"):
        compare_music(
            [SESSION],
            [SESSION],
            specification(MatchBound(feature="groove", bound=1.0, unit="points")),
        )
