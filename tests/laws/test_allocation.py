"""What holds of every allocation list: balance, reproducibility, binding (conduct: 2.2, R2)."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from protocols.randomization import RandomizationPlan, StratificationFactor, StratumLevel
from trials.randomization.blocks import permuted_blocks
from trials.randomization.draw import Draw
from trials.randomization.sealing import hash_leaf, inclusion_proof, merkle_root, root_from_proof
from trials.randomization.strata import strata_of

ratios = st.lists(st.integers(1, 3), min_size=2, max_size=4)
keys = st.binary(min_size=16, max_size=64)
labels = st.text(min_size=1, max_size=20)


def draw_list(key: bytes, label: str, ratio: list[int], length: int) -> tuple[str, ...]:
    sizes = (sum(ratio), 2 * sum(ratio))
    arms = "ABCD"[: len(ratio)]
    return permuted_blocks(Draw(key, label), arms=arms, ratio=ratio, sizes=sizes, length=length)


@given(key=keys, label=labels, ratio=ratios, length=st.integers(0, 120))
def test_the_same_key_and_label_give_the_same_list_of_the_length_asked_for(
    key: bytes, label: str, ratio: list[int], length: int
) -> None:
    drawn = draw_list(key, label, ratio, length)

    assert len(drawn) == length
    assert draw_list(key, label, ratio, length) == drawn
    assert draw_list(key, label, ratio, length + 9)[:length] == drawn


@given(key=keys, label=labels, ratio=ratios, length=st.integers(1, 200))
def test_no_prefix_departs_from_the_ratio_by_more_than_the_largest_block(
    key: bytes, label: str, ratio: list[int], length: int
) -> None:
    counts = Counter(draw_list(key, label, ratio, length))

    excess = [
        abs(counts[arm] - length * times / sum(ratio))
        for arm, times in zip("ABCD", ratio, strict=False)
    ]

    assert max(excess) <= 2 * max(ratio)


@given(key=keys, label=labels, ratio=ratios, blocks=st.integers(1, 20))
def test_with_one_block_size_every_whole_number_of_blocks_is_balanced(
    key: bytes, label: str, ratio: list[int], blocks: int
) -> None:
    size = sum(ratio)
    arms = "ABCD"[: len(ratio)]

    drawn = permuted_blocks(
        Draw(key, label), arms=arms, ratio=ratio, sizes=(size,), length=blocks * size
    )

    assert Counter(drawn) == {arm: times * blocks for arm, times in zip(arms, ratio, strict=True)}


@given(arms=st.lists(st.sampled_from("AB"), min_size=1, max_size=70), data=st.data())
def test_a_proof_leads_to_the_root_for_the_sealed_arm_and_for_no_other(
    arms: list[str], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(arms) - 1))

    def leaf(position: int, arm: str) -> str:
        return hash_leaf(
            trial="T", stratum="site=A", position=position, arm=arm, salt=f"{position:032x}"
        )

    tree = [leaf(i, arm) for i, arm in enumerate(arms)]
    proof = inclusion_proof(tree, index)
    flipped = leaf(index, "B" if arms[index] == "A" else "A")

    assert root_from_proof(tree[index], index=index, count=len(tree), proof=proof) == merkle_root(
        tree
    )
    assert root_from_proof(flipped, index=index, count=len(tree), proof=proof) != merkle_root(tree)


@given(sizes=st.lists(st.integers(1, 4), min_size=0, max_size=3))
def test_there_is_one_stratum_for_every_combination_of_levels(sizes: list[int]) -> None:
    factors = tuple(
        StratificationFactor(
            code=f"factor{i}",
            label="",
            levels=tuple(StratumLevel(code=str(level), label="") for level in range(size)),
        )
        for i, size in enumerate(sizes)
    )
    plan = RandomizationPlan(
        ratio=(1, 1),
        block_sizes=(4,),
        factors=factors,
        slots_per_stratum=10,
        concealment="",
        implementation="",
    )
    expected = 1
    for size in sizes:
        expected *= size

    strata = strata_of(plan)

    assert len(set(strata)) == expected
    assert list(strata) == sorted(strata)
