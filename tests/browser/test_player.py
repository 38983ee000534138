"""The player joins segments on whole frames, falls silent at once, and tells what was really played."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.browser.tone_server import AMPLITUDE, RATE_HZ, TONE_HZ, ToneSession, serving

TAP = Path(__file__).with_name("tap.js").read_text("utf-8")
CHANGE_S = 3.0
"""How long every rise and every change by the slider takes."""
FULL_VOLUME_S = CHANGE_S + 0.2
"""After the first rise."""
LOUDNESS = 0.7
"""Where the volume stands when nobody has moved it."""


@pytest.fixture
def session() -> ToneSession:
    """Return five segments of odd lengths, about nine seconds."""
    return ToneSession(frames=(88_211, 70_001, 90_127, 66_667, 80_003))


@pytest.fixture
def address(session: ToneSession) -> Iterator[str]:
    """Serve the session.

    Yields
    ------
    str
        The address.
    """
    with serving(session) as address:
        yield address


def start(page: Page, address: str) -> None:
    page.add_init_script(TAP)
    page.goto(address)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("status")).to_have_text("Playing.")


def heard(page: Page) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the frames heard, and their values."""
    blocks = page.evaluate("window.tapped")
    frames = np.concatenate([first + np.arange(len(values)) for first, values, _ in blocks])
    return frames, np.concatenate([values for _, values, _ in blocks])


def test_segments_join_without_a_missing_or_doubled_frame(
    page: Page, address: str, session: ToneSession
) -> None:
    start(page, address)
    expect(page.get_by_role("status")).to_have_text(
        "The music has ended. Thank you.", timeout=20_000
    )

    first = page.evaluate("window.player.segments[0].startFrame")
    frames, values = heard(page)
    whole = (frames > first + FULL_VOLUME_S * RATE_HZ) & (frames < first + sum(session.frames))
    wave = AMPLITUDE * np.sin(2 * np.pi * TONE_HZ * (frames - first) / RATE_HZ)
    assert whole.sum() > 0.9 * (sum(session.frames) - FULL_VOLUME_S * RATE_HZ)
    assert np.abs(values[whole] - LOUDNESS * wave[whole]).max() < 1e-4
    assert session.asked == [0, 1, 2, 3, 4]


def test_every_frame_is_reported_as_played_when_the_music_has_ended(
    page: Page, address: str, session: ToneSession
) -> None:
    start(page, address)
    expect(page.get_by_role("status")).to_have_text(
        "The music has ended. Thank you.", timeout=20_000
    )
    page.wait_for_function("window.told.includes('ended')")

    played = {
        told["sequence"]: told["frames_played"]
        for report in session.reports
        for told in report["segments"]
    }
    assert played == dict(enumerate(session.frames))
    assert session.reports[-1]["final"]


def test_stop_is_silent_within_100_ms_and_reports_what_was_heard_first(
    page: Page, address: str, session: ToneSession
) -> None:
    start(page, address)
    page.wait_for_timeout(2500)

    pressed = page.evaluate(
        """() => {
          const frame = Math.round(player.context.currentTime * player.rate);
          document.querySelector(".stop").click();
          return frame;
        }"""
    )
    page.wait_for_function("window.told.includes('stopped')")
    frames, values = heard(page)
    loud = frames[np.abs(values) > 1e-3]
    assert (loud.max() - pressed) / RATE_HZ < 0.1
    assert session.orders == ["stop"]
    heard_s = sum(
        told["frames_played"] for told in session.reports[-1]["segments"] if told["sequence"] > 0
    )
    assert heard_s > 0
    expect(page.get_by_role("button", name="Stop")).to_be_disabled()


def gains(page: Page) -> tuple[np.ndarray, np.ndarray]:
    """Return times in seconds, and the factor by which the tone was heard around each."""
    frames, values = heard(page)
    order = np.argsort(frames)
    block = RATE_HZ // 50
    blocks = len(frames) // block
    loudest = np.abs(values[order][: blocks * block]).reshape(blocks, block).max(axis=1)
    times_s = frames[order][: blocks * block].reshape(blocks, block).mean(axis=1) / RATE_HZ
    return times_s, loudest / AMPLITUDE


def steepest_rise(times_s: np.ndarray, gain: np.ndarray) -> float:
    """Return the largest rise in half a second, a second."""
    half = 25
    return float(np.max(gain[half:] - gain[:-half]) / (times_s[half] - times_s[0]))


def test_music_begins_and_goes_on_after_a_pause_over_three_seconds(
    page: Page, address: str
) -> None:
    start(page, address)
    page.wait_for_timeout(3500)
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_timeout(3500)

    times_s, gain = gains(page)
    assert gain.max() == pytest.approx(LOUDNESS, abs=0.01)
    assert steepest_rise(times_s, gain) < 1.15 * LOUDNESS / CHANGE_S


def test_a_change_by_the_slider_takes_three_seconds(page: Page, address: str) -> None:
    start(page, address)
    page.wait_for_timeout(3500)
    page.get_by_label("Volume").fill("100")
    page.wait_for_timeout(500)
    page.get_by_label("Volume").fill("20")
    page.wait_for_timeout(3500)

    times_s, gain = gains(page)
    assert steepest_rise(times_s, gain) < 1.15 * LOUDNESS / CHANGE_S
    assert steepest_rise(times_s, -gain) < 1.15 * (LOUDNESS + 0.05 - 0.2) / CHANGE_S
    assert gain[-1] == pytest.approx(0.2, abs=0.01)


