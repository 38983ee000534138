"""Whatever order people act in: no randomization without consent, eligibility and baseline (I2-I4)."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from data.records.allocation import Allocation
from data.records.participants import WithdrawalKind
from data.records.people import Role
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from data.storage.store import create_store
from protocols.document import shipped_protocol
from tests.trials.conftest import GRAZ, LEIDEN
from tests.trials.world import Clock, World
from trials.consent import record_consent
from trials.eligibility import assess_eligibility
from trials.errors import NotReadyToRandomizeError, TrialError
from trials.opening import amend_protocol, open_trial
from trials.visits import complete_baseline
from trials.withdrawal import withdraw


@dataclass
class Expected:
    """What the model knows of one participant."""

    consents: set[str]
    eligible: bool = False
    baseline: bool = False
    gone: bool = False
    randomized: bool = False


class PathToRandomization(RuleBasedStateMachine):
    """Several people at two sites, acted on in any order."""

    people = Bundle("people")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        clock = Clock()
        store = create_store(f"sqlite:///{Path(self.folder.name) / 'trial.db'}", clock)
        administrator = sign_in_process(store, Role.ADMINISTRATOR, "administrator")
        coordinator = sign_in_process(store, Role.COORDINATOR, "coordinator")
        self.world = World(
            store=store,
            clock=clock,
            protocol=shipped_protocol(),
            administrator=administrator,
            coordinator=coordinator,
            leiden=coordinator,
            statistician=administrator,
            reviewer=administrator,
        )
        open_trial(store, administrator, self.world.protocol, (LEIDEN, GRAZ), simulated=True)
        self.version = self.world.protocol.consent_version
        self.amendments = 0
        self.expected: dict[str, Expected] = {}
        self.first_seen: dict[str, Allocation] = {}

    def teardown(self) -> None:  # type: ignore[explicit-override]  # typing.override: 3.12
        """Close the store."""
        self.world.store.close()
        self.folder.cleanup()

    @rule(target=people, site=st.sampled_from(["LEI", "GRA"]))
    def screen(self, site: str) -> str:
        """Enter a person."""
        who = self.world.screened(site)
        self.expected[who] = Expected(consents=set())
        return who

    @rule(target=people, site=st.sampled_from(["LEI", "GRA"]), gad7=st.integers(10, 21))
    def come_ready(self, site: str, gad7: int) -> str:
        """Enter a person and take every step up to randomization."""
        who = self.world.consented(site)
        self.expected[who] = Expected(consents={self.version})
        self.world.answer(who, "screening", "gad7", gad7)
        self.assess(who, "")
        self.world.baseline_forms(who, gad7)
        self.finish_baseline(who)
        return who

    @rule(who=people)
    def consent(self, who: str) -> None:
        """Sign the version in force."""
        try:
            record_consent(self.world.store, self.world.coordinator, who)
        except TrialError:
            return
        self.expected[who].consents.add(self.version)

    @rule(who=people, gad7=st.integers(5, 21))
    def answer_screening(self, who: str, gad7: int) -> None:
        """Fill in the screening form."""
        self.attempt(lambda: self.world.answer(who, "screening", "gad7", gad7))

    @rule(who=people, wrong=st.sampled_from(["", "", "hearing"]))
    def assess(self, who: str, wrong: str) -> None:
        """Sign the checklist, sometimes with a criterion that keeps out."""
        answers = self.world.checklist()
        answers |= {wrong: True} if wrong else {}
        try:
            found = assess_eligibility(self.world.store, self.world.coordinator, who, answers)
        except TrialError:
            return
        self.expected[who].eligible = found.eligible
        self.expected[who].gone = not found.eligible

    @rule(who=people, gad7=st.integers(8, 21))
    def answer_baseline(self, who: str, gad7: int) -> None:
        """Fill in the baseline."""
        self.attempt(lambda: self.world.baseline_forms(who, gad7))

    @rule(who=people)
    def finish_baseline(self, who: str) -> None:
        """Finish the baseline."""
        try:
            complete_baseline(self.world.store, self.world.coordinator, who)
        except TrialError:
            return
        self.expected[who].baseline = True

    @rule(who=people)
    def leave(self, who: str) -> None:
        """Withdraw from the trial."""
        kind = WithdrawalKind.TRIAL
        try:
            withdraw(self.world.store, self.world.coordinator, who, kind, "no time")
        except TrialError:
            return
        self.expected[who].gone = True

    @rule()
    def amend_the_consent(self) -> None:
        """Bring a new version of the information into force."""
        self.amendments += 1
        self.version = f"2.{self.amendments}"
        amended = replace(self.world.protocol, version=self.version, consent_version=self.version)
        amend_protocol(self.world.store, self.world.administrator, amended, "new information")

    @rule(who=people)
    def randomize(self, who: str) -> None:
        """Randomize: it works exactly when everything before is there."""
        known = self.expected[who]
        complete = known.eligible and known.baseline and self.version in known.consents
        if known.randomized or (complete and not known.gone):
            assert self.world.randomize(who).already == known.randomized
            known.randomized = True
        else:
            with pytest.raises(NotReadyToRandomizeError):
                self.world.randomize(who)

    @invariant()
    def slots_are_used_once_and_in_order(self) -> None:
        """Positions of each stratum are 1, 2, 3 in order of allocation."""
        used: dict[str, list[int]] = {}
        for one in self.allocations():
            used.setdefault(one.stratum, []).append(int(one.slot_id.rpartition("#")[2]))
        assert all(found == list(range(1, len(found) + 1)) for found in used.values())

    @invariant()
    def an_allocation_never_changes_and_belongs_to_someone_who_passed_every_gate(self) -> None:
        """Each one equals what was first seen."""
        for one in self.allocations():
            assert self.first_seen.setdefault(one.id, one) == one
            assert self.expected[one.id].randomized
            assert self.expected[one.id].eligible
            assert self.expected[one.id].baseline

    def allocations(self) -> tuple[Allocation, ...]:
        """Return every allocation with its arm."""
        world = self.world
        with world.store.reading(world.administrator, Permission.VERIFY) as reading:
            return reading.find(Allocation)

    def attempt(self, act: Callable[[], object]) -> None:
        """Act; a refusal is as good as an act."""
        try:
            act()
        except TrialError:
            return


PathToRandomization.TestCase.settings = settings(
    max_examples=12, stateful_step_count=30, deadline=None
)
test_no_order_of_acts_leads_past_a_gate = PathToRandomization.TestCase
