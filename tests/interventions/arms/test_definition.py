"""Arms as values: known by code, hashed, distinguishable."""

import pytest

from interventions.arms.definition import UnknownArmError, arm_codes, arm_definition, filling_of


def test_an_arm_is_found_by_its_code() -> None:
    assert [arm_definition(code).code for code in arm_codes()] == ["adaptive", "matched_fixed"]


def test_each_definition_has_its_own_hash_that_stays_the_same() -> None:
    hashes = [arm_definition(code).sha256 for code in arm_codes()]

    assert len(set(hashes)) == len(hashes)
    assert all(len(one) == 64 for one in hashes)
    assert hashes == [arm_definition(code).sha256 for code in arm_codes()]


def test_a_definition_names_the_composer_that_is_used() -> None:
    for code in arm_codes():
        filling = filling_of(code)

        assert filling.make_composer(60.0, 1).name == filling.definition.composition


def test_arms_share_sensing_inference_delivery_and_feedback() -> None:
    adaptive, fixed = (arm_definition(code) for code in arm_codes())

    for stage in ("sensing", "inference", "delivery", "feedback"):
        assert getattr(adaptive, stage) == getattr(fixed, stage)
    assert fixed.shadow == adaptive.control


def test_an_unknown_code_names_the_known_ones() -> None:
    with pytest.raises(UnknownArmError, match=r"no arm 'placebo': choose one of adaptive, "):
        arm_definition("placebo")
