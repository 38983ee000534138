"""One window of the loop, measured: the beats and every other stream.

Contents: `measure_all`.
"""

from dataclasses import replace

from data.measures.hrv import measure_window
from data.measures.streams import measure_stream
from data.records.signals import Window, WindowMeasures


def measure_all(window: Window) -> WindowMeasures:
    """Measure the beats of a window and its other streams, each by itself: one that fails stops no other.

    Parameters
    ----------
    window : Window
        What was sensed.
    """
    of_beats = measure_window(window)
    if not window.streams:
        return of_beats
    measured = [one for stream in window.streams for one in measure_stream(stream)]
    return replace(of_beats, streams=tuple(measured))
