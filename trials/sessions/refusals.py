"""What a session on the air refuses."""

from trials.errors import TrialError


class SegmentNotAvailableError(TrialError):
    """The segment is neither the next one nor one of the last three."""


class SessionOverError(TrialError):
    """The session was stopped or is complete: nothing more is played."""


class TooLoudError(TrialError):
    """A segment came out louder than the cap of the volume allows for: it is not played."""


class ImplausiblePlaybackError(TrialError):
    """A report of what was played speaks of what was never made, or holds an impossible number."""
