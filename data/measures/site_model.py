"""A model that a site supplies as an ONNX file, run only when it is, byte for byte, the one that the site named.

Conventions: nothing is downloaded. The file is read once, its SHA-256 compared with the pinned one, and those very bytes are
run, on the processor. onnxruntime is an extra (``models``) and is imported when a model is opened.

Contents: `SiteModel`, `open_site_model`, `ModelRefusedError`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.measures.extras import import_extra
from data.measures.time_domain import FloatArray

EXTRA, PACKAGE = "models", "onnxruntime"


class ModelRefusedError(ValueError):
    """A model file is not the pinned one, cannot be read, or does not give what it should; the message says which."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SiteModel:
    """An opened model."""

    name: str
    """File name, without its folder."""
    sha256: str
    outputs: tuple[str, ...]
    session: Any
    """onnxruntime's."""

    def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> Mapping[str, FloatArray]:
        """Return every output by its name, flattened.

        Raises
        ------
        ModelRefusedError
            If the model does not take these inputs.
        """
        try:
            answers = self.session.run(list(self.outputs), dict(inputs))
        except _failures() as error:
            message = f"The model {self.name} does not take what it is given."
            raise ModelRefusedError(message) from error
        return {
            name: np.asarray(answer, dtype=np.float64).ravel()
            for name, answer in zip(self.outputs, answers, strict=True)
        }


def open_site_model(path: Path, pinned_sha256: str, outputs: tuple[str, ...]) -> SiteModel:
    """Open a model file that is the pinned one.

    Parameters
    ----------
    path : Path
        The ONNX file.
    pinned_sha256 : str
        64 hexadecimal digits, as the site wrote them down when it chose the model.
    outputs : tuple of str
        Outputs that it must have.

    Returns
    -------
    SiteModel
        Ready to run.

    Raises
    ------
    ModelRefusedError
        If the file cannot be read, has another hash, is no model or lacks an output. Without onnxruntime
        `data.measures.extras.MissingExtraError` says what to install.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"The model file {path.name} cannot be read: {error.strerror}."
        raise ModelRefusedError(message) from error
    found = hashlib.sha256(content).hexdigest()
    if found != pinned_sha256.strip().lower():
        message = (
            f"The model file {path.name} is not the one that was pinned: its SHA-256 begins {found[:12]}, "
            f"the pinned one {pinned_sha256.strip()[:12]}. Nothing was run."
        )
        raise ModelRefusedError(message)
    runtime = import_extra(PACKAGE, EXTRA, "Models supplied by a site")
    session = _opened(runtime, content, path.name)
    lacking = set(outputs) - {one.name for one in session.get_outputs()}
    if lacking:
        message = f"The model {path.name} has no output {', '.join(sorted(lacking))}."
        raise ModelRefusedError(message)
    return SiteModel(name=path.name, sha256=found, outputs=outputs, session=session)


def _opened(runtime: Any, content: bytes, name: str) -> Any:  # noqa: ANN401 - ships no types
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except _failures() as error:
        message = f"The file {name} is no ONNX model that can be run here."
        raise ModelRefusedError(message) from error


def _failures() -> tuple[type[Exception], ...]:
    """Return what onnxruntime raises: its own errors share no class below Exception."""
    state = import_extra("onnxruntime.capi.onnxruntime_pybind11_state", EXTRA, "Models")
    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NotImplemented")
    own = tuple(getattr(state, name) for name in (*names, "RuntimeException"))
    return (RuntimeError, ValueError, *own)
