"""Valence and arousal that a site's own model reads from pictures of a face; off unless the participant agreed.

Conventions: values in [-1, 1]. A picture counts when the model is at least half confident. Pictures are measured and not
kept. What the model was trained on decides what its numbers mean: they are exploratory, compared with the person's own rest
only, and no outcome of another model.

Contents: `measure_face`, `FaceExpression`, `resting_expression`, `MODEL_OUTPUTS`, `ExpressionModel`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data.measures.capture_permission import CapturePermission, require_kind
from data.measures.measured_values import NoValueReason
from data.measures.physiology import (
    PhysiologicalValue,
    Quality,
    SignalBaseline,
    baseline_of,
    quality_of,
)
from data.measures.time_domain import FloatArray
from data.records.capture_consents import CaptureKind

RECIPE_PREFIX = "face-onnx-"
MODEL_INPUT = "image"
MODEL_OUTPUTS = ("valence", "arousal", "confidence")
SMALLEST_CONFIDENCE = 0.5
FEWEST_PICTURES = 5
DARKEST_SPREAD = 2.0
"""Standard deviation of the grey levels (0-255) below which a picture shows nothing."""
SMALLEST_MAD = 0.05


class ExpressionModel(Protocol):
    """What runs: as a rule a `data.measures.site_model.SiteModel`."""

    @property
    def sha256(self) -> str:
        """Hash of the file, which is part of the recipe."""

    def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> Mapping[str, FloatArray]:
        """Return the outputs for one picture."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FaceExpression:
    """Expression over one window."""

    recipe: str
    """With the first digits of the model's hash."""
    start_s: float
    end_s: float
    pictures: int
    usable_share: float
    """Share of the pictures that the model is confident of, in [0, 1]."""
    quality: Quality
    valence: PhysiologicalValue
    """Mean over usable pictures, in [-1, 1]."""
    arousal: PhysiologicalValue


def measure_face(
    pictures: Sequence[NDArray[np.uint8]],
    model: ExpressionModel,
    permission: CapturePermission,
    *,
    start_s: float = 0.0,
    end_s: float = 0.0,
) -> FaceExpression:
    """Measure the pictures of a window.

    Parameters
    ----------
    pictures : sequence of ndarray of uint8, shape (height, width, 3)
        Red, green, blue. The model gets ``image``, float32 in [0, 1], shape (1, height, width, 3).
    model : ExpressionModel
        With the outputs valence and arousal in [-1, 1] and confidence in [0, 1].
    permission : CapturePermission
        From `data.measures.capture_permission.permission_for`.
    start_s, end_s : float
        The window.

    Returns
    -------
    FaceExpression
        Values, or reasons: ``too_short`` (fewer than five pictures), ``no_signal`` (all dark or covered),
        ``artefacts`` (more than 20 % without a face that the model is sure of), ``out_of_range`` (the model gives something
        that is no valence). A permission for something else is refused (`CaptureNotPermittedError`), and so are pictures
        that the model does not take (`ModelRefusedError`).
    """
    require_kind(permission, CaptureKind.FACE)
    seen = [one for one in pictures if float(np.std(one)) >= DARKEST_SPREAD]
    answers = np.array([_answer(model, one) for one in seen]).reshape(-1, len(MODEL_OUTPUTS))
    sure = answers[:, 2] >= SMALLEST_CONFIDENCE
    share = float(sure.sum()) / len(pictures) if pictures else 0.0
    reason = _why_none(len(pictures), answers, sure, share)
    kept = answers[sure]
    return FaceExpression(
        recipe=f"{RECIPE_PREFIX}{model.sha256[:12]}",
        start_s=start_s,
        end_s=end_s,
        pictures=len(pictures),
        usable_share=round(share, 6),
        quality=Quality.HOLD if reason else quality_of(share),
        valence=_mean(kept[:, 0], reason),
        arousal=_mean(kept[:, 1], reason),
    )


def _answer(model: ExpressionModel, picture: NDArray[np.uint8]) -> list[float]:
    image = (picture.astype(np.float32) / np.float32(255.0))[np.newaxis]
    outputs = model.run({MODEL_INPUT: image})
    return [float(outputs[name][0]) if outputs[name].size else np.nan for name in MODEL_OUTPUTS]


def _why_none(
    pictures: int, answers: FloatArray, sure: NDArray[np.bool_], share: float
) -> NoValueReason | None:
    if pictures < FEWEST_PICTURES:
        return NoValueReason.TOO_SHORT
    if not answers.size:
        return NoValueReason.NO_SIGNAL
    if not np.isfinite(answers).all() or float(np.abs(answers[sure]).max(initial=0.0)) > 1.0:
        return NoValueReason.OUT_OF_RANGE
    return NoValueReason.ARTEFACTS if quality_of(share) is Quality.HOLD else None


def _mean(values: FloatArray, reason: NoValueReason | None) -> PhysiologicalValue:
    value = None if reason else float(values.mean())
    return PhysiologicalValue(value=value, unit="", reason=reason)


def resting_expression(
    values: Sequence[float | None], *, step_s: float
) -> SignalBaseline | NoValueReason:
    """Summarize valence or arousal of a rest of three minutes or more.

    Parameters
    ----------
    values : sequence of float or None
        Of neighbouring windows; None where there was no value.
    step_s : float
        Seconds from one window to the next.

    Returns
    -------
    SignalBaseline or NoValueReason
        With a spread of at least 0.05.
    """
    return baseline_of(values, step_s=step_s, smallest_mad=SMALLEST_MAD)
