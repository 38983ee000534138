"""What the browser tests share: the Chromium they drive. Each of them is marked `browser`."""

import os
from pathlib import Path

import pytest

from tests.browser.chromium import NOT_FOUND, find_chromium

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
