"""The draw of allocation: HMAC-SHA256 in counter mode (RFC 2104) against a published vector."""

import hashlib
import hmac

import pytest

from trials.randomization.blocks import draw_block, permuted_blocks
from trials.randomization.draw import Draw, draw_bytes

KEY = bytes(range(32))
LABEL = "MUSIC1|site=01|sex=F"


def test_five_thousand_slots_equal_the_vector_that_r_and_javascript_also_gave() -> None:
    arms = permuted_blocks(
        Draw(KEY, LABEL), arms=("A", "B"), ratio=(1, 1), sizes=(4, 6, 8), length=5000
    )

    letters = "".join(arms)

    assert letters[:40] == "AABBAABBABABABABAABBABBABBAABAABABABAAAB"
    assert hashlib.sha256(letters.encode()).hexdigest().startswith("ea46f3f35e288bcf")


def test_words_are_big_endian_and_blocks_are_counted_in_decimal() -> None:
    stream = b"".join(hmac.digest(KEY, f"{LABEL}|{i}".encode(), "sha256") for i in range(11))
    words = [int.from_bytes(stream[i : i + 4]) for i in range(0, len(stream), 4)]
    draw = Draw(KEY, LABEL)

    drawn = [draw.below(2**32) for _ in words]

    assert drawn == words


def test_words_at_or_above_the_largest_multiple_are_rejected() -> None:
    bound = 2**31 + 1
    draw, words = Draw(KEY, LABEL), Draw(KEY, LABEL)
    kept = [word for word in (words.below(2**32) for _ in range(200)) if word < bound]

    drawn = [draw.below(bound) for _ in kept]

    assert drawn == kept
    assert len(kept) < 200


@pytest.mark.parametrize("bound", [0, -1, 2**32 + 1])
def test_a_bound_outside_32_bits_is_refused(bound: int) -> None:
    with pytest.raises(ValueError, match="between 1 and"):
        Draw(KEY, LABEL).below(bound)


def test_first_bytes_of_a_stream_depend_on_key_and_label() -> None:
    drawn = {draw_bytes(key, label, 16) for key in (KEY, KEY[::-1]) for label in ("a", "b")}

    assert len(drawn) == 4
    assert {len(salt) for salt in drawn} == {16}


def test_a_block_that_cannot_hold_the_ratio_is_refused() -> None:
    with pytest.raises(ValueError, match="A block of 4 cannot hold the ratio 2:1"):
        draw_block(Draw(KEY, LABEL), ("A", "B"), (2, 1), 4)
