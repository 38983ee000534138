"""How loud a pair of headphones is at the ear: measured by people, replaced or ended, never overwritten."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class HeadphoneCalibration:
    """One measurement of one pair of headphones on one playing device.

    A later one of the same pair at the same site takes its place.
    """

    id: str
    """``<site>/<label>/<number>``."""
    site_id: str
    label: str
    """What stands on this very pair, or its serial number; unique at the site."""
    make: str
    model: str
    playing_device: str
    """The tablet or computer, and what lies between it and the headphones."""
    system_volume: str
    """The volume of the playing device as set, in its own words; it must stay so."""
    spl_at_minus20_lufs_dba: float
    """A-weighted level at the ear of pink noise at -20 LUFS, the player's volume at full."""
    method: str
    """Which meter and which ear simulator or coupler, and how, in words."""
    measured_on: date
    measured_by: str
    note: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CalibrationEnd:
    """A calibration that holds no longer: the headphones are broken, lost, or were changed."""

    id: str
    """The id of the calibration."""
    site_id: str
    reason: str
    ended_at: datetime
    ended_by: str
