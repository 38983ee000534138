"""A device's clock mapped to the clock of the machine that receives its samples.

Contents: `ClockMap`.
"""

from collections import deque

KEPT = 120
RESET_S = 60.0
"""An offset that differs by more than this is a clock that was set anew, not a late delivery."""


class ClockMap:
    """The offset between two clocks, from what was stamped by one and received by the other.

    A delivery can only be late, so the smallest difference of the last deliveries is the best estimate of the
    offset; forgetting older ones lets it follow a clock that drifts.
    """

    def __init__(self) -> None:
        self._offsets_s: deque[float] = deque(maxlen=KEPT)

    def to_host(self, device_s: float, received_s: float) -> float:
        """Return the receiver's time of a device's time.

        Parameters
        ----------
        device_s : float
            Time stamp of the device.
        received_s : float
            When it was received.

        Returns
        -------
        float
            Never after ``received_s``.

        Examples
        --------
        >>> clocks = ClockMap()
        >>> (
        ...     clocks.to_host(1000.0, 10.25),
        ...     clocks.to_host(1001.0, 11.0),
        ...     clocks.to_host(1002.0, 12.5),
        ... )
        (10.25, 11.0, 12.0)
        """
        offset_s = received_s - device_s
        if self._offsets_s and abs(offset_s - min(self._offsets_s)) > RESET_S:
            self._offsets_s.clear()
        self._offsets_s.append(offset_s)
        return device_s + min(self._offsets_s)
