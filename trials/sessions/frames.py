"""The frames of one session: how many each segment has, how many were heard, and when the longest session is over.

Contents: `FrameLedger`.
"""

import math

from trials.sessions.heard import HeardMusic
from trials.sessions.journal import Played
from trials.sessions.refusals import ImplausiblePlaybackError


class FrameLedger:
    """Counts frames. What is counted as heard may be called from any thread.

    Parameters
    ----------
    longest : int or None
        How many frames the longest session may hold, each as often as it is heard; None: no such rule.
    """

    def __init__(self, longest: int | None) -> None:
        self.last_sequence: int | None = None
        """The segment with which the session ends; None while there is none."""
        self._longest = longest
        self._made: dict[int, int] = {}
        self._furthest: dict[int, int] = {}
        self._heard = HeardMusic()
        self._cut_again: int | None = None
        """The segment that is heard again and in which the longest session ends."""

    def make(self, sequence: int, frames: int) -> None:
        """Note a segment that was made."""
        self._made[sequence] = frames

    def cut(self, sequence: int, frames: int) -> None:
        """Note that a segment that is heard again ends the session."""
        self._made[sequence] = frames
        self.last_sequence = self._cut_again = sequence

    def begin_again(self, sequence: int) -> None:
        """Note that a segment was sent once more."""
        self._heard.begin_again(sequence)

    @property
    def left(self) -> int | None:
        """Frames that may still be heard; None without a rule for the longest session."""
        return None if self._longest is None else self._longest - self._heard.frames

    def hear(self, sequence: int, frames: int) -> bool:
        """Note how far a segment was heard; return whether the longest session is over with that.

        Parameters
        ----------
        sequence : int
            Which segment; one that was never made is nothing.
        frames : int
            How many of its frames were heard so far.
        """
        made = self._made.get(sequence)
        if made is None:
            return False
        self._heard.reach(sequence, min(frames, made))
        left = self.left
        is_over = left is not None and left < 0
        return is_over or (sequence == self._cut_again and frames >= made)

    def played(
        self, sequence: int, *, frames_played: int, underruns: int, gap_s: float, volume: float
    ) -> Played:
        """Return a report of a player as it may be recorded: more frames than there are count as all.

        Parameters
        ----------
        sequence, frames_played, underruns : int
            Which segment, how much of it was heard, how often there was nothing to play.
        gap_s, volume : float
            How long it was silent; the player's volume.

        Raises
        ------
        ImplausiblePlaybackError
            If no such segment was made, or a number is negative or not finite.
        """
        made = self._made.get(sequence)
        numbers = (frames_played, underruns, gap_s, volume)
        if made is None or not all(math.isfinite(one) and one >= 0 for one in numbers):
            message = f"Segment {sequence} was not made, or cannot have been played like this."
            raise ImplausiblePlaybackError(message)
        return Played(
            sequence=sequence,
            frames_played=min(frames_played, made),
            underruns=underruns,
            gap_s=gap_s,
            volume=volume,
        )

    def is_further(self, played: Played) -> bool:
        """Whether a report goes beyond what was recorded of the segment."""
        return played.frames_played > self._furthest.get(played.sequence, -1)

    def record(self, played: Played) -> None:
        """Note that a report was recorded."""
        self._furthest[played.sequence] = played.frames_played

    def is_complete(self, played: Played) -> bool:
        """Whether the session's last segment was heard to its end."""
        is_whole = played.frames_played == self._made[played.sequence]
        return is_whole and played.sequence == self.last_sequence

    @property
    def recorded(self) -> int:
        """Frames recorded as heard, each once: the dose."""
        return sum(self._furthest.values())
