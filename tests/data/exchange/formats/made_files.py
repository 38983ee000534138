"""Small files of each format, made byte by byte from the public specifications or by the format's own library."""

import json
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, time
from pathlib import Path

import edfio
import numpy as np
from numpy.typing import NDArray

FIT_EPOCH_UNIX_S = 631_065_600
FIT_NIBBLES = (
    0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
    0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400,
)  # fmt: skip
FIT_UNIX_S = 1_700_000_000


def fit_checksum(data: bytes) -> int:
    """Return the checksum of the FIT protocol, nibble by nibble."""
    crc = 0
    for byte in data:
        for nibble in (byte & 0xF, byte >> 4):
            crc = (crc >> 4) ^ FIT_NIBBLES[crc & 0xF] ^ FIT_NIBBLES[nibble]
    return crc


def fit_bytes(hrv: Sequence[Sequence[int | None]], rates: Sequence[int] = ()) -> bytes:
    """Return a FIT file: intervals in ms, five slots a message, and a heart rate each second."""
    begun = FIT_UNIX_S - FIT_EPOCH_UNIX_S
    body = bytes((0x40, 0, 0, 0, 0, 1, 4, 4, 0x86)) + b"\x00" + struct.pack("<I", begun)
    body += bytes((0x41, 0, 0, 78, 0, 1, 0, 10, 0x84))
    for message in hrv:
        slots = [0xFFFF if one is None else one for one in message]
        slots += [0xFFFF] * (5 - len(slots))
        body += b"\x01" + struct.pack("<5H", *slots)
    body += bytes((0x42, 0, 0, 20, 0, 2, 253, 4, 0x86, 3, 1, 0x02))
    for second, rate in enumerate(rates):
        body += b"\x02" + struct.pack("<IB", begun + second, rate)
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    head += struct.pack("<H", fit_checksum(head))
    return head + body + struct.pack("<H", fit_checksum(head + body))


def xdf_chunk(tag: int, content: bytes) -> bytes:
    """Return one chunk with a four-byte length."""
    return b"\x04" + struct.pack("<IH", len(content) + 2, tag) + content


def xdf_stream(
    stream: int,
    *,
    name: str,
    kind: str,
    rate_hz: float,
    times_s: Sequence[float],
    values: Sequence[float] | Sequence[str],
    unit: str = "",
    clock_offset_s: float = 0.0,
) -> bytes:
    """Return the chunks of a stream of one channel; numbers are doubles, every stamp is written."""
    at = struct.pack("<I", stream)
    strings = bool(values) and isinstance(values[0], str)
    form = "string" if strings else "double64"
    desc = f"<desc><channels><channel><label>{name}</label><unit>{unit}</unit></channel></channels></desc>"
    header = (
        f'<?xml version="1.0"?><info><name>{name}</name><type>{kind}</type>'
        f"<channel_count>1</channel_count><nominal_srate>{rate_hz}</nominal_srate>"
        f"<channel_format>{form}</channel_format>{desc}</info>"
    )
    chunks = xdf_chunk(2, at + header.encode())
    samples = b""
    for at_s, value in zip(times_s, values, strict=True):
        held = (
            b"\x01" + bytes([len(value)]) + value.encode()
            if isinstance(value, str)
            else struct.pack("<d", value)
        )
        samples += b"\x08" + struct.pack("<d", at_s) + held
    if values:
        chunks += xdf_chunk(3, at + b"\x04" + struct.pack("<I", len(values)) + samples)
    for measured_s in (0.0, 5.0):
        chunks += xdf_chunk(4, at + struct.pack("<dd", measured_s, clock_offset_s))
    return chunks


def xdf_bytes(*streams: bytes) -> bytes:
    """Return an XDF file."""
    return (
        b"XDF:"
        + xdf_chunk(1, b'<?xml version="1.0"?><info><version>1.0</version></info>')
        + b"".join(streams)
    )


def edf_field(text: object, width: int) -> bytes:
    """Return a header field."""
    return str(text).encode("latin-1").ljust(width)[:width]


def edf_plus_d_bytes(onsets_s: Sequence[float], counts: NDArray[np.int16]) -> bytes:
    """Return an EDF+ file with gaps: one ECG at 4 Hz in records of 1 s, ±2 mV for ±2000 counts."""
    labels, per_record = ("ECG II", "EDF Annotations"), (4, 10)
    head = edf_field("0", 8) + edf_field("X F X Some_Name", 80)
    head += edf_field("Startdate 02-MAR-2026 X X X", 80) + b"02.03.26" + b"10.20.30"
    head += edf_field(768, 8) + edf_field("EDF+D", 44) + edf_field(len(onsets_s), 8)
    head += edf_field(1, 8) + edf_field(2, 4)
    columns: Sequence[tuple[Sequence[object], int]] = (
        (labels, 16), (("", ""), 80), (("mV", ""), 8), ((-2, -1), 8), ((2, 1), 8),
        ((-2000, -32768), 8), ((2000, 32767), 8), (("", ""), 80), (per_record, 8), (("", ""), 32),
    )  # fmt: skip
    head += b"".join(edf_field(one, width) for cells, width in columns for one in cells)
    body = b""
    for record, onset_s in enumerate(onsets_s):
        body += counts[4 * record : 4 * record + 4].astype("<i2").tobytes()
        body += f"+{onset_s:g}\x14\x14\x00".encode().ljust(20, b"\x00")
    return head + body


