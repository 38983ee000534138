"""Draft, frozen, amended: in this order, with a reason, and never back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from protocols.design import Protocol
from protocols.document import protocol_hash, shipped_protocol
from protocols.versions import (
    ProtocolHistory,
    ProtocolStage,
    ProtocolStepError,
    amend,
    begin_draft,
    freeze,
    revise,
)

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def frozen() -> ProtocolHistory:
    """Return the shipped protocol, frozen at noon."""
    return freeze(begin_draft(shipped_protocol()), at=NOON, by="ada")


def later_version() -> Protocol:
    """Return the shipped protocol with another stopping rule and a new version label."""
    return replace(shipped_protocol(), version="1.1", stopping="Only for harm.")


def test_a_draft_may_change_and_has_no_version_in_force() -> None:
    history = begin_draft(shipped_protocol())

    revised = revise(history, later_version())

    assert revised.stage is ProtocolStage.DRAFT
    assert revised.draft == later_version()
    with pytest.raises(ProtocolStepError, match="still a draft"):
        _ = revised.in_force


def test_freezing_gives_number_hash_time_and_person(frozen: ProtocolHistory) -> None:
    version = frozen.in_force

    assert frozen.stage is ProtocolStage.FROZEN
    assert (version.number, version.reason, version.frozen_by) == (1, "", "ada")
    assert version.frozen_at == NOON
    assert version.sha256 == protocol_hash(shipped_protocol())


def test_an_amendment_is_the_next_version_and_keeps_the_first(frozen: ProtocolHistory) -> None:
    amended = amend(
        frozen,
        later_version(),
        reason=" Ethics asked for it. ",
        at=NOON + timedelta(days=1),
        by="bo",
    )

    assert amended.stage is ProtocolStage.AMENDED
    assert amended.versions[0] == frozen.versions[0]
    assert (amended.in_force.number, amended.in_force.reason) == (2, "Ethics asked for it.")
    assert amended.in_force.sha256 == protocol_hash(later_version())


def test_a_frozen_protocol_can_neither_be_frozen_again_nor_revised(
    frozen: ProtocolHistory,
) -> None:
    with pytest.raises(ProtocolStepError, match="can only be amended, with a reason"):
        freeze(frozen, at=NOON, by="ada")
    with pytest.raises(ProtocolStepError, match="can only be amended, with a reason"):
        revise(frozen, later_version())


def test_a_draft_cannot_be_amended() -> None:
    with pytest.raises(ProtocolStepError, match="still a draft"):
        amend(begin_draft(shipped_protocol()), later_version(), reason="r", at=NOON, by="ada")


def test_a_draft_with_problems_cannot_be_frozen() -> None:
    protocol = shipped_protocol()
    wrong = replace(protocol, title="", sample_size=replace(protocol.sample_size, per_arm=2))

    with pytest.raises(ProtocolStepError, match=r"“title” is empty\. \(1 more problems\)"):
        freeze(begin_draft(wrong), at=NOON, by="ada")


def test_the_time_of_freezing_needs_a_time_zone() -> None:
    with pytest.raises(ProtocolStepError, match="needs a time zone"):
        freeze(begin_draft(shipped_protocol()), at=NOON.replace(tzinfo=None), by="ada")


@pytest.mark.parametrize(
    ("protocol", "reason", "hours", "message"),
    [
        pytest.param(later_version(), "  ", 1, "needs a reason", id="no reason"),
        pytest.param(
            replace(later_version(), study_id="CALM-2"), "r", 1, "keeps the study id", id="other id"
        ),
        pytest.param(
            replace(shipped_protocol(), version="1.1"), "r", 1, "changes nothing", id="only a label"
        ),
        pytest.param(
            replace(later_version(), version="1.0"), "r", 1, "exists already", id="old label"
        ),
        pytest.param(later_version(), "r", -1, "cannot be older", id="before the first version"),
        pytest.param(
            replace(later_version(), title=""), "r", 1, "so it cannot be frozen", id="with problems"
        ),
    ],
)
def test_an_amendment_without_what_it_needs_is_refused(
    frozen: ProtocolHistory, protocol: Protocol, reason: str, hours: int, message: str
) -> None:
    with pytest.raises(ProtocolStepError, match=message):
        amend(frozen, protocol, reason=reason, at=NOON + timedelta(hours=hours), by="ada")
