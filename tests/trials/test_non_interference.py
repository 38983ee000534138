"""The same trial twice, every arm swapped: what the blinded can get is equal (conduct, 4).

Keys, clock and people's answers are the same in both runs, and hearts do not react to the music. Equal
cannot be, and is taken out before comparing:

- what binds the arms without telling them, because a secret salt or a signature goes into it: the leaf
  hashes of the lists, their Merkle root, the head of the audit (and the hash at the database lock);
- ids of sign-ins and of answers, which are random in any two runs;
- the letters X and Y, which change places;
- the sound itself and the length of its segments, which the coordinator's own ears tell as well: of a
  session on the air, the number of the next segment, and the moment at which one began (age of the
  newest beat, decimals of the measures).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from shutil import copy2
from typing import Any

import pytest

from data.records.allocation import Allocation
from data.records.beat_edits import BeatAct, BeatOperation
from data.records.people import Actor
from data.records.sessions import LoopStep
from data.records.signals import RRSeries, SignalKind
from data.storage.roles import Permission
from data.storage.store import create_store, open_store
from interventions.delivery.renderer import SilentRenderer
from interventions.sensing.recording import RecordedSource
from protocols.design import Protocol
from tests.trials.conftest import GRAZ, LEIDEN
from tests.trials.test_calibrations import measured
from tests.trials.world import Clock, World
from trials.adherence import participant_adherence
from trials.audit_trail import AuditFilter, audit_trail
from trials.beat_editing import edit_beats
from trials.blinding import extract_records, unblinding, unblinding_state
from trials.calibrations import calibrations_in_force, record_calibration
from trials.code_break import break_code, register, unread_breaks
from trials.forms import due_forms, form_scores
from trials.harm_asking import HarmReply, record_harms
from trials.locking import lock_readiness
from trials.opening import list_commitment, open_trial, protocol_versions, sites
from trials.overview import overview
from trials.participants import participants
from trials.people import accounts
from trials.progress import progress
from trials.randomization import lists
from trials.randomization.allocation import participant_stratum, randomization_checklist
from trials.randomization.blocks import permuted_blocks
from trials.randomization.rederivation import rederive
from trials.recordings import open_recording, recorded_participants, recordings
from trials.safety import adverse_events, alerts, record_adverse_event
from trials.sessions.going_on_air import open_session
from trials.sessions.on_air import OnAirSession
from trials.sessions.status import SessionStatus
from trials.verification import verify_trail
from trials.visits import timeline, today

SWAPPED = {"adaptive": "matched_fixed", "matched_fixed": "adaptive"}
OTHER_LETTER = {"X": "Y", "Y": "X"}
SESSION_S = 600.0
RANDOM_IDS = {"sign_in", "item_answer"}
BOUND = {"leaf_hash", "merkle_root"}


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One run of the trial."""

    arms: dict[str, str]
    passes: dict[str, int]
    """How many passes each participant's session had."""
    seen: dict[str, Any]
    """What the blinded can get, by its name."""


def steady_heart() -> RecordedSource:
    """Return a heart that no music moves: the same at every moment of a session."""
    rr_ms = (845.0, 855.0) * 500
    times_s = tuple(round(time_ms / 1000, 3) for time_ms in accumulate(rr_ms))
    beats = RRSeries(times_s=times_s, rr_ms=rr_ms, kind=SignalKind.RR)
    return RecordedSource.of_beats("steady heart", beats)


def play(on_air: OnAirSession) -> Iterator[SessionStatus]:
    """Play a session to its end.

    Yields
    ------
    SessionStatus
        What every screen shows at each segment.
    """
    for sequence in range(1000):
        segment = on_air.segment(sequence)
        on_air.report_playback(
            sequence, frames_played=segment.frames, underruns=0, gap_s=0.0, volume=0.8
        )
        yield on_air.status()
        if segment.last:
            return


