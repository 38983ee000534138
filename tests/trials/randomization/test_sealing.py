"""Commitment to sealed lists: RFC 6962 section 2.1, by its own test vectors and by tampering."""

import hashlib

import pytest

from trials.randomization.sealing import hash_leaf, inclusion_proof, merkle_root, root_from_proof

# Inputs of the reference implementation of RFC 6962 (certificate-transparency, merkle_tree_test).
RFC_6962_INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                   "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
RFC_6962_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def leaves(count: int) -> list[str]:
    return [
        hashlib.sha256(b"\x00" + bytes.fromhex(text)).hexdigest()
        for text in RFC_6962_INPUTS[:count]
    ]


@pytest.mark.parametrize("count", RFC_6962_ROOTS)
def test_root_equals_that_of_the_reference_implementation(count: int) -> None:
    assert merkle_root(leaves(count)) == RFC_6962_ROOTS[count]


def test_root_of_no_leaves_is_the_hash_of_nothing() -> None:
    assert merkle_root([]) == hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize("count", range(1, 9))
def test_every_leaf_proves_that_it_was_sealed(count: int) -> None:
    tree = leaves(count)

    roots = {
        root_from_proof(tree[i], index=i, count=count, proof=inclusion_proof(tree, i))
        for i in range(count)
    }

    assert roots == {merkle_root(tree)}


def test_a_leaf_with_another_arm_does_not_lead_to_the_root() -> None:
    def leaf(position: int, arm: str) -> str:
        return hash_leaf(trial="T", stratum="site=A", position=position, arm=arm, salt="00")

    tree = [leaf(position, "A") for position in range(1, 8)]

    forged = root_from_proof(leaf(3, "B"), index=2, count=7, proof=inclusion_proof(tree, 2))

    assert forged != merkle_root(tree)


def test_a_proof_of_the_wrong_length_is_refused() -> None:
    tree = leaves(4)

    for proof in ((), inclusion_proof(tree, 1)[:1], (*inclusion_proof(tree, 1), tree[0])):
        with pytest.raises(ValueError, match="does not have the length"):
            root_from_proof(tree[1], index=1, count=4, proof=proof)


def test_there_is_no_proof_for_a_leaf_that_is_not_there() -> None:
    with pytest.raises(IndexError, match="no leaf 4 among 4"):
        inclusion_proof(leaves(4), 4)
