"""How far an actor reaches: own site, own rows, a live sign-in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data.records.answers import ItemAnswer
from data.records.participants import Identity, Participant
from data.records.people import Actor, Role, SignIn, User
from data.records.sessions import LoopStep
from data.storage.accounts import add_user, change_password, create_first_administrator
from data.storage.errors import NotPermittedError, RecordNotFoundError, SignInEndedError
from data.storage.kinds import KINDS, Custody, Scope
from data.storage.participant_links import participant_token, redeem_participant_token
from data.storage.roles import Permission
from data.storage.sign_in import actor_of, sign_in, sign_in_process, sign_out, touch
from data.storage.store import Store
from tests.data.storage.examples import (
    CONSENT,
    SIGN_IN,
    SITE,
    USER,
    WITHDRAWAL,
    Clock,
    answer,
)

PASSWORD = "correct horse"  # noqa: S105 - of a test


@pytest.fixture
def ana(store: Store) -> Actor:
    """Return an administrator who signed in by password."""
    create_first_administrator(store, "ana", "Ana", PASSWORD)
    return live(store, sign_in(store, "ana", PASSWORD))


def live(store: Store, token: str) -> Actor:
    """Return who is behind a token that holds."""
    actor = actor_of(store, token)
    assert actor is not None
    return actor


def test_a_coordinator_finds_participants_of_the_own_site_only(
    running: Store, coordinator: Actor
) -> None:
    with running.reading(coordinator, Permission.SEE_PARTICIPANTS) as reading:
        found = reading.find(Participant)
        how_many = reading.count(Participant)

    assert [one.id for one in found] == ["LEI-001", "LEI-002"]
    assert how_many == 2


def test_a_participant_of_another_site_looks_as_if_it_did_not_exist(
    running: Store, coordinator: Actor
) -> None:
    with (
        running.reading(coordinator, Permission.SEE_PARTICIPANTS) as reading,
        pytest.raises(RecordNotFoundError, match="no such participant within your reach"),
    ):
        reading.get(Participant, "GRA-001")


@pytest.mark.parametrize("site", ["GRA", "LE", "EI", "LEIX", "lei"])
def test_no_row_of_any_kind_reaches_a_coordinator_of_another_site(full: Store, site: str) -> None:
    stranger = sign_in_process(full, Role.COORDINATOR, "stranger", site)
    trial_wide = {Scope.EVERYBODY, Scope.STAFF, Scope.ACCOUNT}
    bound = [one for one in KINDS.values() if one.scope not in trial_wide]

    with full.reading(stranger, Permission.RUN_SESSION) as reading:
        found = [reading.find(one.kind) for one in bound if one.custody is not Custody.IDENTITY]
    with full.reading(stranger, Permission.SEE_IDENTITY) as reading:
        found.append(reading.find(Identity))

    assert len(found) == len(bound)
    assert set(found) == {()}


def test_every_row_of_the_own_site_is_in_reach(full: Store, coordinator: Actor) -> None:
    with full.reading(coordinator, Permission.RUN_SESSION) as reading:
        counts = {
            one.name: reading.count(one.kind)
            for one in KINDS.values()
            if one.scope not in {Scope.EVERYBODY, Scope.STAFF, Scope.ACCOUNT}
        }

    assert set(counts.values()) == {1}


@pytest.mark.parametrize(
    "record", [answer(whose="GRA-001"), replace(CONSENT, participant_id="GRA-001")]
)
def test_a_coordinator_writes_nothing_for_another_site(
    running: Store, coordinator: Actor, record: object
) -> None:
    with (
        running.writing(coordinator, Permission.ENTER_DATA, "test") as writing,
        pytest.raises(NotPermittedError, match="another site or person"),
    ):
        writing.add(record)


def test_a_participant_sees_own_rows_only(running: Store, coordinator: Actor) -> None:
    with running.writing(coordinator, Permission.ANSWER, "test") as writing:
        writing.add_all((answer(whose="LEI-001"), answer(whose="LEI-002")))
    me = sign_in_process(running, Role.PARTICIPANT, "LEI-001", "LEI")

    with running.reading(me, Permission.ANSWER) as reading:
        answers = reading.find(ItemAnswer)
        people = reading.find(Participant)

    assert [one.participant_id for one in answers] == ["LEI-001"]
    assert [one.id for one in people] == ["LEI-001"]


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(answer(whose="LEI-002"), id="an answer of somebody else"),
        pytest.param(WITHDRAWAL, id="what only staff records"),
        pytest.param(replace(SITE, id="NEW"), id="a site"),
        pytest.param(replace(USER, id="me"), id="an account"),
    ],
)
def test_a_participant_writes_own_answers_only(running: Store, record: object) -> None:
    me = sign_in_process(running, Role.PARTICIPANT, "LEI-001", "LEI")

    with running.writing(me, Permission.ANSWER, "test") as writing:
        writing.add(answer())
        with pytest.raises(NotPermittedError):
            writing.add(record)


def test_a_participant_does_not_see_the_sealed_lists(full: Store) -> None:
    me = sign_in_process(full, Role.PARTICIPANT, "LEI-001", "LEI")
    staff_only = [one.kind for one in KINDS.values() if one.scope is Scope.STAFF]

    with full.reading(me, Permission.ANSWER) as reading:
        for kind in [*staff_only, LoopStep]:
            with pytest.raises(NotPermittedError):
                reading.find(kind)


def test_people_see_their_own_account_and_administrators_see_all(store: Store, ana: Actor) -> None:
    add_user(store, ana, USER, PASSWORD)
    bea = live(store, change_password(store, "bea", PASSWORD, "battery staple"))

    with store.reading(bea, Permission.SIGN_IN) as reading:
        own = reading.find(User)
        own_sign_ins = reading.find(SignIn)
    with store.reading(ana, Permission.MANAGE_PEOPLE) as reading:
        everybody = reading.find(User)

    assert [one.id for one in own] == ["bea"]
    assert [one.user_id for one in own_sign_ins] == ["bea"]
    assert [one.id for one in everybody] == ["ana", "bea"]
    assert {one.password_hash for one in everybody} == {""}


def test_nobody_writes_a_sign_in_by_hand(store: Store, ana: Actor) -> None:
    with (
        store.writing(ana, Permission.MANAGE_PEOPLE, "test") as writing,
        pytest.raises(NotPermittedError, match="does not write any sign in"),
    ):
        writing.add(SIGN_IN)


def test_accounts_are_written_by_those_who_manage_people_only(store: Store, ana: Actor) -> None:
    with (
        store.writing(ana, Permission.OPEN_TRIAL, "test") as writing,
        pytest.raises(NotPermittedError),
    ):
        writing.add(USER)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"role": Role.COORDINATOR}, id="another role"),
        pytest.param({"user_id": "eva"}, id="another name"),
        pytest.param({"site_id": "GRA"}, id="another site"),
        pytest.param({"sign_in_id": "0" * 64}, id="a sign-in that never was"),
    ],
)
def test_an_actor_made_up_from_another_one_is_refused(
    store: Store, ana: Actor, change: dict[str, object]
) -> None:
    made_up = replace(ana, **change)  # type: ignore[arg-type]

    with pytest.raises(SignInEndedError), store.reading(made_up, Permission.SIGN_IN):
        pass


def test_a_process_cannot_take_another_role(store: Store, coordinator: Actor) -> None:
    made_up = replace(coordinator, role=Role.ADMINISTRATOR)

    with pytest.raises(SignInEndedError), store.reading(made_up, Permission.MANAGE_PEOPLE):
        pass


@pytest.mark.parametrize(
    ("minutes", "holds"), [(14.9, True), (15, False)], ids=["before", "after a quarter of an hour"]
)
def test_a_sign_in_ends_when_nobody_does_anything(
    store: Store, ana: Actor, clock: Clock, minutes: float, *, holds: bool
) -> None:
    clock.move(timedelta(minutes=minutes))

    assert reaches(store, ana) is holds


@pytest.mark.parametrize(
    ("minutes", "holds"), [(119.9, True), (120, False)], ids=["before", "after two hours"]
)
def test_the_sign_in_of_a_participant_waits_two_hours_for_an_answer(
    running: Store, coordinator: Actor, clock: Clock, minutes: float, *, holds: bool
) -> None:
    link = participant_token(running, coordinator, "LEI-001")
    participant = live(running, redeem_participant_token(running, link))

    clock.move(timedelta(minutes=minutes))

    assert reaches(running, participant) is holds


def test_a_sign_in_holds_while_the_person_is_active_and_ends_after_twelve_hours(
    store: Store, clock: Clock
) -> None:
    create_first_administrator(store, "ana", "Ana", PASSWORD)
    token = sign_in(store, "ana", PASSWORD)
    held = []
    for _ in range(72):
        clock.move(timedelta(minutes=10))
        held.append(actor_of(store, token) is not None)
        touch(store, token)

    assert held == [True] * 71 + [False]


def test_a_sign_in_ends_at_signing_out(store: Store, ana: Actor) -> None:
    token = sign_in(store, "ana", PASSWORD)
    other = live(store, token)

    sign_out(store, token)

    assert not reaches(store, other)
    assert reaches(store, ana)


@pytest.mark.parametrize(
    "change", [{"active": False}, {"role": Role.REVIEWER}, {"site_id": "GRA"}], ids=str
)
def test_a_sign_in_ends_when_the_account_changes(
    store: Store, ana: Actor, change: dict[str, object]
) -> None:
    add_user(store, ana, USER, PASSWORD)
    bea = live(store, change_password(store, "bea", PASSWORD, "battery staple"))
    with store.writing(ana, Permission.MANAGE_PEOPLE, "change_user") as writing:
        user = writing.get(User, "bea")
        writing.replace(replace(user, **change))  # type: ignore[arg-type]

    assert not reaches(store, bea)


def test_the_password_survives_a_change_of_the_account(store: Store, ana: Actor) -> None:
    add_user(store, ana, USER, PASSWORD)

    with store.writing(ana, Permission.MANAGE_PEOPLE, "change_user") as writing:
        writing.replace(replace(writing.get(User, "bea"), display_name="Bea"))

    assert change_password(store, "bea", PASSWORD, "battery staple")


def reaches(store: Store, actor: Actor) -> bool:
    """Say whether the store lets an actor in."""
    try:
        with store.reading(actor, Permission.SIGN_IN):
            return True
    except SignInEndedError:
        return False
