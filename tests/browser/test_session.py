"""One listening session on two screens: the coordinator's and the participant's tablet."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from data.records.sessions import ListeningSession, LoopStep, Playback, SessionState
from data.storage.roles import Permission
from tests.browser.conftest import begin
from tests.browser.house import App, House

TAP = Path(__file__).with_name("tap.js").read_text("utf-8")
SILENT_SINCE = """() => {
  const loud = window.tapped.filter(([, values]) => values.some((value) => Math.abs(value) > 1e-4));
  return loud.at(-1)?.[2] ?? 0;
}"""

PLAYER = "globalThis.__antiphonPlayers.values().next().value"
LOUDEST = """() => window.tapped.reduce(
  (loudest, [, values]) => values.reduce((most, value) => Math.max(most, Math.abs(value)), loudest), 0)
"""


def loudest_within(tablet: Page, patience_ms: int) -> float:
    """Return the highest sample heard so far; the page's policy lets Playwright not wait by itself."""
    loudest = 0.0
    for _ in range(patience_ms // 500):
        loudest = tablet.evaluate(LOUDEST)
        if loudest > 0.01:
            break
        tablet.wait_for_timeout(500)
    return loudest


def test_music_is_heard_on_the_tablet_and_stopped_by_the_coordinator(
    page: Page, tablet: Page, app: App, house: House
) -> None:
    who = begin(page, tablet, app, house)
    expect(page.get_by_text("The signal is good.").first).to_be_visible(timeout=20_000)
    expect(page.locator(".heart-value")).not_to_have_text("–")
    expect(page.locator(".estimate")).to_contain_text("Estimated arousal")
    expect(page.get_by_role("row", name="Breathing")).to_contain_text("GoodCounts")
    assert loudest_within(tablet, 15_000) > 0.01
    assert Axe().run(tablet).violations_count == 0
    tablet.wait_for_timeout(1500)
    heard_s = tablet.evaluate(f"{PLAYER}.playedS")

    pressed_at = page.evaluate("Date.now()")
    page.get_by_role("button", name="Stop the session").click()
    expect(tablet.get_by_text("Stopped. The music will not go on.")).to_be_visible()
    silent_after_ms = tablet.evaluate(SILENT_SINCE) - pressed_at
    assert silent_after_ms < 1500

    expect(tablet.get_by_text("How anxious do you feel right now?")).to_be_visible(timeout=20_000)
    with house.reading() as (store, actor), store.reading(actor, Permission.RUN_SESSION) as rows:
        session = rows.find(ListeningSession, participant_id=who)[-1]
        steps = rows.count(LoopStep, session_id=session.id)
        played = rows.find(Playback, session_id=session.id)
    assert session.state is SessionState.STOPPED
    assert session.listened_s > heard_s > 1.5
    assert steps >= len(played) > 0
    assert played[0].underruns == 0


def test_a_reload_of_the_tablet_goes_on_where_the_music_was(
    page: Page, tablet: Page, app: App, house: House
) -> None:
    begin(page, tablet, app, house)
    tablet.wait_for_timeout(4000)
    tablet.reload()

    expect(tablet.get_by_text("The music was interrupted.")).to_be_visible(timeout=20_000)
    tablet.get_by_role("button", name="Continue").click()
    expect(tablet.get_by_role("status").filter(has_text="Playing.")).to_be_visible(timeout=15_000)
    tablet.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused.").first).to_be_visible(timeout=10_000)
    tablet.get_by_role("button", name="Stop").click()
    expect(tablet.get_by_text("How anxious do you feel right now?")).to_be_visible(timeout=20_000)


def test_the_music_survives_what_else_happens_on_the_coordinators_page(
    page: Page, tablet: Page, app: App, house: House
) -> None:
    begin(page, tablet, app, house)
    first = tablet.evaluate(f"{PLAYER}.segments.length")
    page.reload()
    tablet.wait_for_timeout(3000)
    page.close()
    tablet.wait_for_timeout(9000)

    assert tablet.evaluate(f"{PLAYER}.state") == "playing"
    assert tablet.evaluate(f"{PLAYER}.underruns") == 0
    assert tablet.evaluate(f"{PLAYER}.segments.length") > first
    contiguous = tablet.evaluate(
        f"{PLAYER}.segments.every((one, n, all) =>"
        " n === 0 || one.startFrame === all[n - 1].startFrame + all[n - 1].frames)"
    )
    assert contiguous
