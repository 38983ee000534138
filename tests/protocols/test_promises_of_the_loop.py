"""Thresholds that the shipped protocol promises and that are built in are the ones that are built in."""

from data.measures.hrv import LONGEST_AGE_S
from protocols.check_session import FIXED_THRESHOLDS
from protocols.document import shipped_protocol
from screens.player import component


def test_the_hold_of_a_lost_signal_begins_when_the_protocol_says() -> None:
    assert FIXED_THRESHOLDS["signal_hold"] == LONGEST_AGE_S


def test_the_player_fades_within_what_the_stop_rule_promises() -> None:
    script = (component.HERE / "player.js").read_text("utf-8")
    (fade_s,) = (
        float(line.split("=")[1].strip(" ;"))
        for line in script.splitlines()
        if line.startswith("const STOP_RAMP_S")
    )

    assert fade_s < FIXED_THRESHOLDS["stop_button"]


def test_the_player_changes_the_volume_as_slowly_as_the_protocol_says() -> None:
    script = (component.HERE / "player.js").read_text("utf-8")
    (rule,) = (r for r in shipped_protocol().safety_rules if r.code == "loudness_cap")

    assert "const CHANGE_S = 3;" in script
    assert "takes 3 seconds" in " ".join(rule.action.split())
