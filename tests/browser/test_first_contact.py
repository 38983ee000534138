"""From first contact to report: sign in, hear both arms, stop them, read the statistician's report."""

import math
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, ViewportSize, expect

from protocols.document import shipped_protocol
from tests.browser.conftest import HERE, sign_in
from tests.browser.house import App

PLAYER = "[...globalThis.__antiphonPlayers.values()].at(-1)"
SQUARES = """() => {
  const values = window.tapped.flatMap(([, block]) => block);
  return [values.length, values.reduce((sum, value) => sum + value * value, 0)];
}"""
JOINED = (
    f"{PLAYER}.segments.every((one, n, all) =>"
    " n === 0 || one.startFrame === all[n - 1].startFrame + all[n - 1].frames)"
)
AUDIBLE_RMS = 0.003
PATIENCE_S = 60
TAP = Path(HERE / "tap.js")
ARMS = [pytest.param(arm.label, id=arm.code) for arm in shipped_protocol().arms]
TABLET: ViewportSize = {"width": 820, "height": 1180}
FIRST_PAGES = {
    "coordinator": "today",
    "statistician": "masked",
    "reviewer": "protocol",
    "administrator": "open_trial",
}


def wait_until(page: Page, condition: str) -> None:
    """Ask until it is so; the page's policy lets Playwright not wait by itself.

    Raises
    ------
    AssertionError
        If it does not become so.
    """
    for _ in range(PATIENCE_S * 2):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(500)
    raise AssertionError(condition)


@pytest.mark.parametrize("label", ARMS)
def test_the_music_of_an_arm_is_heard_without_gaps_and_stops(
    page: Page, app: App, label: str
) -> None:
    page.add_init_script(path=TAP)
    sign_in(page, app, "administrator")
    page.goto(f"{app.address}/listen")
    page.get_by_text(label, exact=True).click(timeout=20_000)
    page.get_by_role("button", name="Get it ready").click()
    page.get_by_role("button", name="Start").click(timeout=20_000)
    expect(page.get_by_role("status").filter(has_text="Playing.")).to_be_visible(timeout=15_000)

    wait_until(page, f"{PLAYER}.segments.length >= 3")
    frames, squares = page.evaluate(SQUARES)
    assert math.sqrt(squares / frames) > AUDIBLE_RMS
    assert page.evaluate(JOINED)
    assert page.evaluate(f"{PLAYER}.underruns") == 0
    assert Axe().run(page).violations_count == 0
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("It is over. Choose again above.")).to_be_visible(timeout=15_000)


def test_the_statisticians_report_opens_and_can_be_read_by_everybody(page: Page, app: App) -> None:
    sign_in(page, app, "statistician")
    page.goto(f"{app.address}/reports/analysis")

    expect(page.get_by_text("CALM-1").first).to_be_visible(timeout=PATIENCE_S * 1000)
    expect(page).to_have_url(f"{app.address}/reports/analysis/result", timeout=PATIENCE_S * 1000)
    assert Axe().run(page).violations_count == 0


@pytest.mark.parametrize("user", FIRST_PAGES)
def test_a_first_page_answers_to_its_own_name_too(page: Page, app: App, user: str) -> None:
    sign_in(page, app, user)
    title = page.get_by_role("heading", level=1).first.inner_text(timeout=20_000)

    page.goto(f"{app.address}/{FIRST_PAGES[user]}")

    expect(page.get_by_role("heading", level=1).first).to_have_text(title, timeout=20_000)
    assert page.get_by_text("Page not found").count() == 0


@pytest.mark.parametrize("user", FIRST_PAGES)
def test_the_banner_is_whole_on_a_tablet(page: Page, app: App, user: str) -> None:
    page.set_viewport_size(TABLET)
    sign_in(page, app, user)

    button = page.get_by_role("button", name=f"{user} · {user}")
    box = button.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= TABLET["width"]
    assert button.evaluate(
        "node => [node, ...node.querySelectorAll('*')].every(one => one.scrollWidth <= one.clientWidth + 1"
        " || getComputedStyle(one).overflowX === 'visible')"
    )
