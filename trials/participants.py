"""Participants on their way through the trial: a state machine whose steps happen only in order.

    prescreened -> consented -> eligible -> baseline complete -> randomized -> completed

with the ways out: screen failed (before the baseline), withdrawn, lost to follow-up. A step that
is not next is refused, and the refusal names the step that is missing.

References
----------
21 CFR 11.10(f): operational checks enforce permitted sequencing of steps. CONSORT 2025 item 22.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from data.records.local_days import local_day
from data.records.participants import (
    Identity,
    Participant,
    ParticipantState,
    Withdrawal,
    WithdrawalKind,
)
from data.records.people import Actor
from data.records.trial import Site
from data.records.visits import PlannedSession, PlannedVisit, PlanState
from data.storage.roles import Permission
from data.storage.store import Reading, Store, Writing
from trials.errors import (
    AlreadyDoneError,
    ImplausibleReportError,
    ReasonMissingError,
    SiteNotReadyError,
    WrongStepError,
)
from trials.in_force import trial_in

_PATH = (
    ParticipantState.PRESCREENED,
    ParticipantState.CONSENTED,
    ParticipantState.ELIGIBLE,
    ParticipantState.BASELINE_COMPLETE,
    ParticipantState.RANDOMIZED,
    ParticipantState.COMPLETED,
)
_STEP_NAMES = ("screening", "consent", "eligibility", "baseline", "randomization", "completion")

_SCREENING = frozenset(_PATH[:3])
"""A person can fail screening, or decline, until the baseline is complete."""
_UNDER_WAY = frozenset(_PATH[1:5])
"""Only who has consented and not finished can withdraw or be lost."""

_EXITS = {
    ParticipantState.SCREEN_FAILED: _SCREENING,
    ParticipantState.WITHDRAWN: _UNDER_WAY,
    ParticipantState.LOST_TO_FOLLOW_UP: _UNDER_WAY,
}

SEXES = ("female", "male", "other")


def step(participant: Participant, to: ParticipantState) -> Participant:
    """Return the participant one step further.

    Raises
    ------
    WrongStepError
        If that step is not next; the message says which one is missing.
    """
    if to in _EXITS and participant.state in _EXITS[to]:
        return replace(participant, state=to)
    # 21 CFR 11.10(f): no step may be left out, none is taken twice, none leads out of an end.
    if participant.state in _PATH and to in _PATH:
        missing = _PATH[_PATH.index(participant.state) + 1 : _PATH.index(to)]
        if not missing and _PATH.index(to) == _PATH.index(participant.state) + 1:
            return replace(participant, state=to)
        if missing:
            raise WrongStepError(_missing(participant, missing))
    message = f"{participant.id} is {in_words(participant.state)} and cannot become {in_words(to)}."
    raise WrongStepError(message)


def require_state(participant: Participant, *allowed: ParticipantState) -> None:
    """Refuse a participant who is in none of the allowed states.

    Raises
    ------
    WrongStepError
        If the participant is elsewhere.
    """
    if participant.state not in allowed:
        wanted = " or ".join(in_words(state) for state in allowed)
        message = f"{participant.id} is {in_words(participant.state)}; this step needs: {wanted}."
        raise WrongStepError(message)


def is_in_treatment(reading: Reading, participant_id: str) -> bool:
    """Say whether a participant still takes part in the listening."""
    if reading.get(Participant, participant_id).state is not ParticipantState.RANDOMIZED:
        return False
    return not _has_left_the_listening(reading, participant_id)


def in_words(state: ParticipantState) -> str:
    """Return a state as people read it."""
    return state.value.replace("_", " ")


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


def participants(store: Store, actor: Actor) -> tuple[Participant, ...]:
    """Return every participant the actor may see, in order of entry."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        return reading.find(Participant)


def participant(store: Store, actor: Actor, participant_id: str) -> Participant:
    """Return one participant."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        return reading.get(Participant, participant_id)


def identity(store: Store, actor: Actor, participant_id: str) -> Identity:
    """Return the person behind a pseudonym, to those who may know."""
    with store.reading(actor, Permission.SEE_IDENTITY) as reading:
        return reading.get(Identity, participant_id)


def move(writing: Writing, participant_id: str, to: ParticipantState) -> Participant:
    """Take one step of a participant, read again under the write lock."""
    moved = step(writing.get(Participant, participant_id), to)
    writing.replace(moved)
    return moved


def withdraw(
    store: Store, actor: Actor, participant_id: str, kind: WithdrawalKind, reason: str
) -> Withdrawal:
    """Record that a participant withdraws or is lost, and close what was planned.

    What was already given is kept (the consent text says so); planned rows stay as missed, so that
    adherence keeps its denominator.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who records it.
    participant_id : str
        Who withdraws.
    kind : WithdrawalKind
        From what.
    reason : str
        In words; CONSORT asks for it.

    Returns
    -------
    Withdrawal
        The record.

    Raises
    ------
    ReasonMissingError
        If no reason is given.
    """
    if not reason.strip():
        message = "A withdrawal needs its reason, or the words that none was given."
        raise ReasonMissingError(message)
    with store.writing(actor, Permission.WITHDRAW, "withdraw", reason) as writing:
        _leave(writing, participant_id, kind)
        number = writing.count(Withdrawal, participant_id=participant_id) + 1
        withdrawal = Withdrawal(
            id=f"{participant_id}/withdrawal-{number}",
            participant_id=participant_id,
            kind=kind,
            reason=reason.strip(),
            at=store.clock(),
            recorded_by=actor.user_id,
        )
        writing.add(withdrawal)
    return withdrawal


def _leave(writing: Writing, participant_id: str, kind: WithdrawalKind) -> None:
    if kind is WithdrawalKind.INTERVENTION_ONLY:
        require_state(writing.get(Participant, participant_id), ParticipantState.RANDOMIZED)
        if _has_left_the_listening(writing, participant_id):
            message = f"{participant_id} has already withdrawn from the listening."
            raise AlreadyDoneError(message)
    else:
        lost = kind is WithdrawalKind.LOST_TO_FOLLOW_UP
        to = ParticipantState.LOST_TO_FOLLOW_UP if lost else ParticipantState.WITHDRAWN
        move(writing, participant_id, to)
        for visit in _planned(writing.find(PlannedVisit, participant_id=participant_id)):
            writing.replace(replace(visit, state=PlanState.MISSED))
    miss_planned_sessions(writing, participant_id)


def miss_planned_sessions(writing: Writing, participant_id: str) -> None:
    """Mark the sessions that can no longer take place as missed; the rows stay."""
    for session in writing.find(PlannedSession, participant_id=participant_id):
        if session.state is PlanState.PLANNED:
            writing.replace(replace(session, state=PlanState.MISSED))


def _has_left_the_listening(reading: Reading, participant_id: str) -> bool:
    found = reading.find(Withdrawal, participant_id=participant_id)
    return any(withdrawal.kind is WithdrawalKind.INTERVENTION_ONLY for withdrawal in found)


def _planned(visits: Iterable[PlannedVisit]) -> tuple[PlannedVisit, ...]:
    return tuple(visit for visit in visits if visit.state is PlanState.PLANNED)


def _missing(participant: Participant, missing: tuple[ParticipantState, ...]) -> str:
    names = " and ".join(_STEP_NAMES[_PATH.index(state)] for state in missing)
    verb = "comes" if len(missing) == 1 else "come"
    return f"{participant.id} is {in_words(participant.state)}: {names} {verb} first."


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
