"""The statistician's pages: reachable by keyboard, readable by everybody, on a desk and on a tablet."""

import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from data.records.people import Role
from data.storage.sign_in import sign_in_process
from tests.browser.conftest import sign_in
from tests.browser.house import App, House
from trials.explorations import recorded_explorations

DESK, TABLET = {"width": 1280, "height": 800}, {"width": 820, "height": 1180}
PATIENCE_MS = 60_000


def is_readable(page: Page) -> bool:
    """Whether axe finds nothing and nothing sticks out to the side."""
    found = Axe().run(page)
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return (found.violations_count, wide) == (0, 0)


@pytest.mark.parametrize("viewport", [DESK, TABLET], ids=["desk", "tablet"])
def test_plan_exploration_and_export_work_by_keyboard_and_can_be_read_by_everybody(
    page: Page, app: App, house: House, tmp_path: Path, viewport: dict[str, int]
) -> None:
    page.set_viewport_size(viewport)  # type: ignore[arg-type]  # a mapping is what it takes
    sign_in(page, app, "statistician")

    page.goto(f"{app.address}/plan")
    expect(page.get_by_text("Computed again just now")).to_be_visible(timeout=PATIENCE_MS)
    assert is_readable(page)

    page.goto(f"{app.address}/explore")
    page.get_by_role("textbox", name="Why do you analyse").fill("A reviewer asked for it.")
    press_by_keyboard(page, "Record and run outside the plan")
    expect(page.get_by_text("No plan has this analysis")).to_be_visible(timeout=PATIENCE_MS)
    assert is_readable(page)
    with house.reading() as (store, _):
        reader = sign_in_process(store, Role.REVIEWER, "test")
        assert recorded_explorations(store, reader)[-1].by == "statistician"

    page.goto(f"{app.address}/export")
    press_by_keyboard(page, "Prepare the files")
    button = page.get_by_role("button", name="Take out as Parquet")
    expect(button).to_be_visible(timeout=PATIENCE_MS)
    assert is_readable(page)
    with page.expect_download() as download:
        press_by_keyboard(page, "Take out as Parquet")
    download.value.save_as(tmp_path / "export.zip")
    with zipfile.ZipFile(tmp_path / "export.zip") as archive:
        assert {"manifest.json", "datasets/adsl.parquet"} <= set(archive.namelist())


def press_by_keyboard(page: Page, name: str) -> None:
    """Reach a button by Tab and press it."""
    button = page.get_by_role("button", name=name)
    expect(button).to_be_visible(timeout=PATIENCE_MS)
    for _ in range(60):
        if button.evaluate("node => node === document.activeElement"):
            break
        page.keyboard.press("Tab")
    assert button.evaluate("node => node === document.activeElement")
    page.keyboard.press("Enter")
