"""Signing in: one message for every refusal, pauses, one-time links, processes (21 CFR 11.300)."""

import time
from dataclasses import replace
from datetime import timedelta
from statistics import median

import pytest

from data.records.people import Actor, Role, SignIn, SignInMeans, User
from data.storage import accounts as accounts_module
from data.storage.accounts import (
    add_user,
    change_password,
    create_first_administrator,
    password_givers,
    set_password,
)
from data.storage.audit import audit_entries, verify
from data.storage.errors import (
    AlreadyRecordedError,
    GivenPasswordError,
    NotPermittedError,
    RecordNotFoundError,
    SignInEndedError,
    SignInRefusedError,
)
from data.storage.participant_links import link_used_at, participant_token, redeem_participant_token
from data.storage.passwords import PASSWORD_COST, PasswordCost, hash_password, is_password
from data.storage.roles import Permission
from data.storage.sign_in import (
    actor_of,
    check_password,
    end_sign_in,
    sign_in,
    sign_in_process,
    sign_out,
    standing_actor_of,
    touch,
)
from data.storage.store import Store
from tests.data.storage.examples import CHEAP, USER, Clock

PASSWORD = "correct horse"  # noqa: S105 - of a test
WRONG = "incorrect horse"


@pytest.fixture
def peopled(store: Store, administrator: Actor) -> Store:
    """Return a store with the coordinator Bea."""
    add_user(store, administrator, USER, PASSWORD)
    return store


def refusal(store: Store, user_id: str, password: str) -> str:
    """Return what a refused sign-in says."""
    with pytest.raises(SignInRefusedError) as refused:
        sign_in(store, user_id, password)
    return str(refused.value)


def test_a_person_signs_in_and_acts(peopled: Store) -> None:
    actor = actor_of(peopled, sign_in(peopled, " Bea ", PASSWORD))

    assert actor is not None
    assert (actor.user_id, actor.role, actor.site_id) == ("bea", Role.COORDINATOR, "LEI")
    with peopled.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        assert reading is not None


def test_the_token_is_not_in_the_files(peopled: Store) -> None:
    token = sign_in(peopled, "bea", PASSWORD)

    content = b"".join(path.read_bytes() for path in peopled.path.parent.iterdir())

    assert token.encode() not in content
    assert PASSWORD.encode() not in content


def test_every_refusal_says_the_same(peopled: Store, administrator: Actor) -> None:
    add_user(peopled, administrator, replace(USER, id="old"), PASSWORD)
    with peopled.writing(administrator, Permission.MANAGE_PEOPLE, "test") as writing:
        writing.replace(replace(writing.get(User, "old"), active=False))

    said = {
        refusal(peopled, "bea", WRONG),
        refusal(peopled, "nobody", PASSWORD),
        refusal(peopled, "old", PASSWORD),
        refusal(peopled, "bea", ""),
        refusal(peopled, "", ""),
    }

    assert len(said) == 1


def test_an_unknown_name_takes_as_long_as_a_wrong_password(
    peopled: Store, administrator: Actor
) -> None:
    peopled.password_cost = PasswordCost(memory_kib=8192, passes=2, lanes=1)
    add_user(peopled, administrator, replace(USER, id="slow"), PASSWORD)

    def seconds(user_id: str) -> float:
        start = time.process_time()
        refusal(peopled, user_id, WRONG)
        return time.process_time() - start

    known = median(seconds("slow") for _ in range(4))
    unknown = median(seconds("nobody") for _ in range(4))

    assert 1 / 3 < unknown / known < 3


def test_four_failures_pause_nothing_and_five_do(peopled: Store) -> None:
    for _ in range(4):
        refusal(peopled, "bea", WRONG)
    sign_in(peopled, "bea", PASSWORD)
    for _ in range(5):
        refusal(peopled, "bea", WRONG)

    paused = refusal(peopled, "bea", PASSWORD)

    assert "paused" in paused