def live_through(world: World) -> tuple[list[str], list[SessionStatus]]:
    """Take six people through randomization, a session, harms, week 4, an adverse event and code breaks."""
    open_trial(world.store, world.administrator, world.protocol, (LEIDEN, GRAZ), simulated=True)
    people = [world.randomized("LEI", gad7) for gad7 in (12, 10, 13, 11, 14, 12)]
    world.clock.advance(days=1)
    last = []
    headphones = record_calibration(world.store, world.leiden, measured(world)).id
    for number, who in enumerate(people):
        on_air = open_session(
            world.store,
            world.coordinator,
            f"{who}/session-1",
            steady_heart(),
            SilentRenderer(),
            duration_s=SESSION_S,
            calibration_id=headphones if number % 2 else "",  # without, the volume is above the cap
        )
        last.append(list(play(on_air))[-1])
        world.clock.advance(minutes=15)
    missed = [
        BeatOperation(act=BeatAct.ADD, time_s=100.5),
        BeatOperation(act=BeatAct.REJECT, beat=9),
    ]
    edit_beats(
        world.store, world.leiden, f"{people[0]}/session-1/attempt-1", missed, "A pause", seen=0
    )
    world.clock.advance(days=27)
    for who in people:
        world.answer(who, "week_4", "gad7", 9)
    record_adverse_event(world.store, world.coordinator, world.report(people[0]))
    for who in people[:-1]:
        record_harms(world.store, world.coordinator, f"{who}/session-1/attempt-1", HarmReply())
    for who in people[:2]:
        break_code(
            world.store, world.administrator, who, reason="Unconscious", told_to="Dr Vos, ward"
        )
    return people, last


def what_the_blinded_get(world: World, people: list[str]) -> dict[str, Any]:
    """Return what each use case gives coordinator, statistician, reviewer and administrator."""
    store = world.store
    coordinator, statistician = world.leiden, world.statistician
    of_people: dict[str, Callable[[str], object]] = {
        "headphones": lambda _: calibrations_in_force(store, coordinator, "LEI"),
        "timeline": lambda who: timeline(store, coordinator, who),
        "stratum": lambda who: participant_stratum(store, coordinator, who),
        "checklist": lambda who: randomization_checklist(store, coordinator, who),
        "kit code": world.randomize,
        "due forms": lambda who: due_forms(store, coordinator, who),
        "scores": lambda who: form_scores(store, coordinator, who, "week_4", "gad7"),
        "adherence": lambda who: participant_adherence(store, coordinator, who),
        "recordings": lambda who: recordings(store, statistician, who),
        "beats": lambda who: beats_of(world, f"{who}/session-1/attempt-1"),
    }
    return {
        **{name: [get(who) for who in people] for name, get in of_people.items()},
        "recorded": recorded_participants(store, world.reviewer),
        "today": today(store, coordinator),
        "overview": [overview(store, actor) for actor in (coordinator, statistician)],
        "progress": progress(store, world.reviewer),
        "participants": participants(store, coordinator),
        "alerts": alerts(store, coordinator),
        "code breaks": [
            (unread_breaks(store, actor), register(store, actor))
            for actor in (statistician, world.reviewer)
        ],
        "adverse events": adverse_events(store, coordinator),
        "readiness": lock_readiness(store, statistician),
        "unblinding": (unblinding_state(store, statistician), unblinding(store, world.reviewer)),
        "records": with_letters_swapped(world),
        "audit": [trail_of(world, actor) for actor in (statistician, world.reviewer)],
        "administrator's audit": trail_of(world, world.administrator),
        "verification": replace(verify_trail(store, world.reviewer), head_hash=""),
        "lists": rederive(store, world.reviewer),
        "certificate": replace(list_commitment(store, world.reviewer), merkle_root=""),
        "versions": protocol_versions(store, world.reviewer),
        "sites": sites(store, world.reviewer),
        "accounts": accounts(store, world.administrator),
    }


def beats_of(world: World, recording_id: str) -> tuple[object, ...]:
    """Return all that is seen of the beats of a session."""
    opened = open_recording(world.store, world.reviewer, recording_id)
    edited = opened.edited
    assert len(opened.original.times_s) > 500
    return opened.entry, opened.original, opened.edits, edited.series, edited.numbers.tolist()


