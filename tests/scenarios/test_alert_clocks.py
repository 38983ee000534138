"""An alert says until when somebody must acknowledge it, that this is over, and whether it was in time."""

from datetime import timedelta

import pytest

from data.storage.roles import Permission
from tests.scenarios.test_coordinator import Clinic, clinic, opened, opened_trial, randomized, read
from trials.safety import acknowledge_alert, raise_alert

__all__ = ["clinic", "opened_trial"]


def raised(clinic: Clinic, minutes_ago: int, rule: str = "phq9_item9") -> None:
    """Raise an alert as an answer some time ago would have."""
    randomized(clinic)
    with clinic.store.writing(clinic.actor, Permission.MANAGE_SAFETY, "raise") as writing:
        raise_alert(
            writing,
            alert_id="one",
            participant_id="LEI-001",
            rule=rule,
            severity="urgent",
            detail="PHQ-9, item 9: 2 (week_4).",
            at=clinic.clock() - timedelta(minutes=minutes_ago),
        )


@pytest.mark.parametrize("where", ["today", "safety"])
def test_the_card_says_until_when_and_how_long_is_left(clinic: Clinic, where: str) -> None:
    raised(clinic, minutes_ago=18)

    words = read(opened(where)).replace("\u00a0", " ")

    assert "**Acknowledge by 24 Nov 2026, 09:42 UTC** (0 h 42 min left)." in words


def test_what_is_overdue_is_said_in_words_on_the_card_and_on_top_of_every_page(
    clinic: Clinic,
) -> None:
    raised(clinic, minutes_ago=75)

    at = opened("today")
    errors = [error.value.replace("\u00a0", " ") for error in at.error]

    assert any(error.endswith("OVERDUE.") for error in errors)
    assert (
        "Overdue: acknowledge it now. It was due by 24 Nov 2026, 08:45 UTC, 0 h 15 min ago."
        in errors
    )


@pytest.mark.parametrize(
    ("minutes_ago", "words"), [(59, "it was, in time."), (90, "it was, late by 0 h 30 min.")]
)
def test_an_acknowledged_alert_says_whether_it_was_in_time(
    clinic: Clinic, minutes_ago: int, words: str
) -> None:
    raised(clinic, minutes_ago)
    acknowledge_alert(clinic.store, clinic.actor, "one")

    assert words in read(opened("safety"))


def test_an_alert_without_such_a_time_shows_no_clock(clinic: Clinic) -> None:
    raised(clinic, minutes_ago=75, rule="distress_high")

    at = opened("safety")

    assert "cknowledge by" not in read(at)
    assert not any("verdue" in error.value for error in at.error)
