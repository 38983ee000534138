"""The headphones of a site and how loud they are: measured, replaced by a later measurement, ended.

Conventions: a pair is known by its label at its site; its newest calibration that nobody has ended is in force. Nothing
is overwritten. The coordinators of the site record it: they have the headphones, the meter and the room, and they are the
ones who put the headphones on people (decision 18).

Contents: `CalibrationReport`, `record_calibration`, `end_calibration`, `calibrations_in_force`, `last_used`,
`calibration_of`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from data.records.calibrations import CalibrationEnd, HeadphoneCalibration
from data.records.local_days import local_day
from data.records.people import Actor
from data.records.sessions import ListeningSession
from data.records.trial import Site
from data.storage.roles import Permission
from data.storage.store import Reading, Store
from trials.errors import AlreadyDoneError, ReasonMissingError, TrialError

QUIETEST_DBA = 45.0
LOUDEST_DBA = 105.0
"""Outside of these a level at the ear is a mistake of reading, or headphones nobody should wear."""
LONGEST_LABEL = 60


class ImplausibleCalibrationError(TrialError):
    """What was measured lacks something or cannot be right; the message says what and what to do."""


class CalibrationNotInForceError(TrialError):
    """The headphones have no such calibration any more; the message says what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CalibrationReport:
    """What the person who has measured a pair of headphones fills in; as in `HeadphoneCalibration`."""

    site_id: str
    label: str
    make: str
    model: str
    playing_device: str
    system_volume: str
    spl_at_minus20_lufs_dba: float
    method: str
    measured_on: date
    measured_by: str
    note: str = ""


def record_calibration(
    store: Store, actor: Actor, report: CalibrationReport
) -> HeadphoneCalibration:
    """Record what was measured; it takes the place of an earlier calibration of the same pair.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        A coordinator of the site.
    report : CalibrationReport
        What was measured.

    Returns
    -------
    HeadphoneCalibration
        The record, in force from now on.
    """
    with store.writing(actor, Permission.CALIBRATE, "record_calibration") as writing:
        site = writing.get(Site, report.site_id)
        check_calibration(report, local_day(site, store.clock()))
        label = " ".join(report.label.split())
        before = writing.count(HeadphoneCalibration, site_id=report.site_id, label=label)
        record = HeadphoneCalibration(
            id=f"{report.site_id}/{label}/{before + 1}",
            site_id=report.site_id,
            label=label,
            make=report.make.strip(),
            model=report.model.strip(),
            playing_device=report.playing_device.strip(),
            system_volume=report.system_volume.strip(),
            spl_at_minus20_lufs_dba=report.spl_at_minus20_lufs_dba,
            method=report.method.strip(),
            measured_on=report.measured_on,
            measured_by=report.measured_by.strip(),
            note=report.note.strip(),
            recorded_at=store.clock(),
            recorded_by=actor.user_id,
        )
        writing.add(record)
    return record


def check_calibration(report: CalibrationReport, today: date) -> None:
    """Refuse what lacks something, or cannot be right.

    Raises
    ------
    ImplausibleCalibrationError
        If it does; the message says what to do.
    """
    fault = next(_faults(report, today), None)
    if fault is not None:
        raise ImplausibleCalibrationError(fault)


def _faults(report: CalibrationReport, today: date) -> Iterator[str]:
    needed = {
        "a label that tells this pair from others": report.label,
        "make": report.make,
        "model": report.model,
        "the device that plays": report.playing_device,
        "the system volume as set": report.system_volume,
        "the method in words": report.method,
        "who measured": report.measured_by,
    }
    missing = [what for what, text in needed.items() if not text.strip()]
    if missing:
        yield f"A calibration also needs: {', '.join(missing)}."
    if len(report.label) > LONGEST_LABEL or "/" in report.label:
        yield f"A label has at most {LONGEST_LABEL} characters and no slash."
    level_dba = report.spl_at_minus20_lufs_dba
    if not level_dba >= QUIETEST_DBA:
        yield (
            f"A level of {level_dba:g} dB(A) is below {QUIETEST_DBA:g}: the test sound was hardly heard. "
            "Turn the volume of the device up, check that the sound plays, and measure again."
        )
    if not level_dba <= LOUDEST_DBA:
        yield (
            f"A level of {level_dba:g} dB(A) is above {LOUDEST_DBA:g}: nobody should wear headphones set "
            "like this. Turn the volume of the device down and measure again."
        )
    if report.measured_on > today:
        yield f"Measured on {report.measured_on}: that day is still to come."


def end_calibration(store: Store, actor: Actor, calibration_id: str, reason: str) -> CalibrationEnd:
    """End a calibration: the headphones are broken, lost, or were changed.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        A coordinator of the site.
    calibration_id : str
        Which calibration.
    reason : str
        Why.

    Returns
    -------
    CalibrationEnd
        The record.

    Raises
    ------
    ReasonMissingError
        If no reason is given.
    AlreadyDoneError
        If it was ended before.
    """
    if not reason.strip():
        message = "Ending a calibration needs its reason."
        raise ReasonMissingError(message)
    with store.writing(actor, Permission.CALIBRATE, "end_calibration", reason.strip()) as writing:
        calibration = writing.get(HeadphoneCalibration, calibration_id)
        if writing.first(CalibrationEnd, id=calibration_id) is not None:
            message = f"The calibration of {calibration.label} was ended before."
            raise AlreadyDoneError(message)
        end = CalibrationEnd(
            id=calibration_id,
            site_id=calibration.site_id,
            reason=reason.strip(),
            ended_at=store.clock(),
            ended_by=actor.user_id,
        )
        writing.add(end)
    return end


def calibrations_in_force(
    store: Store, actor: Actor, site_id: str
) -> tuple[HeadphoneCalibration, ...]:
    """Return the calibrations of a site that are in force, one a pair, by label."""
    with store.reading(actor, Permission.SEE_PROTOCOL) as reading:
        return _in_force(reading, site_id)


def last_used(store: Store, actor: Actor, site_id: str) -> HeadphoneCalibration | None:
    """Return the calibration in force of the headphones that a session of the site used last.

    Without one, the newest calibration of the site; None when none is in force.
    """
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        in_force = {one.label: one for one in _in_force(reading, site_id)}
        used = [
            (session.started_at, calibration.label)
            for calibration in reading.find(HeadphoneCalibration, site_id=site_id)
            for session in reading.find(ListeningSession, calibration_id=calibration.id)
            if calibration.label in in_force and session.started_at is not None
        ]
    if used:
        return in_force[max(used)[1]]
    return max(in_force.values(), key=attrgetter("recorded_at"), default=None)


def calibration_of(reading: Reading, site_id: str, calibration_id: str) -> HeadphoneCalibration:
    """Return a calibration that a session may begin with.

    Raises
    ------
    CalibrationNotInForceError
        If it was replaced or ended, or belongs to another site.
    """
    for calibration in _in_force(reading, site_id):
        if calibration.id == calibration_id:
            return calibration
    message = "These headphones have no such calibration in force: choose them again."
    raise CalibrationNotInForceError(message)


def _in_force(reading: Reading, site_id: str) -> tuple[HeadphoneCalibration, ...]:
    newest = {one.label: one for one in reading.find(HeadphoneCalibration, site_id=site_id)}
    ended = {one.id for one in reading.find(CalibrationEnd, site_id=site_id)}
    return tuple(newest[label] for label in sorted(newest) if newest[label].id not in ended)
