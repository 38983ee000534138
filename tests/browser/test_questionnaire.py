"""A participant answers one item a screen; no answer is lost, whatever happens to page or network."""

import re
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from data.records.answers import ItemAnswer
from data.records.safety import SafetyAlert
from data.storage.roles import Permission
from tests.browser.conftest import come_as_participant
from tests.browser.house import App, House

GAD7_ITEMS = 7


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A participant before their form."""

    id: str
    page: Page


def visit(page: Page, app: App, house: House, form: str) -> Visitor:
    """Come as somebody whose next form this is, on a tablet."""
    page.set_viewport_size({"width": 820, "height": 1180})
    who = house.next_at(form)
    come_as_participant(page, app, house, who)
    expect(page.get_by_role("group")).to_be_visible(timeout=20_000)
    return Visitor(id=who, page=page)


def choose(page: Page, label: str) -> None:
    page.get_by_role("radio", name=label, exact=True).check(force=True)
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()


def at_item_nine(page: Page) -> None:
    """Answer the eight items before the one about self-harm."""
    for item in range(1, 9):
        expect(page.get_by_text(f"question {item} of 9")).to_be_visible()
        choose(page, "Not at all")
        page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("question 9 of 9")).to_be_visible()


def stored(house: House, who: str, questionnaire: str) -> dict[str, float | None]:
    """Return the answers that count, by item."""
    with house.reading() as (store, actor), store.reading(actor, Permission.ANSWER) as reading:
        rows = reading.find(ItemAnswer, participant_id=who, questionnaire=questionnaire)
        return {row.item: row.value for row in rows}


def test_a_reload_at_every_item_resumes_there_with_every_answer_kept(
    page: Page, app: App, house: House
) -> None:
    visitor = visit(page, app, house, "gad7")
    for item in range(1, GAD7_ITEMS + 1):
        expect(page.get_by_text(f"question {item} of 7")).to_be_visible(timeout=20_000)
        choose(page, "Several days")
        if item < GAD7_ITEMS:
            page.reload()

    assert stored(house, visitor.id, "gad7") == {str(n): 1.0 for n in range(1, 8)}
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("Patient Health Questionnaire-9: question 1 of 9")).to_be_visible(
        timeout=20_000
    )


def test_the_crisis_card_comes_at_once_and_an_alert_is_raised(
    page: Page, app: App, house: House
) -> None:
    """Conduct 5.3: on the item's answer, before anything is finished or scored."""
    visitor = visit(page, app, house, "phq9")
    at_item_nine(page)
    assert page.get_by_role("alert").count() == 0

    choose(page, "Several days")

    card = page.get_by_role("alert")
    expect(card).to_contain_text("You are not alone")
    expect(card).to_contain_text("Dr Vos, +31 71 000 0000")
    assert Axe().run(page).violations_count == 0
    with house.reading() as (store, actor), store.reading(actor, Permission.MANAGE_SAFETY) as rows:
        alerts = rows.find(SafetyAlert, participant_id=visitor.id)
    assert [alert.rule for alert in alerts] == ["phq9_item9"]


def test_nobody_is_called_told_before_the_answer_is_on_record(
    page: Page, app: App, house: House
) -> None:
    visitor = visit(page, app, house, "phq9")
    at_item_nine(page)
    page.route(
        "**/api/answers", lambda route: route.fulfill(status=401, body="This link has ended.")
    )

    page.get_by_role("radio", name="Several days", exact=True).check(force=True)

    card = page.get_by_role("alert")
    expect(card).to_contain_text("the study team may not know of it")
    expect(page.locator(".said")).to_contain_text("Not saved yet: your link has ended.")
    assert "told about this answer" not in card.inner_text()
    page.unroute_all()
    page.reload()
    expect(card).to_contain_text("The study team is told about this answer", timeout=20_000)
    assert stored(house, visitor.id, "phq9")["9"] == 1.0


