"""The calendar day of what happened to a participant: the day at their site.

Contents: `LocalDays`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from data.records.bundle import SiteTimeZone, TrialRecords
from data.records.local_days import UNNAMED_TIME_ZONE, end_of_day, local_day

_UNNAMED = SiteTimeZone(id="", time_zone=UNNAMED_TIME_ZONE)
"""Stands for sites of records that were read before a site had a time zone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalDays:
    """Days at the sites of one trial."""

    site_of: Mapping[str, SiteTimeZone]
    """By participant."""
    sites: tuple[SiteTimeZone, ...]

    @classmethod
    def of(cls, records: TrialRecords) -> "LocalDays":
        """Return the days of the trial of these records."""
        sites = {site.id: site for site in records.site_time_zones}
        return cls(
            site_of={one.id: sites.get(one.site_id, _UNNAMED) for one in records.participants},
            sites=records.site_time_zones or (_UNNAMED,),
        )

    def day(self, participant_id: str, moment: datetime) -> date:
        """Return the day it was at a participant's site."""
        return local_day(self.site_of.get(participant_id, _UNNAMED), moment)

    def end(self, participant_id: str, day: date) -> datetime:
        """Return the last moment of a day at a participant's site."""
        return end_of_day(self.site_of.get(participant_id, _UNNAMED), day)

    def reached_everywhere(self, moment: datetime) -> date:
        """Return the latest day that had begun at every site."""
        return min(local_day(site, moment) for site in self.sites)
