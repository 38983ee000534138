"""The simulated trial has headphones as a real one: calibrated at each site, and now and then others."""

from tests.trials.world import World
from trials.calibrations import calibrations_in_force
from trials.simulation.equipment import Headphones, calibrate_sites


def test_each_site_has_one_calibrated_pair(world: World) -> None:
    found = calibrate_sites(world.store, {"LEI": world.leiden, "GRA": world.coordinator})

    for site_id in ("LEI", "GRA"):
        (one,) = calibrations_in_force(world.store, world.administrator, site_id)
        assert found[site_id] == one.id
        assert one.method.startswith("Simulated")


def test_a_few_sessions_are_heard_by_other_headphones_the_same_ones_each_time() -> None:
    def drawn() -> list[str]:
        headphones = Headphones({"LEI": "LEI/LEI-1/1"}, 5)
        return [headphones.of_session("LEI") for _ in range(2000)]

    first = drawn()

    assert 10 <= first.count("") <= 60
    assert first == drawn()
