"""Hearing an arm without a participant: only for those who need not be blind; nothing is kept."""

import pytest

from data.records.people import Actor
from data.storage.errors import NotPermittedError
from interventions.delivery.renderer import AdditiveRenderer
from interventions.listeners import ListenerKind
from interventions.sensing.listener import rr_listener
from tests.trials.world import World
from trials.audit_trail import AuditFilter, audit_trail
from trials.auditions import begin_audition
from trials.sessions.on_air import OnAirSession


def audition(world: World, actor: Actor, arm_code: str) -> OnAirSession:
    """Put an arm on the air for one minute."""
    return begin_audition(
        world.store,
        actor,
        arm_code,
        rr_listener(ListenerKind.ENTRAINMENT, 1),
        AdditiveRenderer(),
        seed=1,
        duration_s=60.0,
    )


@pytest.mark.parametrize("arm_code", ["adaptive", "matched_fixed"])
def test_each_arm_plays_and_nothing_is_kept(world: World, arm_code: str) -> None:
    before = audit_trail(world.store, world.reviewer, AuditFilter()).total

    session = audition(world, world.administrator, arm_code)
    segment = session.segment(0)

    assert segment.flac.startswith(b"fLaC")
    assert audit_trail(world.store, world.reviewer, AuditFilter()).total == before


@pytest.mark.parametrize("role", ["coordinator", "statistician", "reviewer"])
def test_blind_roles_hear_nothing(world: World, role: str) -> None:
    with pytest.raises(NotPermittedError):
        audition(world, getattr(world, role), "adaptive")
