"""A whole trial to act in: each method takes a participant one stage further by real calls."""

import random
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from data.records.participants import Participant
from data.records.people import Actor, Role
from data.records.safety import Causality
from data.records.sessions import ListeningSession, RestingBaseline, SessionState
from data.records.signals import RRSeries, SignalKind
from data.storage.participant_links import participant_token, redeem_participant_token
from data.storage.roles import Permission
from data.storage.sign_in import actor_of, sign_in_process
from data.storage.store import Store
from protocols.design import Protocol
from protocols.document import shipped_protocol
from protocols.questionnaire import load_questionnaire
from trials.answering import SavedAnswer, enter_form, save_answer
from trials.consent import record_consent
from trials.eligibility import asked_criteria, assess_eligibility
from trials.participants import participant
from trials.people import add_account
from trials.randomization.allocation import Randomized, randomize
from trials.safety import AdverseEventReport
from trials.screening import screen_participant
from trials.visits import complete_baseline, record_resting

BEGINNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def small_protocol(slots_per_stratum: int = 16) -> Protocol:
    """Return the shipped protocol for a small trial, so that a store is quick to open."""
    shipped = shipped_protocol()
    return replace(
        shipped,
        sample_size=replace(shipped.sample_size, per_arm=8, standard_deviation=1.0),
        randomization=replace(shipped.randomization, slots_per_stratum=slots_per_stratum),
    )


class Clock:
    """A clock that moves only when a test moves it."""

    def __init__(self) -> None:
        self.now = BEGINNING

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def advance(self, *, days: int = 0, minutes: int = 0) -> None:
        """Let time pass."""
        self.now += timedelta(days=days, minutes=minutes)


def resting_beats(seconds: int = 300, seed: int = 7) -> RRSeries:
    """Return a resting recording with an ordinary heart rate and variability."""
    chance = random.Random(seed)  # noqa: S311 - simulated beats
    times_s: list[float] = []
    rr_ms: list[float] = []
    now_s = 0.0
    while now_s < seconds:
        interval = chance.gauss(850.0, 30.0)
        now_s += interval / 1000
        times_s.append(now_s)
        rr_ms.append(interval)
    return RRSeries(times_s=tuple(times_s), rr_ms=tuple(rr_ms), kind=SignalKind.RR)


def no_beats() -> RRSeries:
    """Return a recording of a sensor that fell off at once."""
    return RRSeries(times_s=(), rr_ms=(), kind=SignalKind.RR)


def new_id() -> str:
    """Return the id that a sender gives to an answer."""
    return str(uuid.uuid4())


def spread(questionnaire: str, total: int) -> dict[str, float | None]:
    """Return answers whose sum is the total, the first items highest."""
    answers: dict[str, float | None] = {}
    for item in load_questionnaire(questionnaire).items:
        answers[item.code] = min(item.maximum, total)
        total -= int(min(item.maximum, total))
    return answers


