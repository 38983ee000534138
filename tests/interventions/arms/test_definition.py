"""Arms as values: known by code, hashed, distinguishable."""

from dataclasses import replace

import pytest

from interventions.arms.definition import UnknownArmError, arm_codes, arm_definition, filling_of
from protocols.music import MusicEdition


def test_an_arm_is_found_by_its_code() -> None:
    assert [arm_definition(code).code for code in arm_codes()] == ["adaptive", "matched_fixed"]


def test_each_definition_has_its_own_hash_that_stays_the_same() -> None:
    hashes = [arm_definition(code).sha256 for code in arm_codes()]

    assert len(set(hashes)) == len(hashes)
    assert all(len(one) == 64 for one in hashes)
    assert hashes == [arm_definition(code).sha256 for code in arm_codes()]


def test_a_definition_names_the_composer_that_is_used() -> None:
    for edition in MusicEdition:
        for code in arm_codes():
            definition = arm_definition(code, edition=edition)

            composer = filling_of(definition).make_composer(60.0, 1)

            assert composer.name == definition.composition


def test_a_new_edition_is_another_preset_and_leaves_the_first_as_it_was() -> None:
    first = arm_definition("matched_fixed", edition=MusicEdition.FIRST)
    second = arm_definition("matched_fixed", edition=MusicEdition.SECOND)

    assert first == arm_definition("matched_fixed")
    assert first.sha256 != second.sha256
    assert filling_of(first).definition == first


def test_a_definition_that_no_preset_has_is_refused() -> None:
    unknown = replace(arm_definition("adaptive"), composition="pieces-9")

    with pytest.raises(UnknownArmError, match=r"no arm 'adaptive' that plays 'pieces-9'"):
        filling_of(unknown)


def test_arms_share_sensing_inference_delivery_and_feedback() -> None:
    adaptive, fixed = (arm_definition(code) for code in arm_codes())

    for stage in ("sensing", "inference", "delivery", "feedback"):
        assert getattr(adaptive, stage) == getattr(fixed, stage)
    assert fixed.shadow == adaptive.control


def test_an_unknown_code_names_the_known_ones() -> None:
    with pytest.raises(UnknownArmError, match=r"no arm 'placebo': choose one of adaptive, "):
        arm_definition("placebo")
