"""What may be shown of a running session to people who must not guess the arm.

Passes of the loop come more often in one arm than in another. So measures are taken on a fixed grid
of listened time, the progress is rounded, and no number of a pass leaves the server.

Contents: `Published`, `Publisher`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.records.sessions import SessionState

if TYPE_CHECKING:
    from trials.sessions.status import SessionStatus, SignalShown

GRID_S = 30
"""Of listened time between two measures that are shown."""
PROGRESS_STEP_S = 10
WAITING = "waiting"
AFFECT_DIGITS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """What every screen may show of a session on the air."""

    state: SessionState
    paused: bool
    listened_s: float
    planned_s: float
    heart_rate_bpm: float | None
    ln_rmssd: float | None
    signal: str
    signal_reason: str
    sample_age_s: float | None
    coordinator_needed: bool
    attention: str
    """Why a person must look, in the safety rule's words; empty when nobody must."""
    arousal: float | None
    """Estimated, in z units of the person's rest."""
    arousal_sd: float | None
    valence: float | None
    valence_sd: float | None
    signals: tuple["SignalShown", ...]

    @property
    def has_begun(self) -> bool:
        """Whether the first music was made."""
        return self.signal != WAITING


class Publisher:
    """Keeps the measures of the last grid point, so that asking more often tells nothing more."""

    def __init__(self) -> None:
        self._cell = -1
        self._measured: SessionStatus | None = None

    def publish(self, status: "SessionStatus", heard_s: float) -> Published:
        """Return what may be shown now.

        Parameters
        ----------
        status : SessionStatus
            The session as it is.
        heard_s : float
            Seconds of music heard, the segment that plays included.

        Returns
        -------
        Published
            State, pause and the need of a person as they are; all else on the grid.
        """
        measured = self._at_grid(status, int(heard_s // GRID_S))
        return Published(
            state=status.state,
            paused=status.paused,
            listened_s=min(heard_s // PROGRESS_STEP_S * PROGRESS_STEP_S, status.planned_s),
            planned_s=status.planned_s,
            heart_rate_bpm=measured.heart_rate_bpm,
            ln_rmssd=measured.ln_rmssd,
            signal=measured.signal,
            signal_reason=measured.signal_reason,
            sample_age_s=measured.sample_age_s,
            coordinator_needed=status.coordinator_needed,
            attention=status.attention,
            arousal=_rounded(measured.arousal),
            arousal_sd=_rounded(measured.arousal_sd),
            valence=_rounded(measured.valence),
            valence_sd=_rounded(measured.valence_sd),
            signals=measured.signals,
        )

    def _at_grid(self, status: "SessionStatus", cell: int) -> "SessionStatus":
        if self._measured is None or cell > self._cell or self._measured.signal == WAITING:
            self._measured, self._cell = status, cell
        return self._measured


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, AFFECT_DIGITS)
