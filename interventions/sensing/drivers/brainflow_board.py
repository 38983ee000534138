"""Boards that BrainFlow reads: the ECG channel of OpenBCI, BITalino, Muse and others, if BrainFlow is installed.

Conventions: a board is named by BrainFlow's name of it and what BrainFlow must know, as in
``CYTON_BOARD?serial_port=/dev/ttyUSB0&channel=2``; the channel is one of the board's ECG channels, the first if none is
named.
"""

import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl

from data.measures import neurokit
from data.records.signals import SignalKind
from interventions.sensing.clock_map import ClockMap
from interventions.sensing.live_source import LiveSource, Pulled
from interventions.sensing.sensor import Sensor
from interventions.sensing.sensor_driver import Discovery
from interventions.sensing.source import NoSourceError
from interventions.sensing.tapes import WaveformTape

NOT_INSTALLED = "BrainFlow is not installed: install Antiphon's extra `devices`."
NAMED = (
    "Boards do not announce themselves: name one, as in "
    "brainflow:CYTON_BOARD?serial_port=/dev/ttyUSB0."
)
BUFFERED_S = 60
SETTLING, SETTLING_STEP_S = 10, 0.05


class BoardFeed:
    """The samples of one channel of a streaming board.

    Parameters
    ----------
    board : brainflow.BoardShim
        A board that streams.
    channel : int
        Row of the ECG.
    stamps : int
        Row of the time stamps.
    clock : callable
        Seconds that only go forward.
    """

    def __init__(
        self,
        board: Any,  # noqa: ANN401 - imported only where it is installed
        channel: int,
        stamps: int,
        clock: Callable[[], float],
    ) -> None:
        self._board = board
        self._rows = (stamps, channel)
        self._clock = clock
        self._clocks = ClockMap()
        self._newest_s = float("-inf")

    def settle(self) -> None:
        """Map the clocks on what arrives in the first half second, and leave that out."""
        for _ in range(SETTLING):
            time.sleep(SETTLING_STEP_S)
            self.pull()

    def pull(self) -> Pulled:
        """Take over what the board has buffered; nothing when it is gone."""
        from brainflow.exit_codes import BrainFlowError  # noqa: PLC0415 - an extra

        now_s = self._clock()
        try:
            samples = self._board.get_board_data()[list(self._rows)]
        except BrainFlowError:
            return Pulled(now_s=now_s, stamps_s=[], values=[])
        if not samples.shape[1]:
            return Pulled(now_s=now_s, stamps_s=[], values=[])
        behind_s = self._clocks.to_host(float(samples[0, -1]), now_s) - float(samples[0, -1])
        behind_s = max(behind_s, self._newest_s - float(samples[0, 0]))
        stamps_s = samples[0] + behind_s
        self._newest_s = float(stamps_s[-1])
        return Pulled(now_s=now_s, stamps_s=stamps_s.tolist(), values=samples[1].tolist())

    def close(self) -> None:
        """Stop the board and let it go."""
        if self._board.is_prepared():
            self._board.release_session()


class BrainFlowBoard:
    """Boards named by a person."""

    code = "brainflow"
    label = "BrainFlow board"

    def find(self, wait_s: float) -> Discovery:
        """Say how a board is named: none announces itself."""
        del wait_s
        return Discovery(remark=NAMED if find_spec("brainflow") else NOT_INSTALLED)

    def connect(self, address: str, wait_s: float) -> LiveSource:
        """Connect to a board.

        Raises
        ------
        NoSourceError
            If BrainFlow is not installed, the board does not answer, or it has no such ECG channel.
        """
        if not find_spec("brainflow"):
            raise NoSourceError(NOT_INSTALLED)
        from brainflow.board_shim import BoardShim  # noqa: PLC0415 - an extra

        name, _, settings = address.partition("?")
        wanted = dict(parse_qsl(settings))
        channel = wanted.pop("channel", "")
        board = _started(name, wanted, wait_s)
        board_id = board.get_board_id()
        rate_hz = float(BoardShim.get_sampling_rate(board_id))
        feed = BoardFeed(
            board,
            _ecg_channel(board, channel),
            BoardShim.get_timestamp_channel(board_id),
            time.monotonic,
        )
        feed.settle()
        neurokit.load()
        words = f"{BoardShim.get_device_name(board_id)} board"
        sensor = Sensor(
            driver=self.code,
            address=address,
            label=f"{words} ({settings})" if settings else words,
            name=words,
            signal=SignalKind.ECG,
            sampling_rate_hz=rate_hz,
        )
        return LiveSource(sensor, feed, WaveformTape(rate_hz))


def _started(name: str, settings: dict[str, str], wait_s: float) -> Any:  # noqa: ANN401 - no types
    from brainflow.board_shim import (  # noqa: PLC0415 - an extra
        BoardIds,
        BoardShim,
        BrainFlowInputParams,
    )
    from brainflow.exit_codes import BrainFlowError  # noqa: PLC0415 - an extra

    if name not in BoardIds.__members__:
        raise NoSourceError(f"BrainFlow knows no board {name!r}. {NAMED}")
    inputs = BrainFlowInputParams()
    inputs.timeout = round(wait_s)
    for key, value in settings.items():
        if not isinstance(getattr(inputs, key, None), str):
            raise NoSourceError(f"BrainFlow knows no setting {key!r} of a board. {NAMED}")
        setattr(inputs, key, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it loads its library through pkg_resources
        BoardShim.disable_board_logger()
    board = BoardShim(BoardIds[name], inputs)
    try:
        board.prepare_session()
        board.start_stream(BUFFERED_S * BoardShim.get_sampling_rate(board.get_board_id()))
    except BrainFlowError as error:
        if board.is_prepared():
            board.release_session()
        message = (
            f"The board {name} does not answer: see that it is on and that its settings are right."
        )
        raise NoSourceError(message) from error
    return board


def _ecg_channel(board: Any, wanted: str) -> int:  # noqa: ANN401 - no types
    from brainflow.exit_codes import BrainFlowError  # noqa: PLC0415 - an extra

    try:
        channels = [int(one) for one in board.get_ecg_channels(board.get_board_id())]
    except BrainFlowError:
        channels = []
    fitting = [one for one in channels if not wanted or str(one) == wanted]
    if not fitting:
        board.release_session()
        offered = ", ".join(map(str, channels)) or "none"
        raise NoSourceError(f"The board has no such ECG channel; it has: {offered}.")
    return fitting[0]


DRIVER = BrainFlowBoard()
