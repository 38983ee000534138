"""What the browser tests share: the Chromium they drive. Each of them is marked `browser`."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from screens.demonstration import PASSWORD
from tests.browser.chromium import NOT_FOUND, find_chromium
from tests.browser.house import App, House, make_house, start_app

HERE = Path(__file__).parent

# Headless in a container, and silent: without the last four Chromium looks for its maker's servers.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder `browser`."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, object],
) -> dict[str, object]:
    """Start this machine's own Chromium; without one, skip, but fail in CI."""
    chromium = find_chromium()
    if chromium is None:
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up(NOT_FOUND)
    return {**browser_type_launch_args, "executable_path": chromium, "args": ARGUMENTS}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Return a store with a small trial in it."""
    return make_house(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def app(house: House) -> Iterator[App]:
    """Start the app on that store, once for all tests of a file.

    Yields
    ------
    App
        Its address.
    """
    with start_app(house.url) as app:
        yield app


def sign_in(page: Page, app: App, user: str) -> None:
    """Sign a person in by keyboard, and wait for the first page."""
    page.goto(f"{app.address}/sign-in")
    page.get_by_label("User name").focus()
    page.keyboard.type(user)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("CALM-1").first).to_be_visible(timeout=20_000)


def come_as_participant(page: Page, app: App, house: House, who: str) -> None:
    """Open a participant's one-time link."""
    page.goto(f"{app.address}/p/{house.links[who]}")
    page.get_by_role("button", name="Begin").click()


@pytest.fixture
def tablet(browser: Browser) -> Iterator[Page]:
    """Open the participant's tablet: another browser profile than the coordinator's.

    Yields
    ------
    Page
        Its page.
    """
    context = browser.new_context(viewport={"width": 820, "height": 1180})
    context.add_init_script(path=HERE / "tap.js")
    yield context.new_page()
    context.close()


def begin(page: Page, tablet: Page, app: App, house: House) -> str:
    """Rate on the tablet, start the session as the coordinator, and press Start on the tablet."""
    who = house.next_at("line")
    come_as_participant(tablet, app, house, who)
    tablet.get_by_role("radio", name="I prefer not to answer").check(force=True, timeout=20_000)
    tablet.get_by_role("button", name="Finish").click()
    expect(tablet.get_by_role("heading", name="Thank you")).to_be_visible(timeout=20_000)

    sign_in(page, app, "coordinator")
    page.goto(f"{app.address}/run_session?participant={who}")
    page.get_by_text("Simulated listener, for training only").click(timeout=20_000)
    page.get_by_text("2 minutes (training)").click()
    page.get_by_role("button", name="Start the session").click(timeout=20_000)

    tablet.get_by_role("button", name="Start").click(timeout=30_000)
    expect(tablet.get_by_role("status").filter(has_text="Playing.")).to_be_visible(timeout=15_000)
    return who
