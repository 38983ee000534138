"""One invented person's way through the trial, act by act, through the use cases of a real one.

A course is a generator: it yields the time of its next act, and performs the act when it is
resumed with the clock at that time. So the courses of many people interleave in the order of time.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from data.records.allocation import Allocation
from data.records.local_days import moment_at
from data.records.participants import WithdrawalKind
from data.records.people import Actor
from data.records.trial import Site
from data.records.visits import PlannedSession, PlannedVisit, PlanState
from data.storage.roles import Permission
from data.storage.store import Store
from interventions.listeners import beats_at_rest
from protocols.arm_guess import ArmGuess
from protocols.design import ArmRole, Protocol, Visit
from protocols.eligibility import CriterionKind
from protocols.questionnaire import load_questionnaire
from trials.consent import record_consent
from trials.deviations import record_deviation
from trials.eligibility import Willingness, asked_criteria, assess_eligibility
from trials.randomization.allocation import randomize
from trials.safety import record_adverse_event
from trials.schedule import baseline_visit, screening_visits
from trials.screening import screen_participant
from trials.simulation.form_filling import Desk
from trials.simulation.guessing import guess_arm
from trials.simulation.health import Health
from trials.simulation.listening import Listening, listener_of
from trials.simulation.mishaps import ask_for_harms, draw_adverse_event
from trials.simulation.person import RATES, Exit, Obstacle, Person
from trials.simulation.signals_at_rest import record_signals_at_rest
from trials.visits import complete_baseline, complete_visit, miss_session, record_resting
from trials.withdrawal import withdraw

_GUESSING = 1
"""Sets the chance of the arm guess apart, so that asking it changes nothing else."""
_ASKING = 2
"""The same for asking for harms."""
_LONGEST_ACT = timedelta(minutes=30)
"""A session with its ratings: what begins later would end after today."""


TimedAct = tuple[datetime, Callable[[], None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """What the courses share."""

    store: Store
    coordinators: Mapping[str, Actor]
    """By site."""
    sites: Mapping[str, Site]
    """By id."""
    protocol: Protocol
    listening: Listening
    until: datetime
    """Today: nothing happens after it."""


def live(world: World, person: Person) -> Iterator[datetime]:
    """Live through the trial.

    Parameters
    ----------
    world : World
        The trial.
    person : Person
        Who lives.

    Yields
    ------
    datetime
        When the next act takes place; resume with the clock at that time.
    """
    yield person.screened_at
    course = enter(world, person)
    yield person.screened_at + timedelta(minutes=40)
    if not course.is_found_eligible():
        return
    yield person.screened_at + timedelta(days=3, hours=1)
    course.give_baseline()
    yield person.screened_at + timedelta(days=3, hours=2)
    course.be_randomized()
    for moment, act in course.plan():
        yield moment
        act()


def enter(world: World, person: Person) -> "Course":
    """Be prescreened, consent and answer the screening questionnaires; return what follows."""
    coordinator = world.coordinators[person.site_id]
    entered = screen_participant(
        world.store,
        coordinator,
        site_id=person.site_id,
        full_name=person.full_name,
        birth_date=person.birth_date,
        contact=person.contact,
        sex=person.sex,
    )
    record_consent(world.store, coordinator, entered.id)
    course = Course(world, person, entered.id)
    course.answer_screening()
    return course


class Course:
    """The acts of one person who has consented.

    Parameters
    ----------
    world : World
        The trial.
    person : Person
        Whose acts they are.
    participant_id : str
        The person's pseudonym.
    """

    def __init__(self, world: World, person: Person, participant_id: str) -> None:
        self._world = world
        self._person = person
        self._actor = world.coordinators[person.site_id]
        self.id = participant_id
        self._draw = np.random.Generator(np.random.PCG64(person.seed))
        self._asking_draw = np.random.Generator(np.random.PCG64([person.seed, _ASKING]))
        self._desk = Desk(
            store=world.store,
            coordinator=self._actor,
            protocol=world.protocol,
            participant_id=participant_id,
            draw=self._draw,
        )
        self._health = Health(
            protocol=world.protocol, person=person, role=ArmRole.ACTIVE_COMPARATOR
        )
        self._has_left = False
        self._is_gone = False
        self._attended: list[PlannedSession] = []

    def answer_screening(self) -> None:
        """Answer the questionnaires of the screening visit."""
        within = self._health.screening_totals()
        for visit in screening_visits(self._world.protocol):
            for questionnaire in visit.questionnaires:
                total = self._health.points(questionnaire, visit.code)
                self._desk.fill_in(visit.code, questionnaire, total, within=within)

    def is_found_eligible(self) -> bool:
        """Have eligibility assessed and say how it went."""
        person, protocol = self._person, self._world.protocol
        answers = {
            criterion.code: criterion.kind is CriterionKind.INCLUSION
            for criterion in asked_criteria(protocol)
        }
        if person.obstacle is Obstacle.EXCLUDED:
            exclusions = [
                criterion.code
                for criterion in asked_criteria(protocol)
                if criterion.kind is CriterionKind.EXCLUSION
            ]
            answers[str(self._draw.choice(exclusions))] = True
        declines = person.obstacle is Obstacle.DECLINES
        willingness = Willingness.DECLINED if declines else Willingness.WILLING
        assessed = assess_eligibility(
            self._world.store, self._actor, self.id, answers, willingness=willingness
        )
        return assessed.eligible

    def give_baseline(self) -> None:
        """Answer the baseline questionnaires and sit still for the resting recording."""
        visit = baseline_visit(self._world.protocol)
        self._fill_in(visit, missing_share=0.0)
        if visit.resting_recording:
            self._rest(visit.code)
        complete_baseline(self._world.store, self._actor, self.id)

    def be_randomized(self) -> None:
        """Be randomized; what each session will be is worked out beside from now on."""
        store = self._world.store
        randomize(store, self._actor, self.id)
        with store.reading(self._actor, Permission.RUN_SESSION) as reading:
            arm = reading.get(Allocation, self.id).arm
            planned = reading.find(PlannedSession, participant_id=self.id)
        roles = {one.code: one.role for one in self._world.protocol.arms}
        self._health = replace(self._health, role=roles[arm])
        self._attended = [row for row in planned if self._draw.random() < self._person.attendance]
        self._world.listening.prepare(store, self._actor, self._attended, self._person)

    def plan(self) -> list[TimedAct]:
        """Return what happens after randomization until today, in the order of time."""
        store = self._world.store
        with store.reading(self._actor, Permission.SEE_PARTICIPANTS) as reading:
            sessions = reading.find(PlannedSession, participant_id=self.id)
            visits = reading.find(PlannedVisit, participant_id=self.id)
        randomized_at = store.clock()
        acts = [self._session_act(row) for row in sessions]
        acts += [self._visit_act(row) for row in visits if row.state is PlanState.PLANNED]
        if self._world.protocol.arm_guess is not None:
            acts.append(self._guess_act(sessions, self._world.protocol.arm_guess))
        if self._person.exit is not Exit.STAYS:
            leaves_at = randomized_at + timedelta(days=self._person.exit_day)
            acts.append((leaves_at, self._leave))
        return sorted(
            ((moment, act) for moment, act in acts if moment <= self._world.until - _LONGEST_ACT),
            key=lambda planned: planned[0],
        )

    def _session_act(self, planned: PlannedSession) -> TimedAct:
        hour = 9 + int(self._draw.integers(0, 7))
        late_days = int(self._draw.choice([0, 0, 0, 1]))
        moment = self._at(planned.planned_on + timedelta(days=late_days), hour, self._draw)
        if planned in self._attended:
            return moment, lambda: self._attend(planned)
        return moment, lambda: self._miss(planned)

    def _visit_act(self, planned: PlannedVisit) -> TimedAct:
        slip_days = int(np.clip(self._draw.normal(0.0, 2.0), -3, 6))
        if self._draw.random() < RATES.late_visit:
            slip_days = (planned.closes_on - planned.planned_on).days + 2
        moment = self._at(planned.planned_on + timedelta(days=slip_days), 11, self._draw)
        return moment, lambda: self._visit(planned)

    def _guess_act(self, sessions: tuple[PlannedSession, ...], guess: ArmGuess) -> TimedAct:
        draw = np.random.Generator(np.random.PCG64([self._person.seed, _GUESSING]))
        day = max(row.closes_on for row in sessions) + timedelta(days=1)
        return self._at(day, 14, draw), lambda: self._guess(guess, draw)

    def _at(self, day: date, hour: int, draw: np.random.Generator) -> datetime:
        """Return a moment within an hour of a day at the site."""
        site = self._world.sites[self._person.site_id]
        return moment_at(site, datetime.combine(day, time(hour, int(draw.integers(0, 60)))))

    def _guess(self, guess: ArmGuess, draw: np.random.Generator) -> None:
        if self._is_gone:
            return
        visit = self._world.protocol.primary_outcome.visit
        relief = self._health.relief(visit) if visit else 0.0
        questionnaire = load_questionnaire(guess.questionnaire)
        for respondent in guess.respondents:
            answers = {
                item.code: guess_arm(self._world.protocol, guess, respondent, relief, draw)
                for item in questionnaire.items
            }
            self._desk.answer(guess.occasion_of(respondent), questionnaire.id, answers, draw)

    def _attend(self, planned: PlannedSession) -> None:
        if self._has_left:
            return
        rating = self._world.protocol.sessions.rating
        before = float(np.clip(self._draw.normal(30.0 + 2.0 * self._person.anxiety, 12.0), 3, 97))
        self._desk.fill_in(f"session-{planned.number}/before", rating, before)
        heard = self._world.listening.listen(self._world.store, self._actor, planned)
        relief = (
            (14.0 + 4.0 * (self._health.role is ArmRole.EXPERIMENTAL))
            * heard.share
            * self._person.response
        )
        after = float(np.clip(self._draw.normal(before - relief, 9.0), 0, 100))
        self._desk.fill_in(f"session-{planned.number}/after", rating, after)
        if heard.share < self._world.protocol.sessions.attended_share:
            self._miss_number(planned.number, "Stopped early and not repeated")
        report = draw_adverse_event(
            self.id, heard.session_id, self._world.store.clock(), self._draw
        )
        if report is not None:
            record_adverse_event(self._world.store, self._actor, report)
        ask_for_harms(self._world.store, self._actor, heard.session_id, report, self._asking_draw)
        if heard.share < 1.0:
            self._desk.look_after_alerts()
        if heard.was_stopped and self._draw.random() < RATES.important_deviation:
            record_deviation(
                self._world.store,
                self._actor,
                self.id,
                category="wrong_headphones",
                description=f"Session {planned.number} was heard through a loudspeaker.",
                important=True,
            )

    def _miss(self, planned: PlannedSession) -> None:
        if not self._has_left:
            reason = str(self._draw.choice(["Ill", "Away", "Forgot", "Work"]))
            self._miss_number(planned.number, reason)

    def _miss_number(self, number: int, reason: str) -> None:
        miss_session(self._world.store, self._actor, self.id, number, reason)

    def _visit(self, planned: PlannedVisit) -> None:
        if self._is_gone:
            return
        visit = self._world.protocol.visit(planned.visit)
        self._fill_in(visit, missing_share=RATES.missing_item)
        if visit.resting_recording:
            self._rest(visit.code)
        complete_visit(self._world.store, self._actor, self.id, visit.code)

    def _leave(self) -> None:
        kinds = {
            Exit.STOPS_LISTENING: (WithdrawalKind.INTERVENTION_ONLY, "No time for sessions"),
            Exit.WITHDRAWS: (WithdrawalKind.TRIAL, "Does not want to go on"),
            Exit.IS_LOST: (WithdrawalKind.LOST_TO_FOLLOW_UP, "Not reached in three attempts"),
        }
        kind, reason = kinds[self._person.exit]
        withdraw(self._world.store, self._actor, self.id, kind, reason)
        self._world.listening.forget(self.id)
        self._has_left = True
        self._is_gone = kind is not WithdrawalKind.INTERVENTION_ONLY

    def _fill_in(self, visit: Visit, *, missing_share: float) -> None:
        for questionnaire in visit.questionnaires:
            total = self._health.points(questionnaire, visit.code)
            self._desk.fill_in(visit.code, questionnaire, total, missing_share=missing_share)

    def _rest(self, visit: str) -> None:
        rr = beats_at_rest(
            listener_of(self._person, self._draw),
            self._draw,
            duration_s=self._world.protocol.sessions.resting_minutes * 60.0,
            arousal=-0.1 * self._health.relief(visit),
        )
        record_resting(self._world.store, self._actor, self.id, visit, rr)
        record_signals_at_rest(
            self._world.store,
            self._actor,
            (self.id, visit),
            self._world.protocol,
            relief=self._health.relief(visit),
        )