def with_letters_swapped(world: World) -> object:
    """Return the statistician's records: the first participant's letter is X, answers have no ids."""
    records = extract_records(world.store, world.statistician)
    letters = {one.participant_id: one.arm for one in records.arms}
    first = records.arms[0].arm
    names = {first: "X", OTHER_LETTER[first]: "Y"}
    assert set(letters.values()) == {"X", "Y"}
    return replace(
        records,
        arms=tuple(replace(one, arm=names[one.arm]) for one in records.arms),
        answers=tuple(replace(one, id="") for one in records.answers),
    )


def shown(status: SessionStatus) -> SessionStatus:
    """Return the status of a session without what the beginning of its last segment tells."""
    rounded = round(status.heart_rate_bpm or 0.0), round(status.ln_rmssd or 0.0, 1)
    return replace(
        status,
        next_sequence=0,
        sample_age_s=None,
        heart_rate_bpm=rounded[0],
        ln_rmssd=rounded[1],
        arousal=round(status.arousal or 0.0),
        arousal_sd=round(status.arousal_sd or 0.0, 1),
        signals=tuple(replace(one, value=None) for one in status.signals),
    )


def trail_of(world: World, actor: Actor) -> list[object]:
    """Return the whole audit trail, without random ids and what binds the arms."""
    found = audit_trail(world.store, actor, AuditFilter(), per_page=10_000)
    assert found.blind
    rows = [
        replace(
            row,
            record_id="" if row.table in RANDOM_IDS else row.record_id,
            changes=tuple(change for change in row.changes if change.field not in BOUND),
        )
        for row in found.rows
    ]
    return [found.total, rows]


@contextmanager
def opened(path: Path, protocol: Protocol) -> Iterator[World]:
    """Open a store in which nothing happened yet.

    Yields
    ------
    World
        With everybody signed in.
    """
    clock = Clock()
    clock.now += timedelta(hours=1)
    store = open_store(f"sqlite:///{path}", clock)
    yield World.of(store, clock, protocol)
    store.close()


def run(path: Path, protocol: Protocol) -> Ran:
    """Run the trial in a store, and look at it with the eyes of the blinded."""
    with opened(path, protocol) as world:
        people, last = live_through(world)
        seen = what_the_blinded_get(world, people)
        seen["last status"] = [shown(status) for status in last]
        with world.store.reading(world.administrator, Permission.VERIFY) as reading:
            arms = {one.id: one.arm for one in reading.find(Allocation)}
            passes = {
                who: reading.count(LoopStep, session_id=f"{who}/session-1/attempt-1")
                for who in people
            }
    return Ran(arms=arms, passes=passes, seen=seen)


@pytest.fixture
def runs(tmp_path: Path, protocol: Protocol, monkeypatch: pytest.MonkeyPatch) -> tuple[Ran, Ran]:
    """Run the trial, and run it again with every slot's arm swapped, under the same keys."""
    create_store(f"sqlite:///{tmp_path / 'one.db'}", Clock()).close()
    for ending in (".db", ".db.keys"):
        copy2(tmp_path / f"one{ending}", tmp_path / f"other{ending}")
    one = run(tmp_path / "one.db", protocol)
    monkeypatch.setattr(
        lists, "permuted_blocks", lambda *a, **k: [SWAPPED[arm] for arm in permuted_blocks(*a, **k)]
    )
    return one, run(tmp_path / "other.db", protocol)


def test_what_the_blinded_can_get_does_not_depend_on_the_arms(runs: tuple[Ran, Ran]) -> None:
    one, other = runs

    assert {who: SWAPPED[arm] for who, arm in one.arms.items()} == other.arms
    assert set(one.arms.values()) == set(SWAPPED)
    assert one.passes != other.passes
    different = [name for name in one.seen if one.seen[name] != other.seen[name]]
    assert different == []
    assert repr(one.seen) == repr(other.seen)
