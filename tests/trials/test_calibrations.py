"""The headphones of a site: measured, replaced, ended, in reach of their site, on record in the audit."""

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from data.storage.audit import audit_entries, verify
from data.storage.errors import NotPermittedError, RecordNotFoundError
from interventions.delivery.renderer import SilentRenderer
from interventions.sensing.recording import RecordedSource
from tests.trials.world import World, resting_beats
from trials.calibrations import (
    CalibrationReport,
    ImplausibleCalibrationError,
    calibrations_in_force,
    end_calibration,
    last_used,
    record_calibration,
)
from trials.errors import AlreadyDoneError, ReasonMissingError
from trials.sessions.going_on_air import open_session


def measured(world: World, **changes: Any) -> CalibrationReport:  # noqa: ANN401 - fields of the report
    report = CalibrationReport(
        site_id="LEI",
        label="HP-1",
        make="Acme",
        model="Closed 7",
        playing_device="Tablet 2",
        system_volume="50 of 100",
        spl_at_minus20_lufs_dba=72.5,
        method="Sound level meter on a flat plate",
        measured_on=world.clock().date(),
        measured_by="Bea",
    )
    return replace(report, **changes)


def test_what_was_measured_is_in_force_at_its_site_and_nowhere_else(world: World) -> None:
    record = record_calibration(world.store, world.leiden, measured(world))

    assert calibrations_in_force(world.store, world.leiden, "LEI") == (record,)
    assert calibrations_in_force(world.store, world.administrator, "LEI") == (record,)
    assert calibrations_in_force(world.store, world.administrator, "GRA") == ()
    (entry,) = audit_entries(
        world.store, world.reviewer, action="record_calibration", record_id=record.id
    ).entries
    assert entry.user_id == world.leiden.user_id
    assert verify(world.store).ok


def test_a_later_measurement_of_the_same_pair_takes_the_place_of_the_earlier(world: World) -> None:
    first = record_calibration(world.store, world.leiden, measured(world))
    second = record_calibration(
        world.store, world.leiden, measured(world, label=" HP-1 ", spl_at_minus20_lufs_dba=74.0)
    )
    other = record_calibration(world.store, world.leiden, measured(world, label="HP-2"))

    assert first.id != second.id
    assert calibrations_in_force(world.store, world.leiden, "LEI") == (second, other)


def test_a_calibration_is_ended_once_and_with_its_reason(world: World) -> None:
    record = record_calibration(world.store, world.leiden, measured(world))

    with pytest.raises(ReasonMissingError):
        end_calibration(world.store, world.leiden, record.id, " ")
    end_calibration(world.store, world.leiden, record.id, "Dropped")
    with pytest.raises(AlreadyDoneError, match="HP-1 was ended before"):
        end_calibration(world.store, world.leiden, record.id, "Dropped")

    assert calibrations_in_force(world.store, world.leiden, "LEI") == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"label": " "}, "also needs: a label that tells this pair from others"),
        ({"make": "", "method": ""}, "also needs: make, the method in words"),
        ({"label": "a/b"}, "no slash"),
        ({"label": "x" * 61}, "at most 60 characters"),
        (
            {"spl_at_minus20_lufs_dba": 30.0},
            "30 dB.A. is below 45: the test sound was hardly heard",
        ),
        ({"spl_at_minus20_lufs_dba": 120.0}, "120 dB.A. is above 105: nobody should wear"),
        ({"spl_at_minus20_lufs_dba": math.nan}, "hardly heard"),
    ],
)
def test_what_cannot_be_right_is_refused_in_a_sentence(
    world: World, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ImplausibleCalibrationError, match=said):
        record_calibration(world.store, world.leiden, measured(world, **changes))


def test_a_measurement_of_tomorrow_is_refused(world: World) -> None:
    tomorrow = world.clock().date() + timedelta(days=1)

    with pytest.raises(ImplausibleCalibrationError, match="still to come"):
        record_calibration(world.store, world.leiden, measured(world, measured_on=tomorrow))


def test_only_coordinators_record_and_only_for_their_site(world: World) -> None:
    for actor in (world.administrator, world.statistician, world.reviewer):
        with pytest.raises(NotPermittedError):
            record_calibration(world.store, actor, measured(world))
    with pytest.raises(NotPermittedError, match="another site"):
        record_calibration(world.store, world.leiden, measured(world, site_id="GRA"))
    graz = record_calibration(world.store, world.coordinator, measured(world, site_id="GRA"))
    with pytest.raises(RecordNotFoundError):
        end_calibration(world.store, world.leiden, graz.id, "Dropped")


def test_the_headphones_used_last_come_first(world: World) -> None:
    who = world.randomized()
    world.clock.advance(days=1)
    assert last_used(world.store, world.leiden, "LEI") is None
    used = record_calibration(world.store, world.leiden, measured(world))
    world.clock.advance(minutes=1)
    newest = record_calibration(world.store, world.leiden, measured(world, label="HP-2"))
    assert last_used(world.store, world.leiden, "LEI") == newest
    open_session(
        world.store,
        world.leiden,
        f"{who}/session-1",
        RecordedSource.of_beats("beats", resting_beats()),
        SilentRenderer(),
        calibration_id=used.id,
    )
    assert last_used(world.store, world.leiden, "LEI") == used

    measured_again = record_calibration(world.store, world.leiden, measured(world))

    assert last_used(world.store, world.leiden, "LEI") == measured_again
