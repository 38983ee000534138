"""What a protocol promises about imputation, in words."""

import pytest

from protocols.document import public_protocol_text, shipped_protocol
from protocols.imputation import ImputationStrategy, ImputedVariance, PlannedImputation


@pytest.mark.parametrize(
    ("variance", "imputations", "words"),
    [
        (ImputedVariance.JACKKNIFE, None, "copy reference; jackknife"),
        (ImputedVariance.RUBIN, 500, "copy reference; 500 imputations, Rubin's rules"),
    ],
)
def test_the_promise_names_strategy_and_variance(
    variance: ImputedVariance, imputations: int | None, words: str
) -> None:
    promise = PlannedImputation(
        strategy=ImputationStrategy.COPY_REFERENCE, variance=variance, imputations=imputations
    )

    assert promise.label == words


@pytest.mark.requirement("SPIRIT 27c")
def test_the_public_protocol_says_which_analysis_imputes() -> None:
    text = public_protocol_text(shipped_protocol())

    assert "ancova after imputation (jump to reference; jackknife)" in text