def write_edf(path: Path, *, seconds: int = 5) -> NDArray[np.float64]:
    """Write an EDF+ file of two rates with an annotation; return its ECG in uV."""
    ecg = 900.0 * np.sin(np.arange(seconds * 256) / 7.0)
    belt = np.cos(np.arange(seconds * 32) / 9.0)
    edfio.Edf(
        [
            edfio.EdfSignal(
                ecg, 256, label="ECG II", physical_dimension="uV", physical_range=(-1000, 1000)
            ),
            edfio.EdfSignal(
                belt, 32, label="Resp thorax", physical_dimension="V", physical_range=(-1, 1)
            ),
        ],
        patient=edfio.Patient(name="Jo_Vermeer"),
        recording=edfio.Recording(startdate=date(2026, 3, 2)),
        starttime=time(10, 20, 30),
        annotations=[edfio.EdfAnnotation(1.5, None, "music")],
    ).write(path)
    return ecg


def write_bdf(path: Path, *, seconds: int = 5) -> NDArray[np.float64]:
    """Write a BDF file with an annotation in its last second; return its ECG in uV."""
    ecg = 900.0 * np.sin(np.arange(seconds * 256) / 7.0)
    signal = edfio.BdfSignal(
        ecg, 256, label="ECG", physical_dimension="uV", physical_range=(-1000, 1000),
        digital_range=(-8388608, 8388607),
    )  # fmt: skip
    edfio.Bdf(
        [signal], annotations=[edfio.EdfAnnotation(seconds - 0.5, None, "end of music")]
    ).write(path)
    return ecg


E4: Mapping[str, str] = {
    "IBI.csv": "1560279825.000000, IBI\n2.5,0.75\n3.3,0.8\n9.0,0.9\n",
    "BVP.csv": "1560279825.00\n64.000000\n-0.5\n1.25\n",
    "EDA.csv": "1560279825.000000\n4.000000\n0.0\n0.25\n0.5\n",
    "TEMP.csv": "1560279825.000000\n4.000000\n32.13\n",
    "ACC.csv": "1560279825.000000, 1560279825.000000, 1560279825.000000\n32.0, 32.0, 32.0\n-64,32,16\n",
    "HR.csv": "1560279835.000000\n1.000000\n93.00\n",
    "tags.csv": "1560279827.5\n",
    "info.txt": "The first row is the initial time of the session.\n",
}


def write_e4(folder: Path, files: Mapping[str, str] = E4) -> Path:
    """Write the folder of a wristband."""
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def write_e4_zip(path: Path) -> Path:
    """Write the zip of a wristband's folder."""
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in E4.items():
            packed.writestr(f"session/{name}", text)
    return path


def opensignals_text(
    rows: str, *, device: str = "bitalino_rev", sensor: str = "ECG", bits: int = 10
) -> str:
    """Return a text of OpenSignals with one channel A2."""
    device_told = {
        "sensor": [sensor], "device name": "20:16:02:26:60:88", "column": ["nSeq", "I1", "A2"],
        "time": "7:3:47.29", "date": "2026-6-11", "device": device, "sampling rate": 100,
        "label": ["A2"], "resolution": [4, 1, bits],
    }  # fmt: skip
    header = json.dumps({"20:16:02:26:60:88": device_told})
    return f"# OpenSignals Text File Format\n# {header}\n# EndOfHeader\n{rows}"


KUBIOS_REPORT = """HRV ANALYSIS RESULTS - 13-Sep-2026 13:15:19
Kubios HRV Standard
File name: C:/patients/vermeer.txt

RR Interval Samples Selected for Analysis
  Artifact correction: none

RR INTERVAL DATA and SPECTRUM ESTIMATES,
                 ,    SAMPLE 1,            ,            ,
                 ,     RR Data,            ,FFT spectrum,
                 ,        Time, RR interval,   Frequency,         PSD,
                 ,         (s),         (s),        (Hz),   (ms^2/Hz),
                 ,       0.766,       0.766,       0.000,   5942.2394,
                 ,       1.532,       0.766,       0.003,  44995.6734,
                 ,       2.259,       0.727,       0.007, 123127.9213,
                 ,            ,            ,       0.010,  83079.1304,
"""
