"""Bounds and limits of change: what no plan and no history leaves."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from data.records.music import MusicalParameters
from interventions.control.bounds import limit
from interventions.control.expression import neutral_default, parameters_at
from interventions.control.safety import HOLD, LIMIT, NEUTRAL, RISE, TELL, override
from protocols.document import shipped_protocol
from protocols.music import MusicPlan, ParameterRange

MUSIC = shipped_protocol().music
MIDDLE = neutral_default(MUSIC, 0)
WIDEST = {
    "tempo_bpm": (30.0, 200.0),
    "note_density_per_s": (0.1, 10.0),
    "brightness": (0.0, 1.0),
    "register": (30.0, 90.0),
    "dynamics": (10.0, 120.0),
    "articulation": (0.3, 1.2),
    "dissonance": (0.0, 1.0),
    "voices": (1.0, 5.0),
}


@st.composite
def ranges(draw: st.DrawFn, parameter: str) -> ParameterRange:
    """Draw bounds and a limit of change."""
    lowest, highest = WIDEST[parameter]
    whole = parameter == "voices"
    numbers = (
        st.integers(1, 5).map(float) if whole else st.floats(min_value=lowest, max_value=highest)
    )
    ends = sorted((draw(numbers), draw(numbers)))
    change = 1.0 if whole else draw(st.floats(min_value=0.01, max_value=highest - lowest))
    return ParameterRange(
        parameter=parameter, minimum=ends[0], maximum=ends[1], maximum_change=change
    )


@st.composite
def music_plans(draw: st.DrawFn) -> MusicPlan:
    """Draw a therapist's plan."""
    chosen = draw(st.lists(st.sampled_from(sorted(WIDEST)), unique=True))
    return replace(MUSIC, ranges=tuple(draw(ranges(name)) for name in chosen))


@st.composite
def wishes(draw: st.DrawFn) -> MusicalParameters:
    """Draw what a policy may want, however wild."""
    wanted: dict[str, Any] = {
        name: draw(st.floats(min_value=lowest - 50.0, max_value=highest + 50.0))
        for name, (lowest, highest) in WIDEST.items()
        if name != "voices"
    }
    return replace(MIDDLE, voices=draw(st.integers(-3, 12)), **wanted)


@settings(max_examples=500, deadline=None)
@given(music_plans(), st.lists(wishes(), min_size=1, max_size=6))
def test_no_history_of_wishes_leaves_the_bounds_or_exceeds_the_limits_of_change(
    music: MusicPlan, history: list[MusicalParameters]
) -> None:
    previous: MusicalParameters | None = None
    for wanted in history:
        applied, changes = limit(wanted, previous, music)

        for one in music.ranges:
            value = getattr(applied, one.parameter)
            assert one.minimum - 1e-9 <= value <= one.maximum + 1e-9
            if previous is not None:
                moved = abs(value - getattr(previous, one.parameter))
                assert moved <= one.maximum_change + 1e-9
        assert {change.parameter for change in changes} == {
            one.parameter
            for one in music.ranges
            if getattr(applied, one.parameter) != getattr(wanted, one.parameter)
        }
        previous = applied


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(min_value=-3.0, max_value=3.0),
            st.sampled_from(["", HOLD, NEUTRAL, TELL, RISE, LIMIT]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_history_of_safety_rules_leaves_the_bounds_or_exceeds_the_limits_of_change(
    history: list[tuple[float, str]],
) -> None:
    previous: MusicalParameters | None = None
    for level, rule in history:
        allowed, _ = limit(parameters_at(level, MUSIC, 0), previous, MUSIC)
        applied, _ = override(rule, allowed, previous, MUSIC, 0)

        for one in MUSIC.ranges:
            value = getattr(applied, one.parameter)
            assert one.minimum - 1e-9 <= value <= one.maximum + 1e-9
            if previous is not None:
                assert abs(value - getattr(previous, one.parameter)) <= one.maximum_change + 1e-9
        previous = applied


def test_what_is_allowed_is_left_alone() -> None:
    assert limit(MIDDLE, None, MUSIC) == (MIDDLE, ())


def test_each_alteration_says_what_caused_it() -> None:
    wanted = replace(MIDDLE, tempo_bpm=140.0, register=63.0)

    _, at_first = limit(wanted, None, MUSIC)
    _, later = limit(wanted, MIDDLE, MUSIC)

    assert [(c.parameter, c.proposed, c.applied, c.because) for c in at_first] == [
        ("tempo_bpm", 140.0, 100.0, "bound")
    ]
    assert [(c.parameter, c.applied, c.because) for c in later] == [
        ("tempo_bpm", MIDDLE.tempo_bpm + 3.0, "change_limit")
    ]


def test_voices_stay_a_whole_number() -> None:
    voices = ParameterRange(parameter="voices", minimum=2, maximum=4, maximum_change=1)

    applied, _ = limit(replace(MIDDLE, voices=9), None, replace(MUSIC, ranges=(voices,)))

    assert applied.voices == 4
    assert isinstance(applied.voices, int)