@pytest.mark.parametrize(
    ("status", "said"),
    [
        pytest.param(503, "Not saved yet: the study's computer cannot save now.", id="failing"),
        pytest.param(409, "Not saved. This form is done.", id="refused for good"),
    ],
)
def test_an_answer_that_is_not_stored_is_never_called_saved(
    page: Page, app: App, house: House, status: int, said: str
) -> None:
    visit(page, app, house, "gad7")
    page.route(
        "**/api/answers", lambda route: route.fulfill(status=status, body="This form is done.")
    )

    page.get_by_role("radio", name="Several days", exact=True).check(force=True)
    expect(page.locator(".said")).to_have_text(re.compile(re.escape(said)))
    page.get_by_role("button", name="Next").click()

    expect(page.locator(".said")).to_contain_text("Not saved")


def test_an_answer_can_be_declined_and_changed_going_back(
    page: Page, app: App, house: House
) -> None:
    visitor = visit(page, app, house, "who5")
    choose(page, "I prefer not to answer")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("radio", name="I prefer not to answer")).to_be_checked()
    choose(page, "Most of the time")

    assert stored(house, visitor.id, "who5") == {"1": 4.0}


def test_no_answer_is_lost_while_the_network_is_away(page: Page, app: App, house: House) -> None:
    visitor = visit(page, app, house, "who5")
    page.route("**/api/answers", lambda route: route.abort())
    page.get_by_role("radio", name="Most of the time").check(force=True)
    expect(page.get_by_text("No connection. Your answer is kept")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("radio", name="All of the time").check(force=True)
    page.reload()
    expect(page.get_by_text("question 3 of 5")).to_be_visible(timeout=20_000)
    page.unroute_all()

    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible(timeout=10_000)
    assert stored(house, visitor.id, "who5") == {"1": 4.0, "2": 5.0}


def test_a_form_is_finished_by_keyboard_alone(page: Page, app: App, house: House) -> None:
    visitor = visit(page, app, house, "who5")
    for item in range(1, 6):
        expect(page.get_by_text(f"question {item} of 5")).to_be_visible()
        if item == 1:
            page.get_by_role("radio").first.focus()
        else:
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        if item > 1:
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible(timeout=20_000)
    assert stored(house, visitor.id, "who5") == {str(n): 4.0 for n in range(1, 6)}


def test_going_on_without_an_answer_says_what_is_missing(
    page: Page, app: App, house: House
) -> None:
    visit(page, app, house, "gad7")

    page.get_by_role("button", name="Next").click()

    expect(page.get_by_role("status").filter(has_text="Please choose")).to_be_visible()
    expect(page.get_by_text("question 1 of 7")).to_be_visible()


def test_every_target_is_large_and_the_licence_is_named(page: Page, app: App, house: House) -> None:
    visit(page, app, house, "who5")
    targets = page.locator(".choice, .go, .back")
    boxes = [targets.nth(number).bounding_box() for number in range(targets.count())]

    assert min(box["height"] for box in boxes if box) >= 64
    assert "World Health Organization" in page.locator(".licence").inner_text()
    assert Axe().run(page).violations_count == 0


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        pytest.param("click the middle", 50.0, id="a click on the exact middle counts"),
        pytest.param("Space", 50.0, id="Space takes the middle"),
        pytest.param("ArrowRight", 51.0, id="an arrow moves one step"),
        pytest.param("drag", 70.0, id="dragging"),
    ],
)
def test_any_point_of_the_line_can_be_answered(
    page: Page, app: App, house: House, act: str, expected: float
) -> None:
    visitor = visit(page, app, house, "line")
    line = page.get_by_role("slider")
    box = line.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    expect(line).to_have_attribute("aria-valuetext", "not answered yet")
    if act == "click the middle":
        page.mouse.click(x, y)
    elif act == "drag":
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 0.2 * box["width"], y, steps=5)
        page.mouse.up()
    else:
        line.press(act)
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()

    answers = stored(house, visitor.id, "vas_state_anxiety")
    assert answers == {"1": pytest.approx(expected, abs=0.6)}


def test_the_line_shows_no_mark_before_the_answer_and_thanks_at_the_end(
    page: Page, app: App, house: House
) -> None:
    visit(page, app, house, "line")
    expect(page.get_by_role("slider")).to_have_class("vas unset")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("status").filter(has_text="Please choose")).to_be_visible()
    assert Axe().run(page).violations_count == 0

    choose(page, "I prefer not to answer")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible(timeout=20_000)
    assert Axe().run(page).violations_count == 0
