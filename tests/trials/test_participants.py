"""Participants step in order only (21 CFR 11.10(f)), and nobody enters twice or at a closed site."""

from dataclasses import replace
from datetime import date

import pytest

from data.records.participants import Participant, ParticipantState, WithdrawalKind
from data.records.visits import PlannedSession, PlannedVisit, PlanState
from data.storage.errors import NotPermittedError, RecordNotFoundError
from data.storage.roles import Permission
from tests.trials.conftest import LEIDEN
from tests.trials.world import World
from trials.errors import (
    AlreadyDoneError,
    ImplausibleReportError,
    ReasonMissingError,
    SiteNotReadyError,
    TrialNotOpenError,
    WrongStepError,
)
from trials.opening import set_site
from trials.participants import identity, participant, participants, step
from trials.screening import screen_participant
from trials.withdrawal import withdraw

S = ParticipantState

ALLOWED = {
    (S.PRESCREENED, S.CONSENTED),
    (S.CONSENTED, S.ELIGIBLE),
    (S.ELIGIBLE, S.BASELINE_COMPLETE),
    (S.BASELINE_COMPLETE, S.RANDOMIZED),
    (S.RANDOMIZED, S.COMPLETED),
    (S.PRESCREENED, S.SCREEN_FAILED),
    (S.CONSENTED, S.SCREEN_FAILED),
    (S.ELIGIBLE, S.SCREEN_FAILED),
    *((state, S.WITHDRAWN) for state in (S.CONSENTED, S.ELIGIBLE, S.BASELINE_COMPLETE)),
    *((state, S.LOST_TO_FOLLOW_UP) for state in (S.CONSENTED, S.ELIGIBLE, S.BASELINE_COMPLETE)),
    (S.RANDOMIZED, S.WITHDRAWN),
    (S.RANDOMIZED, S.LOST_TO_FOLLOW_UP),
}


def someone(state: ParticipantState) -> Participant:
    return Participant(
        id="LEI-001",
        site_id="LEI",
        state=state,
        screened_on=date(2026, 3, 2),
        age_years=45,
        sex="female",
        simulated=True,
    )


@pytest.mark.parametrize(("before", "to"), sorted(ALLOWED))
def test_a_step_that_is_next_is_taken(before: ParticipantState, to: ParticipantState) -> None:
    assert step(someone(before), to) == replace(someone(before), state=to)


@pytest.mark.parametrize(("before", "to"), sorted({(a, b) for a in S for b in S} - ALLOWED))
def test_every_other_step_is_refused(before: ParticipantState, to: ParticipantState) -> None:
    with pytest.raises(WrongStepError, match="LEI-001 is"):
        step(someone(before), to)


@pytest.mark.parametrize(
    ("before", "to", "words"),
    [
        (S.PRESCREENED, S.RANDOMIZED, "consent and eligibility and baseline come first"),
        (S.ELIGIBLE, S.RANDOMIZED, "baseline comes first"),
        (S.WITHDRAWN, S.RANDOMIZED, "is withdrawn and cannot become randomized"),
    ],
)
def test_the_refusal_names_the_step_that_is_missing(
    before: ParticipantState, to: ParticipantState, words: str
) -> None:
    with pytest.raises(WrongStepError, match=words):
        step(someone(before), to)


def test_pseudonyms_count_from_one_at_each_site(world: World) -> None:
    entered = [world.screened("LEI"), world.screened("GRA"), world.screened("LEI")]

    assert entered == ["LEI-001", "GRA-001", "LEI-002"]


def test_a_new_participant_keeps_the_age_and_hides_the_person(world: World) -> None:
    who = world.look_up(world.screened())

    person = identity(world.store, world.coordinator, who.id)

    assert (who.age_years, who.sex, who.state, who.simulated) == (45, "female", S.PRESCREENED, True)
    assert person.birth_date == "1980-05-17"
    assert person.full_name == "Person Number 1"


def screen_anna(world: World, name: str = "Anna de Vries", born: date = date(1990, 1, 1)) -> str:
    return screen_participant(
        world.store,
        world.coordinator,
        site_id="LEI",
        full_name=name,
        birth_date=born,
        contact="",
        sex=None,
    ).id


def test_the_same_person_does_not_enter_twice(world: World) -> None:
    screen_anna(world)

    with pytest.raises(AlreadyDoneError, match="already in the trial as LEI-001"):
        screen_anna(world, "  anna  DE vries ")


