"""How loud a session may be and was: capped by the calibration, flagged without one (H.870, conduct 5.4)."""

from dataclasses import dataclass, replace

import pytest

from data.records.calibrations import HeadphoneCalibration
from data.records.music import Score
from data.records.participants import ProtocolDeviation
from data.records.safety import SafetyAlert
from data.records.sessions import ListeningSession, SessionState, StopCause
from data.storage.roles import Permission
from interventions.delivery.renderer import Rendered, Renderer, SilentRenderer, Tail
from interventions.sensing.source import SignalSource
from tests.trials.sessions.test_longest_session import stored
from tests.trials.test_calibrations import measured
from tests.trials.world import World
from trials.calibrations import CalibrationNotInForceError, end_calibration, record_calibration
from trials.sessions.going_on_air import open_session
from trials.sessions.interrupted import end_interrupted_sessions
from trials.sessions.on_air import OnAirSession

SHORT_S = 60.0


def calibrated(world: World, spl_dba: float) -> HeadphoneCalibration:
    return record_calibration(
        world.store, world.leiden, measured(world, spl_at_minus20_lufs_dba=spl_dba)
    )


def begin(
    world: World,
    who: str,
    source: SignalSource,
    calibration_id: str = "",
    renderer: Renderer | None = None,
) -> OnAirSession:
    return open_session(
        world.store,
        world.leiden,
        f"{who}/session-1",
        source,
        renderer or SilentRenderer(),
        duration_s=SHORT_S,
        calibration_id=calibration_id,
    )


def hear_all(on_air: OnAirSession, *volumes: float) -> None:
    """Hear the session to its end; the last volume stays."""
    for sequence in range(100):
        segment = on_air.segment(sequence)
        on_air.report_playback(
            sequence,
            frames_played=segment.frames,
            underruns=0,
            gap_s=0.0,
            volume=volumes[min(sequence, len(volumes) - 1)],
        )
        if segment.last:
            return


def alerts_of(world: World, who: str) -> list[str]:
    with world.store.reading(world.coordinator, Permission.MANAGE_SAFETY) as reading:
        return [alert.rule for alert in reading.find(SafetyAlert, participant_id=who)]


def deviations_of(world: World, who: str) -> list[str]:
    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        return [one.category for one in reading.find(ProtocolDeviation, participant_id=who)]


def test_the_calibration_caps_the_volume_and_is_on_record_with_the_level(
    world: World, who: str, source: SignalSource
) -> None:
    calibration = calibrated(world, 80.0)
    on_air = begin(world, who, source, calibration.id)

    hear_all(on_air, on_air.gain_cap)

    session = stored(world, who)
    assert session.calibration_id == calibration.id
    assert on_air.gain_cap == session.gain_cap == pytest.approx(0.501, abs=1e-3)
    assert session.ear_level_dba == 71.0
    assert on_air.status().calibrated
    assert alerts_of(world, who) == []
    assert "headphones_not_calibrated" not in deviations_of(world, who)


def test_a_session_without_calibration_is_capped_cautiously_and_flagged(
    world: World, who: str, source: SignalSource
) -> None:
    on_air = begin(world, who, source)

    hear_all(on_air, 0.1)

    session = stored(world, who)
    assert (session.calibration_id, session.ear_level_dba) == ("", None)
    assert on_air.gain_cap == pytest.approx(0.158, abs=1e-3)
    assert not on_air.status().calibrated
    assert "headphones_not_calibrated" in deviations_of(world, who)


def test_a_player_above_the_cap_raises_one_alert_and_what_it_says_is_kept(
    world: World, who: str, source: SignalSource
) -> None:
    on_air = begin(world, who, source, calibrated(world, 80.0).id)

    hear_all(on_air, 1.0)

    assert alerts_of(world, who) == ["loudness_cap"]
    status = on_air.status()
    assert (status.coordinator_needed, status.attention) == (True, "Safe loudness")
    session = stored(world, who)
    assert (session.state, session.ear_level_dba) == (SessionState.COMPLETED, 77.0)


def test_headphones_whose_calibration_was_ended_begin_no_session(
    world: World, who: str, source: SignalSource
) -> None:
    calibration = calibrated(world, 70.0)
    end_calibration(world.store, world.leiden, calibration.id, "Lost")

    with pytest.raises(CalibrationNotInForceError, match="choose them again"):
        begin(world, who, source, calibration.id)

    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        assert reading.count(ListeningSession) == 0


def test_headphones_of_another_site_begin_no_session(
    world: World, who: str, source: SignalSource
) -> None:
    graz = record_calibration(world.store, world.coordinator, measured(world, site_id="GRA"))

    with pytest.raises(CalibrationNotInForceError):
        begin(world, who, source, graz.id)


def test_the_level_of_a_session_that_the_server_lost_comes_from_the_store(
    world: World, who: str, source: SignalSource
) -> None:
    on_air = begin(world, who, source, calibrated(world, 72.0).id)
    segment = on_air.segment(0)
    on_air.report_playback(0, frames_played=segment.frames, underruns=0, gap_s=0.0, volume=0.5)

    (session,) = end_interrupted_sessions(world.store, world.coordinator)

    assert session.ear_level_dba == 63.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Loud:
    """A renderer that goes wrong: its second segment is louder than the margin."""

    sampling_rate_hz: int = 44_100

    def render(
        self, score: Score, tail: Tail, *, frames: int, fade_in_frames: int, fade_out_frames: int
    ) -> Rendered:
        """Say how loud it is."""
        silent = SilentRenderer().render(
            score,
            tail,
            frames=frames,
            fade_in_frames=fade_in_frames,
            fade_out_frames=fade_out_frames,
        )
        return replace(silent, loudness_lufs=-23.0 if fade_in_frames else -18.0)


def test_a_single_segment_louder_than_the_margin_is_not_played(
    world: World, who: str, source: SignalSource
) -> None:
    on_air = begin(world, who, source, renderer=Loud())
    on_air.segment(0)

    farewell = on_air.segment(1)

    assert farewell.last
    assert stored(world, who).stop_cause is StopCause.GENERATOR
    assert alerts_of(world, who) == ["generator_failure"]
