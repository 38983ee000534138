"""How a simulated session ends is what its loop decided."""

from dataclasses import replace

import pytest

from data.records.sessions import SessionState, StopCause
from interventions.control.safety import IN_WORDS, LIMIT, TELL
from tests.data.storage.examples import loop_step
from trials.simulation.listening import _at_its_end, _stopped


def test_a_session_that_a_safety_rule_ends_is_not_complete() -> None:
    last = loop_step()
    by_rule = replace(last, decision=replace(last.decision, safety_rule=LIMIT))

    end = _at_its_end(by_rule, 600.0)

    assert (end.state, end.cause) == (SessionState.STOPPED, StopCause.SAFETY_RULE)
    assert (end.reason, end.listened_s) == (IN_WORDS[LIMIT], 600.0)


@pytest.mark.parametrize("rule", ["", TELL])
def test_a_session_that_is_heard_to_its_end_is_complete_whatever_rule_changed_its_music(
    rule: str,
) -> None:
    last = loop_step()

    end = _at_its_end(replace(last, decision=replace(last.decision, safety_rule=rule)), 1200.0)

    assert (end.state, end.cause, end.reason) == (SessionState.COMPLETED, StopCause.NONE, "")


def test_a_session_that_somebody_stops_says_who_did() -> None:
    assert _stopped(300.0).cause is StopCause.PARTICIPANT
