"""WFDB records of PhysioNet: a header (``.hea``) beside its signals (``.dat``).

Source: the header specification of the WFDB applications guide, read by the library wfdb.

Contents: `recognizes`, `read`.
"""

from pathlib import Path

import numpy as np

from data.exchange.channel_names import kind_of_name, plain_unit
from data.exchange.recording import (
    MOST_VALUES,
    Recording,
    RecordingUnreadableError,
    SampledChannel,
    Stated,
    in_short,
)

SUFFIXES = (".hea", ".dat")
UNSAID_UNITS = ("", "nu", "none", "no units", "adu")
WORDS_OF_A_CUT_FILE = ("be broadcast together", "Samples were not loaded correctly")
"""What wfdb says, by storage format, when a signal file is shorter than its header tells."""


def recognizes(path: Path, head: bytes) -> bool:
    """Tell whether the name is that of a WFDB record: neither of its files says so itself."""
    return bool(head) and path.suffix.lower() in SUFFIXES


def read(path: Path, stated: Stated) -> Recording:
    """Read every signal of a record in physical units, each at its own rate.

    Raises
    ------
    RecordingUnreadableError
        If the header or a signal file is missing or broken.
    """
    import wfdb  # noqa: PLC0415 - slow to import

    record_path = path.with_suffix("")
    if not record_path.with_suffix(".hea").is_file():
        raise RecordingUnreadableError(
            f"{path.name} has no header {record_path.name}.hea: put the two files together."
        )
    try:
        header = wfdb.rdheader(str(record_path))
        _check_size(path, header.n_sig, header.sig_len)
        record = wfdb.rdrecord(str(record_path), smooth_frames=False)
        signals = tuple(np.asarray(one, dtype=np.float64) for one in record.e_p_signal or ())
    except FileNotFoundError as error:
        missing = Path(error.filename or "of its signals").name
        raise RecordingUnreadableError(
            f"{path.name} names the file {missing}, which is not beside it: put the files together."
        ) from error
    except (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        if any(words in str(error) for words in WORDS_OF_A_CUT_FILE):
            raise RecordingUnreadableError(
                f"{path.name}: its signal file is shorter than the header says, so it was cut off; "
                "copy it again."
            ) from error
        raise RecordingUnreadableError(
            f"{path.name} is no WFDB record, or a part of it is missing: {in_short(error)}."
        ) from error
    if not any(one.size for one in signals):
        raise RecordingUnreadableError(f"{path.name} is a WFDB record that holds no values.")
    rate_hz = stated.rate_beside(float(record.fs), path.name)
    channels = tuple(
        SampledChannel(
            name=name or f"signal {column + 1}",
            kind=kind_of_name(name or ""),
            unit="" if (unit or "").lower() in UNSAID_UNITS else plain_unit(unit),
            samples=samples,
            sampling_rate_hz=rate_hz * per_frame,
        )
        for column, (name, unit, per_frame, samples) in enumerate(
            zip(record.sig_name, record.units, record.samps_per_frame, signals, strict=True)
        )
    )
    return Recording(
        name=path.name,
        source_format="WFDB",
        channels=channels,
        started_at=record.base_datetime,
    )


def _check_size(path: Path, n_signals: int | None, n_samples: int | None) -> None:
    if not n_signals:
        raise RecordingUnreadableError(f"{path.name} is a WFDB record that holds no values.")
    if n_samples is not None and n_signals * n_samples > MOST_VALUES:
        raise RecordingUnreadableError(
            f"{path.name} declares {n_signals} signals of {n_samples} samples, more than "
            f"{MOST_VALUES} values: cut it into shorter records."
        )
