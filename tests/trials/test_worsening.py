"""Rules of the protocol that look at a filled-in form (conduct: 5.4)."""

from dataclasses import replace

import pytest

from data.records.safety import SafetyAlert
from data.records.sessions import SessionState
from tests.trials.world import World, run_session, spread
from trials.answering import enter_form
from trials.opening import amend_protocol
from trials.safety import alerts

VAS = "vas_state_anxiety"


def rate(world: World, who: str, side: str, value: float) -> None:
    if side == "after":
        run_session(world, who, SessionState.STOPPED, ended_at=world.clock())
    enter_form(world.store, world.coordinator, who, f"session-1/{side}", VAS, {"1": value})


def raised(world: World) -> list[SafetyAlert]:
    return list(alerts(world.store, world.coordinator))


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        pytest.param(10, 40, ["distress_rise"], id="thirty points more"),
        pytest.param(10, 39, [], id="less than thirty points more"),
        pytest.param(75, 80, ["distress_high"], id="at the threshold"),
        pytest.param(10, 100, ["distress_rise", "distress_high"], id="both"),
        pytest.param(90, 79, [], id="less than before"),
    ],
)
def test_distress_after_a_session_raises_an_alert(
    world: World, before: float, after: float, rules: list[str]
) -> None:
    who = world.randomized()
    rate(world, who, "before", before)

    rate(world, who, "after", after)

    assert [alert.rule for alert in raised(world)] == rules


def test_without_a_rating_before_only_the_height_counts(world: World) -> None:
    rate(world, world.randomized(), "after", 85)

    assert [alert.rule for alert in raised(world)] == ["distress_high"]


@pytest.mark.parametrize(("total", "rules"), [(15, []), (16, ["anxiety_worse"])])
def test_anxiety_four_points_above_baseline_raises_an_alert(
    world: World, total: int, rules: list[str]
) -> None:
    who = world.randomized(gad7=12)
    world.clock.advance(days=28)

    world.answer(who, "week_4", "gad7", total)

    assert [alert.rule for alert in raised(world)] == rules


def test_the_alert_comes_with_the_answer_that_fills_the_form_in(world: World) -> None:
    who = world.randomized(gad7=12)
    world.clock.advance(days=28)
    receipts = [
        world.save(who, item, value, occasion="week_4")
        for item, value in spread("gad7", 21).items()
    ]

    assert [len(receipt.alerts) for receipt in receipts] == [0, 0, 0, 0, 0, 0, 1]


def test_the_words_say_what_was_compared(world: World) -> None:
    who = world.randomized()
    rate(world, who, "before", 20)
    rate(world, who, "after", 55)

    (alert,) = raised(world)

    assert alert.detail.startswith("More anxious after a session: ")
    assert alert.detail.endswith("55, was 20 (session-1/after).")


def test_a_rule_that_the_protocol_does_not_have_raises_nothing(world: World) -> None:
    rules = tuple(r for r in world.protocol.safety_rules if not r.code.startswith("distress"))
    silent = replace(world.protocol, version="1.1", safety_rules=rules)
    amend_protocol(world.store, world.administrator, silent, "rules left out")

    rate(world, world.randomized(), "after", 100)

    assert raised(world) == []
