"""The editor of heart beats in a browser: bring an ECG, mend it by keyboard, and see the audit."""

import re
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from data.records.people import Role
from data.storage.sign_in import sign_in_process
from data.storage.store import create_store
from protocols.document import shipped_protocol
from screens.clock import wall_clock
from tests.browser.conftest import sign_in
from tests.browser.house import QUICK, App, House, open_house
from tests.trials.world import Clock, World

PATIENCE_MS = 20_000


def write_intervals(path: Path) -> Path:
    """Write six minutes of intervals as text, one beat of them missed."""
    at = np.arange(440)
    rr_ms = (820 + 30 * np.sin(1.3 * at) + 20 * np.sin(0.5 * at)).round(1).tolist()
    rr_ms[200:202] = [round(rr_ms[200] + rr_ms[201], 1)]
    path.write_text("RR ms\n" + "\n".join(map(str, rr_ms)) + "\n")
    return path


def let_it_draw(page: Page) -> None:
    """Wait until the page is drawn: meanwhile Streamlit greys what is still to change."""
    app = page.locator("[data-testid='stApp']")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE_MS)
    expect(page.locator("[data-stale='true']")).to_have_count(0, timeout=PATIENCE_MS)


def pick(page: Page, label: str, option: str) -> None:
    """Choose by keyboard; a page that is drawn anew meanwhile closes its lists."""
    box = page.get_by_role("combobox", name=label)
    for _ in range(3):
        let_it_draw(page)
        box.click()
        page.keyboard.type(option)
        page.wait_for_timeout(300)
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        let_it_draw(page)
        if box.input_value() == option:
            return
    expect(box).to_have_value(option)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Return a store with a small trial and one person in it: quicker to make than the house of the other tests."""
    house = House(url=f"sqlite:///{tmp_path_factory.mktemp('house') / 'trial.db'}")
    store = create_store(house.url, wall_clock, password_cost=QUICK)
    administrator = open_house(store)
    coordinator = sign_in_process(store, Role.COORDINATOR, "preparation")
    world = World(
        store=store,
        clock=Clock(),
        protocol=shipped_protocol(),
        administrator=administrator,
        coordinator=coordinator,
        leiden=coordinator,
        statistician=coordinator,
        reviewer=coordinator,
    )
    house.waiting["consented"] = [world.consented()]
    store.close()
    return house


def test_a_recording_is_brought_mended_by_keyboard_and_the_audit_is_read(
    page: Page, app: App, house: House, tmp_path: Path
) -> None:
    who = house.next_at("consented")
    sign_in(page, app, "coordinator")
    page.goto(f"{app.address}/recordings")
    page.get_by_text("Bring a recording from a file").click(timeout=PATIENCE_MS)
    pick(page, "Whose heart", who)
    page.get_by_role("textbox", name="What was recorded").fill("Chest strap at home")
    page.locator("input[type=file]").set_input_files(write_intervals(tmp_path / "strap.txt"))
    expect(page.get_by_text("strap.txt")).to_be_visible(timeout=PATIENCE_MS)
    let_it_draw(page)
    page.get_by_role("button", name="Keep its beats").click()
    expect(page.get_by_text("439 intervals of Chest strap at home are kept.")).to_be_visible(
        timeout=PATIENCE_MS
    )

    plot = page.get_by_role("slider", name="Heart beats on view")
    plot.focus()
    page.keyboard.press("PageDown")
    expect(plot).to_have_attribute("aria-valuetext", _ending("left out by the rule"))
    expect(page.get_by_text("% from the median of the eleven around it.")).to_be_visible(
        timeout=PATIENCE_MS
    )
    page.get_by_role("radio", name="A beat was missed").click()
    let_it_draw(page)
    page.get_by_role("button", name="Add a beat").click()
    expect(page.get_by_text("Edit 1 is on record")).to_be_visible(timeout=PATIENCE_MS)
    expect(plot).to_have_attribute("aria-valuetext", _ending("added or moved"))
    expect(page.get_by_text("; none left out.")).to_be_visible()
    let_it_draw(page)
    assert Axe().run(page).violations_count == 0

    page.context.clear_cookies()
    sign_in(page, app, "reviewer")
    page.goto(f"{app.address}/audit")
    entry = page.get_by_role("row").filter(has_text="edited the beats of a recording").first
    expect(entry).to_contain_text("coordinator", timeout=PATIENCE_MS)
    expect(entry).to_contain_text("A beat was missed")


def _ending(words: str) -> re.Pattern[str]:
    return re.compile(f"{re.escape(words)}$")
