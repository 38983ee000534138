"""Simulate a whole trial: enrolment, sessions, follow-up, up to a week before the lock."""

import heapq
import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from data.records.local_days import moment_at
from data.records.people import Actor, Role
from data.records.trial import Site
from data.storage.sign_in import sign_in_process
from data.storage.store import Store
from protocols.design import Protocol
from trials.opening import open_trial
from trials.simulation.clock import MovableClock
from trials.simulation.course import World, live
from trials.simulation.equipment import Headphones, calibrate_sites
from trials.simulation.listening import Listening
from trials.simulation.person import RATES, Obstacle, Person, draw_person

ReportProgress = Callable[[float, str], None]
"""Called with the share that is done, in [0, 1], and with what is being done."""

ACTS_PER_COMMIT = 40
_ENROLMENT_DAYS = 110
_STILL_IN_TREATMENT = 2
"""How many of the last participants are in treatment today, so that there is a session to hold."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How large the simulated trial is."""

    participants: int
    """Randomized participants."""
    workers: int
    """Processes that work out sessions."""


def simulate_trial(
    store: Store,
    clock: MovableClock,
    protocol: Protocol,
    sites: tuple[Site, ...],
    *,
    administrator: Actor,
    today: datetime,
    size: Size,
    seed: int,
    report_progress: ReportProgress,
) -> None:
    """Run a trial with invented people through the use cases of a real one.

    Parameters
    ----------
    store : Store
        An empty store whose clock is ``clock``.
    clock : MovableClock
        Moved from the opening of the trial to ``today``.
    protocol : Protocol
        The protocol of the trial.
    sites : tuple of Site
        Where people are enrolled, in turn.
    administrator : Actor
        Who opens the trial.
    today : datetime
        The last moment that is simulated.
    size : Size
        How many people, on how many processes.
    seed : int
        Everything random derives from it, except the keys of the store.
    report_progress : callable
        Called as the simulation goes on.
    """
    draw = np.random.Generator(np.random.PCG64(seed))
    people = draw_people(protocol, sites, today, size.participants, draw)
    clock.move_to(people[0].screened_at - timedelta(days=2))
    open_trial(store, administrator, protocol, sites, simulated=True)
    coordinators = _coordinators(store, sites)
    headphones = Headphones(calibrate_sites(store, coordinators), seed)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=size.workers, mp_context=context) as pool:
        world = World(
            store=store,
            coordinators=coordinators,
            sites={site.id: site for site in sites},
            protocol=protocol,
            listening=Listening(pool, clock, protocol, headphones),
            until=today,
        )
        _interleave(world, clock, people, report_progress)
    clock.move_to(today)


def draw_people(
    protocol: Protocol,
    sites: tuple[Site, ...],
    today: datetime,
    participants: int,
    draw: np.random.Generator,
) -> tuple[Person, ...]:
    """Draw the people who are screened, in the order of time.

    Parameters
    ----------
    protocol : Protocol
        Its last visit decides how long ago enrolment ended.
    sites : tuple of Site
        Where people come to, in turn.
    today : datetime
        The end of the simulation.
    participants : int
        How many of them are randomized; more are screened.
    draw : numpy.random.Generator
        Source of chance.

    Returns
    -------
    tuple of Person
        The last two are in treatment today.
    """
    obstacles = _draw_obstacles(participants, draw)
    last_day = max(visit.day + visit.window_after_days for visit in protocol.visits)
    first = today - timedelta(days=last_day + _ENROLMENT_DAYS + 8)
    late = obstacles[-_STILL_IN_TREATMENT:]
    early = obstacles[: len(obstacles) - len(late)]
    days = np.sort(draw.uniform(0.0, _ENROLMENT_DAYS, size=len(early)))
    screened_on = [first.date() + timedelta(days=int(day)) for day in days]
    screened_on += [(today - timedelta(days=24 + k)).date() for k in (1, 0)][-len(late) :]
    where = [sites[number % len(sites)] for number in range(len(screened_on))]
    moments = [_working_hour(site, day, draw) for site, day in zip(where, screened_on, strict=True)]
    people = [
        draw_person(site.id, moment, obstacle, draw)
        for site, moment, obstacle in zip(where, moments, early + late, strict=True)
    ]
    return tuple(sorted(people, key=lambda person: person.screened_at))


def _draw_obstacles(participants: int, draw: np.random.Generator) -> list[Obstacle]:
    kinds = tuple(Obstacle)
    chances = [1 - sum(RATES.obstacles), *RATES.obstacles]
    obstacles: list[Obstacle] = []
    while obstacles.count(Obstacle.NONE) < participants - _STILL_IN_TREATMENT:
        obstacles.append(kinds[int(draw.choice(len(kinds), p=chances))])
    return obstacles + [Obstacle.NONE] * min(_STILL_IN_TREATMENT, participants)


def _working_hour(site: Site, day: date, draw: np.random.Generator) -> datetime:
    on_the_wall = time(9 + int(draw.integers(0, 6)), int(draw.integers(0, 60)))
    return moment_at(site, datetime.combine(day, on_the_wall))


def _coordinators(store: Store, sites: tuple[Site, ...]) -> Mapping[str, Actor]:
    return {
        site.id: sign_in_process(store, Role.COORDINATOR, f"simulation {site.id}", site.id)
        for site in sites
    }


def _interleave(
    world: World, clock: MovableClock, people: tuple[Person, ...], report: ReportProgress
) -> None:
    waiting: list[tuple[datetime, int, Iterator[datetime]]] = []
    for number, person in enumerate(people):
        course = live(world, person)
        heapq.heappush(waiting, (next(course), number, course))
    begun_at = waiting[0][0]
    span = (world.until - begun_at).total_seconds()
    while waiting:
        with world.store.group_commit():
            for _ in range(ACTS_PER_COMMIT):
                if waiting:
                    _act_once(waiting, clock)
        done = min(1.0, (clock() - begun_at).total_seconds() / span)
        report(done, f"Simulating {clock():%d %B %Y}")


def _act_once(waiting: list[tuple[datetime, int, Iterator[datetime]]], clock: MovableClock) -> None:
    moment, number, course = heapq.heappop(waiting)
    clock.move_to(moment)
    following = next(course, None)
    if following is not None:
        heapq.heappush(waiting, (following, number, course))