def test_the_volume_stays_below_the_cap_that_the_server_tells(
    page: Page, address: str, session: ToneSession
) -> None:
    session.volume_cap = 0.158
    start(page, address)
    page.get_by_label("Volume").fill("100")
    page.wait_for_timeout(5000)

    _, gain = gains(page)
    assert gain.max() == pytest.approx(0.158, abs=0.002)
    assert {report["volume"] for report in session.reports} <= {0.158, 0.7 * 0.158}


def test_music_that_comes_back_after_silence_rises_too(
    page: Page, address: str, session: ToneSession
) -> None:
    start(page, address)
    session.refusing = True
    expect(page.get_by_role("status")).to_contain_text("Waiting for the connection", timeout=15_000)
    session.refusing = False
    page.wait_for_timeout(2500)

    times_s, gain = gains(page)
    assert steepest_rise(times_s, gain) < 1.15 * LOUDNESS / CHANGE_S


def test_a_stop_from_elsewhere_is_silent_within_300_ms(
    page: Page, address: str, session: ToneSession
) -> None:
    start(page, address)
    page.wait_for_timeout(2000)

    frame = page.evaluate("Math.round(player.context.currentTime * player.rate)")
    session.state = "stopped"
    expect(page.get_by_role("status")).to_contain_text("Stopped.")
    page.wait_for_function("window.told.includes('stopped')")
    frames, values = heard(page)
    assert (frames[np.abs(values) > 1e-3].max() - frame) / RATE_HZ < 0.3
    assert session.orders == []


def test_a_pause_keeps_the_place_to_the_frame(
    page: Page, address: str, session: ToneSession
) -> None:
    start(page, address)
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("status")).to_contain_text("Paused.")
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("status")).to_have_text(
        "The music has ended. Thank you.", timeout=20_000
    )

    played = page.evaluate("window.player.playedS")
    assert played == pytest.approx(sum(session.frames) / RATE_HZ)
    assert page.evaluate("window.player.underruns") == 0
    assert session.orders == ["pause", "resume"]


def test_music_goes_on_by_itself_after_the_server_was_away(
    page: Page, address: str, session: ToneSession
) -> None:
    start(page, address)
    page.wait_for_function("window.player.until > 0")
    session.refusing = True
    expect(page.get_by_role("status")).to_contain_text("Waiting for the connection", timeout=15_000)
    session.refusing = False
    expect(page.get_by_role("status")).to_have_text(
        "The music has ended. Thank you.", timeout=20_000
    )

    page.wait_for_function("window.told.includes('ended')")
    gaps = [told["gap_s"] for report in session.reports for told in report["segments"]]
    assert max(gaps) > 0
    assert page.evaluate("window.player.underruns") == 1


def test_stop_is_sent_until_the_server_has_taken_it_and_is_the_listeners(
    page: Page, address: str, session: ToneSession
) -> None:
    session.orders_lost = 3
    start(page, address)

    page.get_by_role("button", name="Stop").click()

    page.wait_for_function("window.told.includes('stopped')")
    assert session.orders == ["stop"]
    assert session.pressed_by == ["listener"]


@pytest.mark.parametrize(
    ("refusal", "said", "orders"),
    [
        pytest.param(
            409, "The music has ended early. The study team is told.", ["give_up"], id="no music"
        ),
        pytest.param(410, "This listening session is over.", [], id="the session is over"),
    ],
)
def test_music_that_cannot_go_on_fades_out_and_says_so(
    page: Page,
    address: str,
    session: ToneSession,
    refusal: int,
    said: str,
    orders: list[str],
) -> None:
    session.refused_from, session.refusal = 2, refusal
    start(page, address)

    expect(page.get_by_role("status")).to_have_text(said, timeout=15_000)

    assert session.asked == [0, 1, 2]
    assert session.orders == orders
    frames, values = heard(page)
    end = page.evaluate("player.segments.at(-1).startFrame + player.segments.at(-1).frames")
    assert np.abs(values[(frames > end - 2000) & (frames < end)]).max() < 0.05
    expect(page.get_by_role("button", name="Stop")).to_be_disabled()


def test_a_server_that_keeps_failing_ends_the_music_in_plain_words(
    page: Page, address: str, session: ToneSession
) -> None:
    session.refused_from, session.refusal = 1, 503
    start(page, address)

    expect(page.get_by_role("status")).to_have_text(
        "The music has ended early. The study team is told.", timeout=40_000
    )

    assert session.orders == ["give_up"]


def test_a_farewell_is_called_an_early_end(page: Page, address: str, session: ToneSession) -> None:
    start(page, address)
    page.wait_for_function("player.segments.length === 5", timeout=20_000)
    page.evaluate("player.source.close()")
    session.state = "stopped"

    expect(page.get_by_role("status")).to_have_text(
        "The music has ended early. The study team is told.", timeout=20_000
    )


def test_a_player_that_comes_back_continues_where_the_server_says(
    page: Page, address: str, session: ToneSession
) -> None:
    session.resume_sequence = 3
    page.goto(address)

    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("status")).to_have_text("Playing.")
    page.wait_for_timeout(500)
    assert session.asked[0] == 3


def test_the_player_works_by_keyboard_and_has_large_targets(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("button", name="Start")).to_be_enabled()

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Playing.")
    for name in ("Pause", "Stop"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 64
    assert Axe().run(page).violations_count == 0
