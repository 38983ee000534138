"""Where the music wants the listener at each moment of the session.

Conventions: progress in [0, 1] of the planned duration; arousal in z units. *Iso* starts where the listener is and moves
in a straight line to the aim by 70 % of the session; *compensatory* starts at the aim. Evidence between the two is
open, so both are options of the protocol.

Contents: `target_arousal`.
"""

from protocols.music import MusicPlan, Trajectory

ARRIVAL = 0.70


def target_arousal(music: MusicPlan, start_arousal: float, progress: float) -> float:
    """Return the arousal the course asks for.

    Parameters
    ----------
    music : MusicPlan
        Trajectory and aim.
    start_arousal : float
        The first estimate of the session.
    progress : float
        Share of the session that has passed.
    """
    if music.trajectory is Trajectory.COMPENSATORY:
        return music.target_arousal
    share = max(0.0, min(1.0, progress / ARRIVAL))
    return start_arousal + (music.target_arousal - start_arousal) * share
