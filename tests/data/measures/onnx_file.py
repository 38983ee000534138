"""The smallest ONNX model, written byte by byte: what a face shows is a mean of the picture's colours.

Field numbers: onnx.proto3 of the ONNX project. ``valence`` is the mean of red, ``arousal`` of green, ``confidence`` of blue.
"""

FLOAT, INT64 = 1, 7
CHANNELS = {"valence": 0, "arousal": 1, "confidence": 2}


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(raw)) + raw


def _ints(name: str, *values: int) -> bytes:
    body = _field(1, name) + b"".join(_field(8, one) for one in values) + _field(20, 7)
    return _field(5, body)


def _node(operator: str, inputs: tuple[str, ...], output: str, attributes: bytes = b"") -> bytes:
    taken = b"".join(_field(1, one) for one in inputs)
    return _field(1, taken + _field(2, output) + _field(4, operator) + attributes)


def _tensor(name: str, dimensions: tuple[int | str, ...]) -> bytes:
    shape = b"".join(
        _field(1, _field(1, one) if isinstance(one, int) else _field(2, one)) for one in dimensions
    )
    return _field(1, name) + _field(2, _field(1, _field(1, FLOAT) + _field(2, shape)))


def _index(name: str, channel: int) -> bytes:
    return _field(
        5, _field(1, 1) + _field(2, INT64) + _field(7, _varint(channel)) + _field(8, name)
    )


def face_model(outputs: tuple[str, ...] = tuple(CHANNELS)) -> bytes:
    """Return the model as a file's content."""
    mean = _node(
        "ReduceMean",
        ("image",),
        "means",
        _ints("axes", 1, 2) + _field(5, _field(1, "keepdims") + _field(3, 0) + _field(20, 2)),
    )
    picked = b"".join(
        _node(
            "Gather",
            ("means", f"at_{name}"),
            name,
            _field(5, _field(1, "axis") + _field(3, 1) + _field(20, 2)),
        )
        for name in outputs
    )
    indices = b"".join(_index(f"at_{name}", CHANNELS[name]) for name in outputs)
    graph = (
        mean
        + picked
        + _field(2, "face")
        + indices
        + _field(11, _tensor("image", (1, "height", "width", 3)))
        + b"".join(_field(12, _tensor(name, (1, 1))) for name in outputs)
    )
    return _field(1, 8) + _field(7, graph) + _field(8, _field(1, "") + _field(2, 13))
