"""A site's own model reads a face only when it is the pinned file and the participant agreed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from data.measures import extras, site_model
from data.measures.capture_permission import CaptureNotPermittedError
from data.measures.extras import MissingExtraError
from data.measures.face_expression import (
    MODEL_OUTPUTS,
    FaceExpression,
    measure_face,
    resting_expression,
)
from data.measures.measured_values import NoValueReason
from data.measures.physiology import Quality, SignalBaseline, normalize
from data.measures.site_model import ModelRefusedError, SiteModel, open_site_model
from data.measures.time_domain import FloatArray
from data.records.capture_consents import CaptureKind
from tests.data.measures.captured import permission, picture
from tests.data.measures.onnx_file import face_model

FACE = permission(CaptureKind.FACE)


@dataclass(frozen=True, kw_only=True)
class Answering:
    """A model that always answers the same."""

    confidence: float = 0.9
    valence: float = 0.25
    sha256: str = "ab" * 32

    def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> Mapping[str, FloatArray]:
        """Answer."""
        assert inputs["image"].shape == (1, 8, 8, 3)
        answers = (self.valence, -0.5, self.confidence)
        return {name: np.array([one]) for name, one in zip(MODEL_OUTPUTS, answers, strict=True)}


def pictures(count: int = 10, grey: int = 120) -> list[NDArray[np.uint8]]:
    chance = np.random.Generator(np.random.PCG64(1))
    return [picture(grey, chance) for _ in range(count)]


def assert_nothing(face: FaceExpression, reason: NoValueReason) -> None:
    found = {(one.value, one.reason) for one in (face.valence, face.arousal)}
    assert found == {(None, reason)}
    assert face.quality is Quality.HOLD


def test_a_face_has_the_model_s_mean_answer_and_its_hash_as_recipe() -> None:
    face = measure_face(pictures(), Answering(), FACE, start_s=10.0, end_s=20.0)

    assert (face.valence.value, face.arousal.value) == (0.25, -0.5)
    assert face.recipe == "face-onnx-abababababab"
    assert (face.usable_share, face.quality) == (1.0, Quality.GOOD)


@pytest.mark.parametrize(
    ("seen", "model", "reason"),
    [
        pytest.param(pictures(4), Answering(), NoValueReason.TOO_SHORT, id="four pictures"),
        pytest.param([], Answering(), NoValueReason.TOO_SHORT, id="no picture"),
        pytest.param(
            [np.zeros((8, 8, 3), np.uint8)] * 10, Answering(), NoValueReason.NO_SIGNAL, id="dark"
        ),
        pytest.param(
            pictures(), Answering(confidence=0.2), NoValueReason.ARTEFACTS, id="nobody there"
        ),
        pytest.param(
            pictures(), Answering(valence=7.0), NoValueReason.OUT_OF_RANGE, id="no valence"
        ),
        pytest.param(
            pictures(), Answering(valence=np.nan), NoValueReason.OUT_OF_RANGE, id="not a number"
        ),
    ],
)
def test_what_shows_no_face_has_no_numbers(
    seen: list[NDArray[np.uint8]], model: Answering, reason: NoValueReason
) -> None:
    assert_nothing(measure_face(seen, model, FACE), reason)


def test_without_consent_the_model_is_not_even_asked() -> None:
    with pytest.raises(CaptureNotPermittedError):
        measure_face(pictures(), Answering(), permission(CaptureKind.VOICE))


def test_an_expression_is_compared_with_its_own_rest() -> None:
    rest = resting_expression([0.1, None, *[0.1] * 18], step_s=10.0)

    assert isinstance(rest, SignalBaseline)
    assert normalize(0.1 + 1.4826 * 0.05, rest) == pytest.approx(1.0)


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    path = tmp_path / "site.onnx"
    path.write_bytes(face_model())
    return path


def pinned(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def opened(path: Path) -> SiteModel:
    pytest.importorskip("onnxruntime", reason="the optional packages “models” are not installed")
    return open_site_model(path, pinned(path), MODEL_OUTPUTS)


def test_a_pinned_model_is_run(model_file: Path) -> None:
    face = measure_face(pictures(grey=200), opened(model_file), FACE)

    assert face.valence.value == pytest.approx(200.0 / 255.0, abs=0.02)
    assert face.recipe == f"face-onnx-{pinned(model_file)[:12]}"


def test_a_model_with_another_hash_is_refused_before_it_is_run(
    model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_model, "import_extra", lambda *_: pytest.fail("it was run"))
    known = pinned(model_file)
    model_file.write_bytes(face_model() + b"\x00")

    with pytest.raises(ModelRefusedError, match="is not the one that was pinned"):
        open_site_model(model_file, known, MODEL_OUTPUTS)


def test_a_model_without_the_outputs_is_refused(model_file: Path) -> None:
    model_file.write_bytes(face_model(("valence", "arousal")))

    with pytest.raises(ModelRefusedError, match="has no output confidence"):
        opened(model_file)


def test_a_file_that_is_no_model_is_refused(model_file: Path) -> None:
    model_file.write_bytes(b"not a model")

    with pytest.raises(ModelRefusedError, match="is no ONNX model"):
        opened(model_file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefusedError, match="cannot be read"):
        open_site_model(tmp_path / "none.onnx", "0" * 64, MODEL_OUTPUTS)


def test_pictures_that_the_model_does_not_take_are_refused(model_file: Path) -> None:
    grey = [np.tile(one[:, :, :1], (1, 1, 2)) for one in pictures()]

    with pytest.raises(ModelRefusedError, match="does not take"):
        measure_face(grey, opened(model_file), FACE)


def test_a_missing_extra_is_said_in_one_sentence(
    model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: None)

    with pytest.raises(MissingExtraError, match="onnxruntime, which is not installed here"):
        open_site_model(model_file, pinned(model_file), MODEL_OUTPUTS)