def test_pauses_double_up_to_an_hour(peopled: Store, clock: Clock) -> None:
    """A wrong password is counted (and so is in the audit) only when the pause is over."""
    for _ in range(5):
        refusal(peopled, "bea", WRONG)
    counted = []
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        clock.move(timedelta(minutes=minutes, seconds=-1))
        before = verify(peopled).entries
        refusal(peopled, "bea", WRONG)
        early = verify(peopled).entries - before
        clock.move(timedelta(seconds=1))
        refusal(peopled, "bea", WRONG)
        counted.append((early, verify(peopled).entries - before))

    assert counted == [(0, 1)] * 8


def test_a_pause_ends_by_itself_and_success_starts_the_count_anew(
    peopled: Store, clock: Clock
) -> None:
    for _ in range(5):
        refusal(peopled, "bea", WRONG)
    clock.move(timedelta(minutes=1))

    sign_in(peopled, "bea", PASSWORD)
    for _ in range(4):
        refusal(peopled, "bea", WRONG)

    assert sign_in(peopled, "bea", PASSWORD)


def test_failures_are_in_the_audit(peopled: Store) -> None:
    refusal(peopled, "bea", WRONG)
    reviewer = sign_in_process(peopled, Role.REVIEWER, "rex")

    found = audit_entries(peopled, reviewer, action="sign_in_refused")

    assert [(one.user_id, one.table) for one in found.entries] == [("bea", "sign_in_failures")]


def test_a_new_password_by_an_administrator_lifts_the_pause(
    peopled: Store, administrator: Actor
) -> None:
    for _ in range(5):
        refusal(peopled, "bea", WRONG)

    set_password(peopled, administrator, "bea", "battery staple")

    assert sign_in(peopled, "bea", "battery staple")
    refusal(peopled, "bea", PASSWORD)
    assert verify(peopled).ok


def test_a_person_changes_the_own_password(peopled: Store) -> None:
    with pytest.raises(SignInRefusedError, match="do not open an account"):
        change_password(peopled, "bea", WRONG, "battery staple")
    with pytest.raises(SignInRefusedError, match="another password than the present"):
        change_password(peopled, "bea", PASSWORD, PASSWORD)

    actor = actor_of(peopled, change_password(peopled, "bea", PASSWORD, "battery staple"))

    assert actor is not None
    assert sign_in(peopled, "bea", "battery staple")
    refusal(peopled, "bea", PASSWORD)
    assert verify(peopled).ok


