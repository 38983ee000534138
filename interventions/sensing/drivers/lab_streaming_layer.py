"""Lab Streaming Layer: signals of the heart, skin, breathing or oxygen that another program sends through the network."""

from interventions.sensing.companions import LiveCompanion
from interventions.sensing.live_source import LiveSource
from interventions.sensing.live_stream import DRIVER as CODE
from interventions.sensing.live_stream import connect_stream, sensors_in_reach
from interventions.sensing.sensor_driver import Discovery

LONGEST_WAIT_S = 3.0


class LabStreamingLayer:
    """Streams of the network."""

    code = CODE
    label = "Lab Streaming Layer"

    def find(self, wait_s: float) -> Discovery:
        """Listen for announcements."""
        found = sensors_in_reach(min(wait_s, LONGEST_WAIT_S))
        remark = "No stream of RR intervals, of an ECG or of another signal announces itself in this network."
        return Discovery(sensors=found, remark="" if found else remark)

    def connect(self, address: str, wait_s: float) -> LiveSource | LiveCompanion:
        """Connect to a stream by its source id or its name."""
        return connect_stream(address, min(wait_s, LONGEST_WAIT_S))


DRIVER = LabStreamingLayer()
