"""Merkle trees against the definition of RFC 6962 and its test vectors; proofs prove what is so, and nothing else."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.operation.audit.merkle import (
    EMPTY,
    Frontier,
    consistency_proof,
    consistent,
    includes,
    inclusion_proof,
    leaf_hash,
    root_of,
)

# The leaves and roots of the reference tests of Certificate Transparency.
LEAVES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "60" * 16)]
LEAVES[7] = bytes(range(0x60, 0x70))
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}

trees = st.lists(st.binary(max_size=4), min_size=1, max_size=40)


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


@pytest.mark.parametrize("size", ROOTS)
def test_the_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]


@given(leaves=st.lists(st.binary(max_size=4), max_size=70))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_a_frontier_has_the_root_of_the_definition_and_can_be_taken_up_again(leaves: list[bytes]) -> None:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
        frontier = Frontier(frontier.size, frontier.peaks)
    assert frontier.root() == by_definition(leaves)
    assert root_of([]) == EMPTY


@given(leaves=trees, data=st.data())
@settings(max_examples=100, derandomize=True, deadline=None)
def test_an_inclusion_proof_holds_for_its_leaf_and_place_only(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = inclusion_proof(index, leaves), root_of(leaves)
    assert includes(leaves[index], index, len(leaves), proof, root)
    assert not includes(leaves[index] + b"!", index, len(leaves), proof, root)
    assert not includes(leaves[index], index, len(leaves), [*proof, leaf_hash(b"")], root)
    assert not includes(leaves[index], len(leaves), len(leaves), proof, root)
    for other in range(len(leaves)):
        if leaves[other] != leaves[index]:
            assert not includes(leaves[index], other, len(leaves), proof, root)


@given(leaves=trees, data=st.data())
@settings(max_examples=100, derandomize=True, deadline=None)
def test_a_consistency_proof_holds_for_a_beginning_and_for_no_other_tree(
    leaves: list[bytes], data: st.DataObject
) -> None:
    earlier = data.draw(st.integers(1, len(leaves)))
    proof, root = consistency_proof(earlier, leaves), root_of(leaves)
    assert consistent(earlier, len(leaves), root_of(leaves[:earlier]), root, proof)
    changed = [leaves[0] + b"!", *leaves[1:]]
    assert not consistent(earlier, len(leaves), root_of(changed[:earlier]), root, proof)
    assert not consistent(earlier, len(leaves), root_of(leaves[:earlier]), root_of(changed), proof)


def test_there_is_no_proof_outside_a_tree() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(3, LEAVES[:3])
    with pytest.raises(ValueError, match="must have a leaf"):
        consistency_proof(0, LEAVES)
    with pytest.raises(ValueError, match="full subtrees"):
        Frontier(3, [b""])
