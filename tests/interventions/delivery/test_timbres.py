"""The timbres of the parts."""

import pytest

from interventions.delivery.timbres import PARTS, UnknownPartError, timbre_of


@pytest.mark.parametrize("part", PARTS)
def test_a_timbre_has_three_to_seven_partials_and_no_hard_attack(part: str) -> None:
    timbre = timbre_of(part)

    assert 3 <= len(timbre.partials) <= 7
    assert timbre.attack_s >= 0.005
    assert timbre.release_s >= 0.3


def test_a_part_without_a_timbre_is_refused() -> None:
    with pytest.raises(UnknownPartError, match="no timbre for part 'drums'"):
        timbre_of("drums")
