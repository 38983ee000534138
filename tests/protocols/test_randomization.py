"""Which stratum a score belongs to."""

import pytest

from protocols.document import shipped_protocol

SEVERITY = shipped_protocol().randomization.factors[1]


@pytest.mark.parametrize(
    ("score", "level"),
    [
        pytest.param(10, "moderate", id="at the inclusion threshold"),
        pytest.param(14, "moderate", id="last of the lower level"),
        pytest.param(14.4, "moderate", id="prorated, rounded down"),
        pytest.param(14.5, "severe", id="prorated, rounded half up"),
        pytest.param(15, "severe", id="first of the upper level"),
        pytest.param(21, "severe", id="highest score"),
        pytest.param(6, "moderate", id="fell below the threshold since screening"),
    ],
)
def test_every_score_has_exactly_one_level(score: float, level: str) -> None:
    assert SEVERITY.level_for(score).code == level
