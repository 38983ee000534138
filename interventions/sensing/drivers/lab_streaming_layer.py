"""Lab Streaming Layer: RR intervals or an ECG that another program sends through the network."""

from interventions.sensing.live_source import LiveSource
from interventions.sensing.live_stream import DRIVER as CODE
from interventions.sensing.live_stream import LiveStreamSource, sensors_in_reach
from interventions.sensing.sensor_driver import Discovery

LONGEST_WAIT_S = 3.0


class LabStreamingLayer:
    """Streams of the network."""

    code = CODE
    label = "Lab Streaming Layer"

    def find(self, wait_s: float) -> Discovery:
        """Listen for announcements."""
        found = sensors_in_reach(min(wait_s, LONGEST_WAIT_S))
        remark = "No stream of RR intervals or of an ECG announces itself in this network."
        return Discovery(sensors=found, remark="" if found else remark)

    def connect(self, address: str, wait_s: float) -> LiveSource:
        """Connect to a stream by its source id or its name."""
        return LiveStreamSource.connect(address=address, wait_s=min(wait_s, LONGEST_WAIT_S))


DRIVER = LabStreamingLayer()
