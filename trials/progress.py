"""How far the trial is: counts that no role is unblinded by."""

from collections import Counter
from dataclasses import dataclass

from data.records.allocation import Allocation
from data.records.participants import Participant, ParticipantState
from data.records.people import Actor
from data.storage.roles import Permission
from data.storage.store import Store
from trials.in_force import protocol_in


@dataclass(frozen=True, kw_only=True, slots=True)
class StateCount:
    """How many participants of a site are in a state now."""

    site_id: str
    state: ParticipantState
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far enrolment and follow-up are, at the sites that the reader may see."""

    screened: int
    screen_failed: int
    randomized: int
    completed: int
    withdrawn: int
    lost: int
    planned: int
    """How many the protocol plans to randomize, over all arms."""
    by_site: tuple[StateCount, ...]


def progress(store: Store, actor: Actor) -> Progress:
    """Return how far the trial is."""
    with store.reading(actor, Permission.SEE_FLOW) as reading:
        protocol = protocol_in(reading)
        people = reading.find(Participant)
        randomized = reading.count(Allocation)
    states = Counter(person.state for person in people)
    by_site = Counter((person.site_id, person.state) for person in people)
    return Progress(
        screened=len(people),
        screen_failed=states[ParticipantState.SCREEN_FAILED],
        randomized=randomized,
        completed=states[ParticipantState.COMPLETED],
        withdrawn=states[ParticipantState.WITHDRAWN],
        lost=states[ParticipantState.LOST_TO_FOLLOW_UP],
        planned=protocol.sample_size.per_arm * len(protocol.arms),
        by_site=tuple(
            StateCount(site_id=site, state=state, count=count)
            for (site, state), count in sorted(by_site.items())
        ),
    )
