"""Signing in, out, and by a participant's one-time link."""

import pytest

from data.records.people import Role
from data.storage.sign_in import actor_of
from screens.demonstration import PASSWORD
from screens.sign_in import OWN_PASSWORD, local_path
from tests.screens.conftest import Served
from trials.people import add_account


def test_the_form_has_labels_and_lets_password_managers_help(served: Served) -> None:
    page = served.get("/sign-in").text

    assert '<label for="user">User name</label>' in page
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page


def test_a_sign_in_gives_a_cookie_that_scripts_cannot_read(served: Served) -> None:
    answer = served.post("/sign-in", {"user": " Reviewer ", "password": PASSWORD})

    assert answer.status == 303
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_a_refused_sign_in_says_why_and_keeps_the_name_but_never_the_password(
    served: Served,
) -> None:
    sent = {"user": '"><script>', "password": "a wrong password"}

    answer = served.post("/sign-in", sent)

    assert answer.status == 401
    assert 'role="alert"' in answer.text
    assert "&quot;&gt;&lt;script&gt;" in answer.text
    assert "a wrong password" not in answer.text
    assert answer.headers["set-cookie"] is None


def test_signing_in_again_ends_the_sign_in_before(served: Served) -> None:
    first = served.post("/sign-in", {"user": "reviewer", "password": PASSWORD}).cookie

    second = served.post(
        "/sign-in", {"user": "statistician", "password": PASSWORD}, cookie=first
    ).cookie

    assert actor_of(served.bench.store(), first) is None
    assert actor_of(served.bench.store(), second) is not None


def test_signing_out_asks_first_and_then_ends_the_sign_in(served: Served) -> None:
    cookie = served.post("/sign-in", {"user": "reviewer", "password": PASSWORD}).cookie
    assert served.get("/sign-out", cookie=cookie).status == 200
    assert actor_of(served.bench.store(), cookie) is not None

    served.post("/sign-out", {}, cookie=cookie)

    assert actor_of(served.bench.store(), cookie) is None


def test_a_participants_link_signs_in_once_and_signs_the_staff_out(served: Served) -> None:
    staff = served.post("/sign-in", {"user": "coordinator", "password": PASSWORD}).cookie
    link = f"/p/{served.house.links[served.house.next_at('gad7')]}"
    assert "Begin" in served.get(link).text

    first = served.post(link, {}, cookie=staff)
    again = served.post(link, {})

    store = served.bench.store()
    actor = actor_of(store, first.cookie)
    assert actor is not None
    assert actor.role == "participant"
    assert actor_of(store, staff) is None
    assert again.status == 410


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        pytest.param("/enrol?participant=LEI-001", "/enrol?participant=LEI-001", id="a page"),
        pytest.param("", "/", id="nothing"),
        pytest.param("//evil.example", "/", id="another host"),
        pytest.param("/\\evil.example", "/", id="another host for some browsers"),
        pytest.param("https://evil.example", "/", id="another site"),
        pytest.param("/api/answers", "/", id="no page"),
    ],
)
def test_a_sign_in_leads_only_to_our_own_pages(wanted: str, reached: str) -> None:
    assert local_path(wanted) == reached


def test_a_password_that_an_administrator_gave_leads_to_the_choice_of_an_own_one(
    served: Served,
) -> None:
    given, own = "given by an administrator", "known to nobody else"
    store = served.bench.store()
    ada = actor_of(store, served.sign_in("administrator", PASSWORD))
    assert ada is not None
    add_account(
        store,
        ada,
        user_id="rhea",
        display_name="Rhea",
        role=Role.REVIEWER,
        site_id=None,
        password=given,
    )

    first = served.post("/sign-in", {"user": "rhea", "password": given})
    sent = {"user": "rhea", "password": given, "new": own, "again": own}
    changed = served.post(OWN_PASSWORD, sent)

    assert 'role="alert"' in first.text
    assert "New password" in first.text
    assert first.cookie == ""
    assert changed.status == 303
    assert actor_of(store, changed.cookie) is not None
    assert served.post("/sign-in", {"user": "rhea", "password": own}).status == 303


def test_the_own_password_is_changed_only_when_the_new_one_was_typed_twice(served: Served) -> None:
    cookie = served.sign_in("statistician", PASSWORD)
    assert 'value="statistician"' in served.get(OWN_PASSWORD, cookie=cookie).text
    sent = {"user": "statistician", "password": PASSWORD, "new": "one password", "again": "another"}

    answer = served.post(OWN_PASSWORD, sent, cookie=cookie)

    assert answer.status == 401
    assert "The two new passwords differ" in answer.text
    assert served.post("/sign-in", {"user": "statistician", "password": PASSWORD}).status == 303
