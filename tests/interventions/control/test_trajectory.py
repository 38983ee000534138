"""The course of a session: iso from where the listener is, compensatory from the aim."""

from dataclasses import replace

import pytest

from interventions.control.trajectory import target_arousal
from protocols.document import shipped_protocol
from protocols.music import Trajectory

ISO = replace(shipped_protocol().music, trajectory=Trajectory.ISO, target_arousal=-0.6)


@pytest.mark.parametrize(
    ("progress", "target"),
    [
        pytest.param(0.0, 1.0, id="begins where the listener is"),
        pytest.param(0.35, 0.2, id="half of the way"),
        pytest.param(0.7, -0.6, id="arrives at 70 percent"),
        pytest.param(1.0, -0.6, id="stays there"),
        pytest.param(1.2, -0.6, id="and after"),
    ],
)
def test_the_iso_course_leads_from_the_listener_to_the_aim(progress: float, target: float) -> None:
    assert target_arousal(ISO, 1.0, progress) == pytest.approx(target)


def test_the_compensatory_course_is_at_the_aim_from_the_start() -> None:
    music = replace(ISO, trajectory=Trajectory.COMPENSATORY)

    assert target_arousal(music, 1.0, 0.0) == -0.6
