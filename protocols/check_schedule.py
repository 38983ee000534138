"""Whether visits and listening sessions make a schedule that can be kept."""

from collections.abc import Iterator
from itertools import pairwise

from protocols.arm_guess import arm_guess_faults
from protocols.check_questionnaires import questionnaire_faults
from protocols.design import Protocol
from protocols.outcomes import OutcomeRole
from protocols.problems import Fault

_DAYS_PER_WEEK = 7


def schedule_faults(protocol: Protocol) -> Iterator[Fault]:
    """Yield what is wrong with visits and sessions.

    Parameters
    ----------
    protocol : Protocol
        The protocol.

    Yields
    ------
    Fault
        One for each disagreement.
    """
    yield from _visit_faults(protocol)
    yield from _order_faults(protocol)
    yield from _session_count_faults(protocol)
    yield from _session_window_faults(protocol)
    yield from questionnaire_faults(("sessions", "rating"), protocol.sessions.rating)
    yield from _arm_guess_faults(protocol)


def _arm_guess_faults(protocol: Protocol) -> Iterator[Fault]:
    guess = protocol.arm_guess
    if guess is None:
        return
    unknown = tuple(questionnaire_faults(("arm_guess", "questionnaire"), guess.questionnaire))
    yield from unknown or arm_guess_faults(guess, tuple(arm.code for arm in protocol.arms))


def _visit_faults(protocol: Protocol) -> Iterator[Fault]:
    epochs = [epoch.code for epoch in protocol.epochs]
    for position, visit in enumerate(protocol.visits):
        place = ("visits", position)
        if visit.epoch not in epochs:
            what = (
                f"The visit {visit.code} belongs to an epoch “{visit.epoch}” that does not exist."
            )
            yield Fault((*place, "epoch"), what, f"Epochs: {', '.join(epochs)}.")
        if visit.window_before_days < 0 or visit.window_after_days < 0:
            what = f"The window of visit {visit.code} is negative."
            yield Fault(place, what, "Write the days before and after as positive numbers.")
        for number, questionnaire in enumerate(visit.questionnaires):
            yield from questionnaire_faults((*place, "questionnaires", number), questionnaire)
        if visit.day > 0 and visit.day <= visit.window_before_days:
            what = f"The window of visit {visit.code} opens on day 0 or before randomization."
            yield Fault((*place, "window_before_days"), what, "Narrow it, or move the visit.")
    if not any(visit.day <= 0 for visit in protocol.visits):
        what = "There is no visit before randomization."
        yield Fault(("visits",), what, "Add a baseline visit with day 0 or earlier.")
    if not any(visit.day > 0 for visit in protocol.visits):
        what = "There is no visit after randomization, so that nobody could complete the trial."
        yield Fault(("visits",), what, "Add the visit at which the outcome is measured.")


def _order_faults(protocol: Protocol) -> Iterator[Fault]:
    for position, (one, other) in enumerate(pairwise(protocol.visits), start=1):
        if other.day <= one.day:
            what = f"The visit {other.code} is not later than {one.code}."
            yield Fault(("visits", position, "day"), what, "Put visits in the order of their days.")
        elif (
            one.day > 0 and one.day + one.window_after_days >= other.day - other.window_before_days
        ):
            what = f"The windows of {one.code} and {other.code} overlap."
            yield Fault(("visits", position), what, "Narrow one of the two windows.")


def _session_count_faults(protocol: Protocol) -> Iterator[Fault]:
    sessions = protocol.sessions
    for name in ("count", "duration_minutes", "weeks", "resting_minutes"):
        if getattr(sessions, name) <= 0:
            yield Fault(("sessions", name), f"“{name}” must be more than 0.", "Correct it.")
    if not 0 < sessions.attended_share <= 1:
        what = f"An attended share of {sessions.attended_share:g} is not more than 0 and at most 1."
        yield Fault(("sessions", "attended_share"), what, "Write a share, such as 0.8.")
    if sessions.count > sessions.weeks * _DAYS_PER_WEEK:
        what = f"{sessions.count} sessions in {sessions.weeks} weeks are more than one a day."
        yield Fault(("sessions", "count"), what, "Plan fewer sessions or more weeks.")


def _session_window_faults(protocol: Protocol) -> Iterator[Fault]:
    sessions = protocol.sessions
    if sessions.count <= 0 or sessions.weeks <= 0:
        return
    days_between = sessions.weeks * _DAYS_PER_WEEK / sessions.count
    if not 0 <= sessions.window_days < days_between:
        what = (
            f"Sessions are {days_between:g} days apart, "
            f"but may move by {sessions.window_days} days, past each other."
        )
        yield Fault(("sessions", "window_days"), what, "Narrow the window.")
    last = sessions.weeks * _DAYS_PER_WEEK
    for position, visit in enumerate(protocol.visits):
        if visit.code in _primary_visits(protocol) and visit.day + visit.window_after_days < last:
            what = f"The visit {visit.code} closes before the last session, on day {last}."
            yield Fault(
                ("visits", position, "day"), what, "Move the visit or shorten the sessions."
            )


def _primary_visits(protocol: Protocol) -> set[str | None]:
    return {o.visit for o in protocol.outcomes if o.role is OutcomeRole.PRIMARY}