@dataclass(kw_only=True)
class World:
    """Store, clock, protocol and the people who act."""

    store: Store
    clock: Clock
    protocol: Protocol
    administrator: Actor
    coordinator: Actor
    leiden: Actor
    """Works at Leiden and sees nothing of Graz."""
    statistician: Actor
    reviewer: Actor
    _names: int = field(default=0)

    @classmethod
    def of(cls, store: Store, clock: Clock, protocol: Protocol) -> "World":
        """Return the world of a store, with everybody signed in."""
        return cls(
            store=store,
            clock=clock,
            protocol=protocol,
            administrator=sign_in_process(store, Role.ADMINISTRATOR, "administrator"),
            coordinator=sign_in_process(store, Role.COORDINATOR, "coordinator"),
            leiden=sign_in_process(store, Role.COORDINATOR, "leiden", "LEI"),
            statistician=sign_in_process(store, Role.STATISTICIAN, "statistician"),
            reviewer=sign_in_process(store, Role.REVIEWER, "reviewer"),
        )

    def add_account(
        self, user_id: str, role: Role, site_id: str | None = None, *, password: str
    ) -> None:
        """Add an account."""
        add_account(
            self.store,
            self.administrator,
            user_id=user_id,
            display_name=user_id.capitalize(),
            role=role,
            site_id=site_id,
            password=password,
        )

    def come_as(self, who: str) -> Actor:
        """Return a participant who followed the link."""
        link = participant_token(self.store, self.coordinator, who)
        actor = actor_of(self.store, redeem_participant_token(self.store, link))
        assert actor is not None
        return actor

    def save(
        self,
        who: str,
        item: str,
        value: float | None,
        *,
        questionnaire: str = "gad7",
        occasion: str = "baseline",
        answer_id: str = "",
        actor: Actor | None = None,
    ) -> SavedAnswer:
        """Answer one item, as the coordinator if nobody else is named."""
        return save_answer(
            self.store,
            actor or self.coordinator,
            answer_id=answer_id or new_id(),
            participant_id=who,
            occasion=occasion,
            questionnaire=questionnaire,
            item=item,
            value=value,
        )

    def screened(self, site: str = "LEI") -> str:
        """Enter a new person and return the pseudonym."""
        self._names += 1
        return screen_participant(
            self.store,
            self.coordinator,
            site_id=site,
            full_name=f"Person Number {self._names}",
            birth_date=date(1980, 5, 17),
            contact="person@example.org",
            sex="female",
        ).id

    def consented(self, site: str = "LEI") -> str:
        """Return a person who has consented."""
        who = self.screened(site)
        record_consent(self.store, self.coordinator, who)
        return who

    def answer(self, who: str, occasion: str, questionnaire: str, total: int) -> None:
        """Fill in a whole form."""
        answers = spread(questionnaire, total)
        enter_form(self.store, self.coordinator, who, occasion, questionnaire, answers)

    def checklist(self) -> dict[str, bool]:
        """Return the answers that let a person in."""
        return {c.code: c.kind == "inclusion" for c in asked_criteria(self.protocol)}

    def eligible(self, site: str = "LEI", gad7: int = 12) -> str:
        """Return a person who is eligible."""
        who = self.consented(site)
        self.answer(who, "screening", "gad7", gad7)
        assess_eligibility(self.store, self.coordinator, who, self.checklist())
        return who

    def baseline_forms(self, who: str, gad7: int = 12) -> None:
        """Fill in everything that the baseline asks for."""
        self.answer(who, "baseline", "gad7", gad7)
        self.answer(who, "baseline", "phq9", 9)
        self.answer(who, "baseline", "who5", 10)
        record_resting(self.store, self.coordinator, who, "baseline", resting_beats())

    def ready(self, site: str = "LEI", gad7: int = 12) -> str:
        """Return a person whose baseline is complete."""
        who = self.eligible(site, max(gad7, 10))
        self.baseline_forms(who, gad7)
        complete_baseline(self.store, self.coordinator, who)
        return who

    def randomize(self, who: str) -> Randomized:
        """Randomize a person."""
        return randomize(self.store, self.coordinator, who)

    def randomized(self, site: str = "LEI", gad7: int = 12) -> str:
        """Return a person who is randomized."""
        who = self.ready(site, gad7)
        self.randomize(who)
        return who

    def state_of(self, who: str) -> str:
        """Return where a person stands."""
        return self.look_up(who).state.value

    def look_up(self, who: str) -> Participant:
        """Return a participant."""
        return participant(self.store, self.coordinator, who)

    def report(self, who: str, *, serious: bool = False) -> AdverseEventReport:
        """Return a report of an adverse event."""
        return AdverseEventReport(
            participant_id=who,
            term="Headache after listening",
            domain="physical",
            grade=3 if serious else 1,
            serious=serious,
            seriousness="hospitalisation" if serious else "",
            causality=Causality.POSSIBLE,
            expected=True,
            outcome="recovered",
            action="none",
            session_id=None,
            started_at=self.clock() - timedelta(hours=2),
            aware_at=self.clock() - timedelta(hours=1),
        )


def run_session(
    world: World, who: str, state: SessionState, *, ended_at: datetime | None = None
) -> None:
    """Record a session as the loop would."""
    session = ListeningSession(
        id=f"{who}/session-1/attempt-1",
        participant_id=who,
        planned_session_id=f"{who}/session-1",
        number=1,
        seed=1,
        arm_definition_hash="0" * 64,
        baseline=RestingBaseline(
            heart_rate_bpm=70,
            heart_rate_scale_bpm=5,
            ln_rmssd=3.5,
            ln_rmssd_scale=0.3,
            source="recorded",
        ),
        source="simulated listener",
        planned_duration_s=1200,
        state=state,
        started_at=world.clock(),
        ended_at=ended_at,
        stop_reason="",
        listened_s=600,
    )
    with world.store.writing(world.coordinator, Permission.RUN_SESSION, "begin") as writing:
        writing.add(session)
