"""The headphones of an invented trial: each site has measured a pair; now and then another one is at hand.

Contents: `calibrate_sites`, `Headphones`.
"""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np

from data.records.people import Actor
from data.storage.store import Store
from trials.calibrations import CalibrationReport, record_calibration
from trials.local_days import today_at
from trials.simulation.person import RATES

LEVELS_DBA = (71.5, 74.5, 73.0)
"""Invented, by turns; the second needs the cap."""


def calibrate_sites(store: Store, coordinators: Mapping[str, Actor]) -> Mapping[str, str]:
    """Record one pair of calibrated headphones at each site; return their calibrations by site."""
    return {
        site_id: record_calibration(
            store,
            actor,
            CalibrationReport(
                site_id=site_id,
                label=f"{site_id}-1",
                make="Invented",
                model="Closed 40",
                playing_device="Tablet of the listening room",
                system_volume="8 of 15",
                spl_at_minus20_lufs_dba=LEVELS_DBA[number % len(LEVELS_DBA)],
                method="Simulated: no meter was used",
                measured_on=today_at(store, actor, site_id) - timedelta(days=1),
                measured_by=f"Coordinator of {site_id} (invented)",
            ),
        ).id
        for number, (site_id, actor) in enumerate(coordinators.items())
    }


class Headphones:
    """Which headphones a session is heard by.

    Parameters
    ----------
    calibrations : mapping
        Of each site, by its id.
    seed : int
        Chance of the mishaps, apart from that of the trial.
    """

    def __init__(self, calibrations: Mapping[str, str], seed: int) -> None:
        self._calibrations = calibrations
        self._draw = np.random.Generator(np.random.PCG64([seed, 18]))

    def of_session(self, site_id: str) -> str:
        """Return the calibration of the headphones at hand; empty when others had to be taken."""
        if self._draw.random() < RATES.other_headphones:
            return ""
        return self._calibrations[site_id]
