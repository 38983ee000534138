"""What the browser tests share: the Chromium they drive. Each of them is marked `browser`."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

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
