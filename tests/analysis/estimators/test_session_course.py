"""Courses over sessions: balanced data by hand, and fits that cannot be trusted."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.frame import Comparison
from analysis.estimators.session_course import (
    RandomEffects,
    SessionColumns,
    SessionOutcomes,
    estimate_session_course,
    session_outcomes,
)
from analysis.results import NotEstimableError

_GENERATOR = np.random.default_rng(7)
_PEOPLE = np.repeat(np.arange(24), 6)
_SESSION = np.tile(np.arange(1.0, 7.0), 24)
_FIRST = _PEOPLE % 2 == 1
_LEVEL = _GENERATOR.normal(size=24)[_PEOPLE]
DATA = SessionOutcomes(
    outcome=tuple(
        (_LEVEL - 0.4 * _FIRST * (_SESSION - 3.5) + _GENERATOR.normal(size=144) / 2).tolist()
    ),
    participant=tuple(f"P{number}" for number in _PEOPLE),
    session=tuple(_SESSION.tolist()),
    arm=tuple("X" if first else "Y" for first in _FIRST),
    first="X",
    second="Y",
)


def test_complete_data_give_the_difference_of_means_and_of_slopes() -> None:
    found = estimate_session_course(DATA, RandomEffects.INTERCEPT, confidence_level=0.95)

    outcome = np.array(DATA.outcome)
    means = outcome[_FIRST].mean() - outcome[~_FIRST].mean()
    slopes = [np.polyfit(_SESSION[arm], outcome[arm], 1)[0] for arm in (_FIRST, ~_FIRST)]
    assert found.at_middle.estimate == pytest.approx(means)
    assert found.per_session.estimate == pytest.approx(slopes[0] - slopes[1])
    assert found.middle_session == 3.5
    assert [arm.n for arm in found.at_middle.arms] == [12, 12]


def test_the_error_of_the_arms_is_that_of_participant_means() -> None:
    found = estimate_session_course(DATA, RandomEffects.INTERCEPT, confidence_level=0.95)

    means = pd.Series(DATA.outcome).groupby(list(DATA.participant)).mean()
    arm = pd.Series(DATA.arm).groupby(list(DATA.participant)).first()
    variances = [float(means[arm == name].var()) for name in ("X", "Y")]
    by_hand = (sum(variances) / 2 * (1 / 12 + 1 / 12)) ** 0.5
    assert found.at_middle.standard_error == pytest.approx(by_hand, rel=1e-8)


def test_people_who_do_not_differ_leave_no_random_intercept() -> None:
    signs = np.tile([1.0, -1.0, 1.0, -1.0, 1.0, -1.0], 24) + 0.1 * _SESSION

    with pytest.raises(NotEstimableError, match="random effects"):
        estimate_session_course(
            replace(DATA, outcome=tuple(signs.tolist())),
            RandomEffects.INTERCEPT,
            confidence_level=0.95,
        )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(replace(DATA, arm=("X",) * 144), "Y has no session", id="empty arm"),
        pytest.param(replace(DATA, session=(1.0,) * 144), "one session only", id="one session"),
        pytest.param(
            replace(DATA, participant=tuple(map(str, range(144)))), "one session only", id="alone"
        ),
        pytest.param(replace(DATA, outcome=(2.0,) * 144), "same value", id="constant"),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(data: SessionOutcomes, reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        estimate_session_course(data, RandomEffects.INTERCEPT, confidence_level=0.95)


def test_a_data_frame_gives_the_sessions() -> None:
    frame = pd.DataFrame(
        {"ID": ["a", "a", "b"], "S": [1, 2, 1], "ARM": ["A", "A", "B"], "Y": [1.0, None, 3.0]}
    )
    columns = SessionColumns(
        outcome="Y",
        participant="ID",
        session="S",
        comparison=Comparison(column="ARM", first="A", second="B"),
    )

    data = session_outcomes(frame, columns)

    assert (data.participant, data.session, data.outcome) == (("a", "b"), (1.0, 1.0), (1.0, 3.0))


def test_compound_symmetry_has_the_exact_error_of_participant_means() -> None:
    found = estimate_session_course(DATA, RandomEffects.COMPOUND_SYMMETRY, confidence_level=0.95)

    means = pd.Series(DATA.outcome).groupby(list(DATA.participant)).mean()
    arm = pd.Series(DATA.arm).groupby(list(DATA.participant)).first()
    variances = [float(means[arm == name].var()) for name in ("X", "Y")]
    by_hand = (sum(variances) / 2 * (1 / 12 + 1 / 12)) ** 0.5
    assert found.at_middle.standard_error == pytest.approx(by_hand, rel=1e-8)
    assert found.at_middle.df == pytest.approx(22, rel=1e-6)


def test_compound_symmetry_is_the_random_intercept_where_people_differ() -> None:
    kept = _GENERATOR.random(144) < 0.8
    gaps = replace(
        DATA,
        outcome=tuple(np.array(DATA.outcome)[kept].tolist()),
        participant=tuple(np.array(DATA.participant)[kept].tolist()),
        session=tuple(np.array(DATA.session)[kept].tolist()),
        arm=tuple(np.array(DATA.arm)[kept].tolist()),
    )

    one, two = (
        estimate_session_course(gaps, effects, confidence_level=0.95)
        for effects in (RandomEffects.INTERCEPT, RandomEffects.COMPOUND_SYMMETRY)
    )

    assert two.at_middle.estimate == pytest.approx(one.at_middle.estimate, rel=1e-8)
    assert two.between_variance == pytest.approx(one.between_variance, rel=1e-8)


def test_people_who_do_not_differ_have_a_course_under_compound_symmetry() -> None:
    signs = np.tile([1.0, -1.0, 1.0, -1.0, 1.0, -1.0], 24) + 0.1 * _SESSION
    alike = replace(DATA, outcome=tuple((signs + _GENERATOR.normal(size=144) / 10).tolist()))

    found = estimate_session_course(alike, RandomEffects.COMPOUND_SYMMETRY, confidence_level=0.95)

    assert found.between_variance < 0
    assert found.at_middle.p is not None


def test_slopes_that_follow_from_the_levels_are_refused() -> None:
    noise = np.random.default_rng(3).normal(size=144)
    outcome = _LEVEL * (1 + 0.2 * (_SESSION - 3.5)) * 3 + noise

    with pytest.raises(NotEstimableError, match="no proper covariance: let only the level differ"):
        estimate_session_course(
            replace(DATA, outcome=tuple(outcome.tolist())),
            RandomEffects.INTERCEPT_AND_SLOPE,
            confidence_level=0.95,
        )


def test_slopes_of_complete_data_have_the_exact_error_of_each_persons_slope() -> None:
    own = np.random.default_rng(5).normal(size=24)[_PEOPLE]
    outcome = np.array(DATA.outcome) + own * (_SESSION - 3.5)

    found = estimate_session_course(
        replace(DATA, outcome=tuple(outcome.tolist())),
        RandomEffects.INTERCEPT_AND_SLOPE,
        confidence_level=0.95,
    )

    slopes = np.array(
        [np.polyfit(_SESSION[p == _PEOPLE], outcome[p == _PEOPLE], 1)[0] for p in range(24)]
    )
    variances = [slopes[half::2].var(ddof=1) for half in (0, 1)]
    assert found.per_session.standard_error == pytest.approx(
        (sum(variances) / 2 * (1 / 12 + 1 / 12)) ** 0.5, rel=1e-8
    )
    assert found.per_session.df == pytest.approx(22, rel=1e-6)