@pytest.mark.parametrize(
    ("name", "born", "words"),
    [
        (" ", date(1990, 1, 1), "A name is required"),
        ("Anna", date(2026, 3, 3), "cannot be right"),
        ("Anna", date(1890, 3, 3), "cannot be right"),
    ],
)
def test_an_implausible_person_is_refused(world: World, name: str, born: date, words: str) -> None:
    with pytest.raises(ImplausibleReportError, match=words):
        screen_anna(world, name, born)


def test_an_unknown_word_for_sex_is_refused(world: World) -> None:
    with pytest.raises(ImplausibleReportError, match="female, male, other"):
        screen_participant(
            world.store,
            world.coordinator,
            site_id="LEI",
            full_name="Anna",
            birth_date=date(1990, 1, 1),
            contact="",
            sex="f",
        )


def test_nobody_enters_before_the_trial_is_open(empty: World) -> None:
    with pytest.raises(TrialNotOpenError):
        empty.screened()


def test_nobody_enters_at_a_closed_site(world: World) -> None:
    set_site(world.store, world.administrator, replace(LEIDEN, open=False))

    with pytest.raises(SiteNotReadyError, match="LEI is not open"):
        world.screened()


def test_nobody_enters_where_nobody_is_on_call(world: World) -> None:
    set_site(world.store, world.administrator, replace(LEIDEN, on_call=" "))

    with pytest.raises(SiteNotReadyError, match="nobody on call"):
        world.screened()


def test_a_coordinator_of_one_site_sees_and_changes_nothing_of_another(world: World) -> None:
    graz, leiden = world.screened("GRA"), world.screened("LEI")

    seen = participants(world.store, world.leiden)

    assert [one.id for one in seen] == [leiden]
    with pytest.raises(RecordNotFoundError):
        participant(world.store, world.leiden, graz)


def test_only_a_coordinator_enters_people(world: World) -> None:
    with pytest.raises(NotPermittedError):
        screen_participant(
            world.store,
            world.statistician,
            site_id="LEI",
            full_name="Anna",
            birth_date=date(1990, 1, 1),
            contact="",
            sex=None,
        )


def plans(world: World, who: str) -> tuple[list[PlanState], list[PlanState]]:
    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        sessions = reading.find(PlannedSession, participant_id=who)
        visits = reading.find(PlannedVisit, participant_id=who)
    return [row.state for row in sessions], [row.state for row in visits]


def test_withdrawing_from_listening_keeps_the_follow_up(world: World) -> None:
    who = world.randomized()

    withdraw(world.store, world.coordinator, who, WithdrawalKind.INTERVENTION_ONLY, "finds it dull")

    sessions, visits = plans(world, who)
    assert set(sessions) == {PlanState.MISSED}
    assert visits[-2:] == [PlanState.PLANNED, PlanState.PLANNED]
    assert world.state_of(who) == "randomized"


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (WithdrawalKind.TRIAL, "withdrawn"),
        (WithdrawalKind.LOST_TO_FOLLOW_UP, "lost_to_follow_up"),
    ],
)
def test_leaving_the_trial_closes_the_plan_and_keeps_its_rows(
    world: World, kind: WithdrawalKind, state: str
) -> None:
    who = world.randomized()

    withdraw(world.store, world.coordinator, who, kind, "moved away")

    sessions, visits = plans(world, who)
    assert len(sessions) == world.protocol.sessions.count
    assert set(sessions) == {PlanState.MISSED}
    assert visits[-2:] == [PlanState.MISSED, PlanState.MISSED]
    assert world.state_of(who) == state


def test_a_withdrawal_needs_a_reason(world: World) -> None:
    with pytest.raises(ReasonMissingError):
        withdraw(world.store, world.coordinator, world.consented(), WithdrawalKind.TRIAL, " ")


def test_nobody_withdraws_twice_from_the_same(world: World) -> None:
    who = world.randomized()
    kind = WithdrawalKind.INTERVENTION_ONLY
    withdraw(world.store, world.coordinator, who, kind, "dull")

    with pytest.raises(AlreadyDoneError, match="already withdrawn from the listening"):
        withdraw(world.store, world.coordinator, who, kind, "dull")


def test_who_does_not_listen_yet_cannot_withdraw_from_listening(world: World) -> None:
    with pytest.raises(WrongStepError, match="this step needs: randomized"):
        withdraw(
            world.store,
            world.coordinator,
            world.eligible(),
            WithdrawalKind.INTERVENTION_ONLY,
            "dull",
        )
