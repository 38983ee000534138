"""Enter a person at a site: the first step into the trial, and the gate in front of it.

Contents: `screen_participant`, `require_open_site`, `SEXES`.
"""

from datetime import date

from data.records.local_days import local_day
from data.records.participants import Identity, Participant, ParticipantState
from data.records.people import Actor
from data.records.trial import Site
from data.storage.roles import Permission
from data.storage.store import Reading, Store
from trials.errors import AlreadyDoneError, ImplausibleReportError, SiteNotReadyError
from trials.in_force import trial_in

SEXES = ("female", "male", "other")


def screen_participant(
    store: Store,
    actor: Actor,
    *,
    site_id: str,
    full_name: str,
    birth_date: date,
    contact: str,
    sex: str | None,
) -> Participant:
    """Enter a person at a site and give the next pseudonym.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who enrols.
    site_id : str
        An open site with a person on call.
    full_name, contact : str
        Kept encrypted, apart from everything else.
    birth_date : date
        Kept encrypted; only the age in years is clinical data.
    sex : str or None
        ``female``, ``male``, ``other``, or None when not given.

    Returns
    -------
    Participant
        Prescreened, under a new pseudonym.

    Raises
    ------
    AlreadyDoneError
        If the same person is already in the trial at this site.
    """
    with store.writing(actor, Permission.ENROL, "screen_participant") as writing:
        trial = trial_in(writing)
        today = local_day(require_open_site(writing, site_id), store.clock())
        _check_person(full_name, birth_date, sex, today)
        known = _find_person(writing, full_name, birth_date)
        if known is not None:
            message = f"This person is already in the trial as {known}."
            raise AlreadyDoneError(message)
        number = writing.count(Participant, site_id=site_id) + 1
        participant = Participant(
            id=f"{site_id}-{number:03d}",
            site_id=site_id,
            state=ParticipantState.PRESCREENED,
            screened_on=today,
            age_years=_age_years(birth_date, today),
            sex=sex,
            simulated=trial.simulated,
        )
        writing.add(participant)
        writing.add(
            Identity(
                id=participant.id,
                full_name=full_name.strip(),
                birth_date=birth_date.isoformat(),
                contact=contact.strip(),
            )
        )
    return participant


def require_open_site(reading: Reading, site_id: str) -> Site:
    """Return the site if it may enrol.

    Raises
    ------
    SiteNotReadyError
        If it is unknown, closed, or names nobody who answers safety alerts.
    """
    site = reading.first(Site, id=site_id)
    if site is None or not site.open:
        message = f"The site {site_id} is not open for enrolment."
        raise SiteNotReadyError(message)
    # conduct 5.3: the person on call is an enrolment gate
    if not site.on_call.strip():
        message = f"The site {site_id} names nobody on call for safety alerts, so it cannot enrol."
        raise SiteNotReadyError(message)
    return site


def _check_person(full_name: str, birth_date: date, sex: str | None, today: date) -> None:
    if not full_name.strip():
        message = "A name is required."
        raise ImplausibleReportError(message)
    if not 0 <= _age_years(birth_date, today) <= 120:
        message = f"A birth date of {birth_date.isoformat()} cannot be right."
        raise ImplausibleReportError(message)
    if sex is not None and sex not in SEXES:
        message = f"Sex is one of {', '.join(SEXES)}, or not given."
        raise ImplausibleReportError(message)


def _find_person(reading: Reading, full_name: str, birth_date: date) -> str | None:
    wanted = (" ".join(full_name.split()).casefold(), birth_date.isoformat())
    for known in reading.find(Identity):
        if (" ".join(known.full_name.split()).casefold(), known.birth_date) == wanted:
            return known.id
    return None


def _age_years(birth_date: date, today: date) -> int:
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (0 if had_birthday else 1)
