"""Nobody gets in without a sign-in, however the app is started, and nothing is drawn around the guard."""

import http.client
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from screens.demonstration import PASSWORD
from tests.browser.conftest import come_as_participant, sign_in
from tests.browser.house import CHECKOUT, STARTERS, App, House, start_app

GUARDED = (
    "/",
    "/media/x.wav",
    "/_stcore/metrics",
    "/_stcore/agent/openapi.json",
    "/reports/analysis",
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the server answered."""

    status: int
    headers: http.client.HTTPMessage


def ask(app: App, path: str, method: str = "GET", **headers: str) -> Answer:
    """Ask for a path without following where it leads."""
    with closing(http.client.HTTPConnection(urlsplit(app.address).netloc, timeout=10)) as server:
        server.request(method, path, headers=headers)
        answer = server.getresponse()
        answer.read()
        return Answer(status=answer.status, headers=answer.headers)


@pytest.fixture(params=STARTERS)
def started(request: pytest.FixtureRequest, house: House) -> Iterator[App]:
    """Start the app in each of the three ways.

    Yields
    ------
    App
        The running app.
    """
    with start_app(house.url, STARTERS[request.param]) as app:
        yield app


def test_every_starter_guards_every_path_and_shows_the_first_page(started: App, page: Page) -> None:
    answers = {path: ask(started, path) for path in GUARDED}
    assert {answer.status for answer in answers.values()} <= {303, 401}
    assert answers["/"].headers["location"] == "/sign-in"
    assert "frame-ancestors 'none'" in answers["/"].headers["content-security-policy"]
    assert not is_let_in(started, "/_stcore/stream")

    sign_in(page, started, "coordinator")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=15_000)


def is_let_in(app: App, path: str) -> bool:
    """Whether a websocket without a cookie is accepted."""
    try:
        with connect(app.address.replace("http", "ws") + path):
            return True
    except InvalidStatus:
        return False


def test_pages_stay_empty_when_streamlit_runs_them_without_the_guard(
    tmp_path: Path, house: House, page: Page
) -> None:
    """`streamlit run` ignores routes and middleware when the call is hidden in a function."""
    for name in (
        "screens",
        "data",
        "trials",
        "protocols",
        "interventions",
        "analysis",
        ".streamlit",
    ):
        (tmp_path / name).symlink_to(CHECKOUT / name)
    hidden = (CHECKOUT / "app.py").read_text("utf-8").replace("app = st.App(", "app = make(")
    assert "make(" in hidden
    (tmp_path / "app.py").write_text(
        hidden.replace("bench = ", "make = st.App\nbench = ", 1), "utf-8"
    )
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    arguments = [*STARTERS["streamlit run app.py"]]
    with start_app(house.url, arguments, folder=tmp_path, health="/_stcore/health") as app:
        page.goto(app.address)

        expect(page.get_by_text("not reached through the sign-in")).to_be_visible(timeout=15_000)
        assert page.get_by_text("CALM-1").count() == 0


def test_another_sites_page_cannot_post_or_open_a_websocket(app: App) -> None:
    answer = ask(app, "/sign-in", "POST", Origin="http://evil.example")

    assert answer.status == 403


def test_signing_in_by_keyboard_breaks_no_rule_of_the_content_policy(app: App, page: Page) -> None:
    broken: list[str] = []
    page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)

    sign_in(page, app, "coordinator")
    page.wait_for_timeout(1500)

    assert broken == []
    cookies = page.context.cookies()
    cookie = next(cookie for cookie in cookies if cookie["name"] == "antiphon")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"


def test_a_wrong_password_is_explained_and_the_name_is_kept(app: App, page: Page) -> None:
    page.goto(f"{app.address}/sign-in")
    page.get_by_label("User name").fill("reviewer")
    page.get_by_label("Password").fill("not this one")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("do not open an account")
    expect(page.get_by_label("User name")).to_have_value("reviewer")
    assert Axe().run(page).violations_count == 0


def test_a_sign_out_ends_the_sign_in_on_the_server(app: App, page: Page) -> None:
    sign_in(page, app, "coordinator")
    cookie = next(c for c in page.context.cookies() if c["name"] == "antiphon")
    page.goto(f"{app.address}/sign-out")
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    answer = ask(app, "/", Cookie=f"antiphon={cookie['value']}")
    assert answer.status == 303


def test_a_participants_link_works_once(app: App, house: House, page: Page) -> None:
    who = house.next_at("gad7")
    come_as_participant(page, app, house, who)
    expect(page.get_by_role("group")).to_be_visible(timeout=20_000)

    page.goto(f"{app.address}/p/{house.links[who]}")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("ask the study team for a new link")).to_be_visible()


def test_a_link_leads_where_it_should_after_signing_in_and_never_elsewhere(
    app: App, page: Page
) -> None:
    page.goto(f"{app.address}/enrol?participant=LEI-001")
    assert page.url.endswith("/sign-in?next=%2Fenrol%3Fparticipant%3DLEI-001")

    page.goto(f"{app.address}/sign-in?next=//evil.example")
    sign_in_here = page.get_by_role("button", name="Sign in")
    page.get_by_label("User name").fill("reviewer")
    page.get_by_label("Password").fill(PASSWORD)
    sign_in_here.click()
    page.wait_for_timeout(500)
    assert urlsplit(page.url).netloc == urlsplit(app.address).netloc