def test_an_account_that_is_closed_while_its_password_changes_stays_closed(
    peopled: Store, administrator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed_meanwhile(password: str, cost: PasswordCost) -> str:
        with peopled.writing(administrator, Permission.MANAGE_PEOPLE, "test") as writing:
            writing.replace(replace(writing.get(User, "bea"), active=False))
        return hash_password(password, cost)

    monkeypatch.setattr(accounts_module, "hash_password", closed_meanwhile)

    with pytest.raises(SignInRefusedError, match="changed meanwhile"):
        change_password(peopled, "bea", PASSWORD, "battery staple")

    with peopled.reading(administrator, Permission.MANAGE_PEOPLE) as reading:
        assert not reading.get(User, "bea").active


@pytest.fixture
def ana(store: Store) -> Actor:
    """Return an administrator who signed in as a person."""
    create_first_administrator(store, "ana", "Ana Vos", PASSWORD)
    actor = actor_of(store, sign_in(store, "ana", PASSWORD))
    assert actor is not None
    return actor


def test_a_password_that_an_administrator_gave_opens_only_the_choice_of_an_own_one(
    store: Store, ana: Actor
) -> None:
    add_user(store, ana, USER, PASSWORD)
    with pytest.raises(GivenPasswordError, match="choose one that only you know"):
        sign_in(store, "bea", PASSWORD)
    change_password(store, "bea", PASSWORD, "battery staple")
    bea = actor_of(store, sign_in(store, "bea", "battery staple"))
    assert bea is not None

    set_password(store, ana, "bea", "a third one")

    with pytest.raises(GivenPasswordError):
        sign_in(store, "bea", "a third one")
    with pytest.raises(GivenPasswordError):
        check_password(store, bea, "a third one")


def test_who_gave_a_password_is_on_record_even_after_it_was_replaced(
    store: Store, ana: Actor
) -> None:
    add_user(store, ana, USER, PASSWORD)
    given = password_givers(store, "bea")
    change_password(store, "bea", PASSWORD, "battery staple")
    replaced = password_givers(store, "bea")
    set_password(store, ana, "bea", "a third one")
    change_password(store, "bea", "a third one", "a fourth one")

    assert given == {"ana"}
    assert replaced == set()
    assert password_givers(store, "bea") == {"ana"}
    assert password_givers(store, "nobody") == set()


@pytest.mark.parametrize("password", ["short", "BEA-is-my-name", ""])
def test_a_password_that_is_easy_to_guess_is_refused(
    store: Store, administrator: Actor, password: str
) -> None:
    with pytest.raises(SignInRefusedError, match="8 characters or more"):
        add_user(store, administrator, USER, password)


def test_the_first_administrator_is_made_once(store: Store) -> None:
    made = create_first_administrator(store, "Ana", "Ana Vos", PASSWORD)

    with pytest.raises(AlreadyRecordedError, match="an administrator adds more"):
        create_first_administrator(store, "eva", "Eva", PASSWORD)

    assert (made.id, made.role, made.password_hash) == ("ana", Role.ADMINISTRATOR, "")


def test_a_name_is_never_used_twice(peopled: Store, administrator: Actor) -> None:
    with pytest.raises(AlreadyRecordedError, match="never used again"):
        add_user(peopled, administrator, replace(USER, id="BEA"), PASSWORD)


@pytest.mark.parametrize(
    "user",
    [
        pytest.param(replace(USER, id="process:demo"), id="a name like that of a process"),
        pytest.param(replace(USER, id=" "), id="no name"),
        pytest.param(replace(USER, id="LEI-001", role=Role.PARTICIPANT), id="a participant"),
    ],
)
def test_some_accounts_are_never_made(store: Store, administrator: Actor, user: User) -> None:
    with pytest.raises(NotPermittedError):
        add_user(store, administrator, user, PASSWORD)


def test_only_those_who_manage_people_add_accounts(store: Store, coordinator: Actor) -> None:
    with pytest.raises(NotPermittedError):
        add_user(store, coordinator, USER, PASSWORD)


def test_the_password_is_asked_again_before_an_act_that_counts(
    peopled: Store, administrator: Actor
) -> None:
    bea = actor_of(peopled, sign_in(peopled, "bea", PASSWORD))
    assert bea is not None

    check_password(peopled, bea, PASSWORD)

    with pytest.raises(SignInRefusedError):
        check_password(peopled, bea, WRONG)
    with pytest.raises(SignInRefusedError):
        check_password(peopled, administrator, PASSWORD)
    with pytest.raises(SignInEndedError):
        check_password(peopled, replace(bea, sign_in_id="0" * 64), PASSWORD)


def test_a_link_signs_a_participant_in_once(running: Store, coordinator: Actor) -> None:
    link = participant_token(running, coordinator, "LEI-001")

    actor = actor_of(running, redeem_participant_token(running, link))

    assert actor is not None
    assert (actor.user_id, actor.role, actor.site_id) == ("LEI-001", Role.PARTICIPANT, "LEI")
    with pytest.raises(SignInRefusedError, match="does not work any more"):
        redeem_participant_token(running, link)
    assert verify(running).ok


def test_it_is_known_when_a_link_was_used_to_those_who_may_make_one(
    running: Store, coordinator: Actor, administrator: Actor, clock: Clock
) -> None:
    link = participant_token(running, coordinator, "LEI-001")
    assert link_used_at(running, coordinator, link) is None

    redeem_participant_token(running, link)

    assert link_used_at(running, coordinator, link) == clock()
    with pytest.raises(NotPermittedError):
        link_used_at(running, administrator, link)


def test_a_link_that_is_unknown_or_old_says_the_same(
    running: Store, coordinator: Actor, clock: Clock
) -> None:
    link = participant_token(running, coordinator, "LEI-001")
    clock.move(timedelta(hours=72))

    said = set()
    for token in (link, "never-made"):
        with pytest.raises(SignInRefusedError) as refused:
            redeem_participant_token(running, token)
        said.add(str(refused.value))

    assert len(said) == 1


def test_a_link_is_made_for_the_own_site_by_those_who_may(
    running: Store, coordinator: Actor, administrator: Actor
) -> None:
    with pytest.raises(RecordNotFoundError):
        participant_token(running, coordinator, "GRA-001")
    with pytest.raises(NotPermittedError):
        participant_token(running, administrator, "LEI-001")


def test_a_process_signs_in_without_a_password_and_the_audit_says_so(
    store: Store, administrator: Actor
) -> None:
    with store.reading(administrator, Permission.MANAGE_PEOPLE) as reading:
        found = reading.find(SignIn)
    reviewer = sign_in_process(store, Role.REVIEWER, "rex")

    assert [(one.user_id, one.means) for one in found] == [("process:ana", SignInMeans.PROCESS)]
    assert audit_entries(store, reviewer, action="sign_in_process").total == 2


def test_a_process_is_never_idle_but_ends(store: Store, administrator: Actor, clock: Clock) -> None:
    clock.move(timedelta(days=90))
    with store.reading(administrator, Permission.SIGN_IN) as reading:
        assert reading is not None

    end_sign_in(store, administrator)

    with pytest.raises(SignInEndedError), store.reading(administrator, Permission.SIGN_IN):
        pass


def test_what_repeats_by_itself_keeps_nobody_signed_in(peopled: Store, clock: Clock) -> None:
    token = sign_in(peopled, "bea", PASSWORD)
    for _ in range(14):
        clock.move(timedelta(minutes=1))
        assert actor_of(peopled, token) is not None

    clock.move(timedelta(minutes=1))

    assert actor_of(peopled, token) is None
    touch(peopled, token)
    assert actor_of(peopled, token) is None


def test_an_idle_sign_in_stands_until_it_is_ended(peopled: Store, clock: Clock) -> None:
    token = sign_in(peopled, "bea", PASSWORD)
    clock.move(timedelta(minutes=16))
    assert actor_of(peopled, token) is None
    assert standing_actor_of(peopled, token) is not None

    sign_out(peopled, token)

    assert standing_actor_of(peopled, token) is None


def test_no_sign_in_stands_when_its_account_was_closed(
    peopled: Store, administrator: Actor
) -> None:
    token = sign_in(peopled, "bea", PASSWORD)

    with peopled.writing(administrator, Permission.MANAGE_PEOPLE, "deactivate") as writing:
        writing.replace(replace(writing.get(User, "bea"), active=False))

    assert standing_actor_of(peopled, token) is None


def test_activity_is_written_every_twenty_seconds_at_most(peopled: Store, clock: Clock) -> None:
    token = sign_in(peopled, "bea", PASSWORD)
    seen = []
    for _ in range(4):
        clock.move(timedelta(seconds=10))
        touch(peopled, token)
        with peopled.connection() as connection:
            row = connection.exec_driver_sql(
                "SELECT last_seen_at FROM sign_in_activity WHERE "
                "sign_in_id IN (SELECT id FROM sign_in WHERE user_id = 'bea')"
            ).scalar_one()
        seen.append(row[14:19])

    assert seen == ["00:00", "00:20", "00:20", "00:40"]


def test_a_token_that_never_was_is_nobody(store: Store) -> None:
    touch(store, "never")

    assert actor_of(store, "never") is None


def test_a_hash_is_argon2id_and_says_what_it_costs() -> None:
    hashed = hash_password(PASSWORD, PASSWORD_COST)

    assert hashed.startswith("$argon2id$v=19$m=65536,t=2,p=1$")
    assert is_password(PASSWORD, hashed)
    assert not is_password(WRONG, hashed)
    assert hash_password(PASSWORD, CHEAP) != hash_password(PASSWORD, CHEAP)
