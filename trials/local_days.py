"""Today where a participant is: the calendar day at the site, by the site's own time zone.

Contents: `day_at`, `day_for` within a call; `today_at`, `today_of` for the screens.
"""

from datetime import date, datetime

from data.records.local_days import local_day
from data.records.participants import Participant
from data.records.people import Actor
from data.records.trial import Site
from data.storage.roles import Permission
from data.storage.store import Reading, Store


def day_at(reading: Reading, participant: Participant, moment: datetime) -> date:
    """Return the calendar day at a participant's site.

    Parameters
    ----------
    reading : Reading
        Where the site stands.
    participant : Participant
        Whose site.
    moment : datetime
        When; aware.
    """
    return local_day(reading.get(Site, participant.site_id), moment)


def day_for(reading: Reading, participant_id: str, moment: datetime) -> date:
    """Return the same of a participant known by the pseudonym."""
    return day_at(reading, reading.get(Participant, participant_id), moment)


def today_at(store: Store, actor: Actor, site_id: str) -> date:
    """Return the day it is now at a site."""
    with store.reading(actor, Permission.SEE_PROTOCOL) as reading:
        return local_day(reading.get(Site, site_id), store.clock())


def today_of(store: Store, actor: Actor, participant_id: str) -> date:
    """Return the day it is now at a participant's site."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        return day_for(reading, participant_id, store.clock())
