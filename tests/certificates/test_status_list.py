"""The list of states, against the samples of its specification."""

import datetime
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.certificates.claims import from_base64url
from gateway.certificates.refusals import NotGood, Reason
from gateway.certificates.signing import IssuerKeys, TrustedKeys, new_key
from gateway.certificates.status_list import Status, StatusList, packed, signed_list
from tests.certificates.issued import LIST

AT = datetime.datetime(2026, 11, 26, 5, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("statuses", "bits", "list_"),
    [  # draft-ietf-oauth-status-list, 4.1 and 4.2
        ([1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], 1, "eNrbuRgAAhcBXQ"),
        ([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3], 2, "eNo76fITAAPfAgc"),
    ],
)
def test_the_specifications_samples_are_packed_and_read_as_they_stand(
    statuses: list[int], bits: int, list_: str
) -> None:
    octets = zlib.decompress(from_base64url(list_))
    assert packed(dict(enumerate(statuses)), bits=bits, size=len(statuses)) == octets
    read = StatusList("", 0, 0, bits, octets)
    assert [read.status_of(index) for index in range(len(statuses))] == statuses


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, (1 << 16) - 1), st.sampled_from(list(Status)), max_size=20))
def test_every_state_is_found_at_its_index_and_all_others_are_valid(statuses: dict[int, Status]) -> None:
    keys = IssuerKeys([_KEY])
    token = signed_list(keys, LIST, statuses, at=AT, ttl=60, lasts=600)
    read = StatusList.opened(token, TrustedKeys.of_jwks(keys.published()))
    assert {index: read.status_of(index) for index in statuses} == statuses
    assert read.status_of(next(i for i in range(30) if i not in statuses)) == Status.VALID
    assert (read.issued_at, read.expires_at) == (int(AT.timestamp()), int(AT.timestamp()) + 600)


_KEY = new_key()


def test_an_index_beyond_the_list_is_not_known() -> None:
    with pytest.raises(NotGood) as refused:
        StatusList("", 0, 0, 2, bytes(4)).status_of(16)
    assert refused.value.reason is Reason.STATUS_UNKNOWN


def test_a_list_of_anothers_key_or_one_that_swells_is_not_read() -> None:
    keys, others = IssuerKeys([new_key()]), IssuerKeys([new_key()])
    trusted = TrustedKeys.of_jwks(keys.published())
    with pytest.raises(NotGood) as refused:
        StatusList.opened(signed_list(others, LIST, {}, at=AT, ttl=60, lasts=600), trusted)
    assert refused.value.reason is Reason.UNKNOWN_KEY
    from gateway.certificates.claims import base64url

    bomb = {"bits": 2, "lst": base64url(zlib.compress(bytes(1 << 22)))}
    with pytest.raises(NotGood):
        StatusList.opened(keys.sign("statuslist+jwt", {"sub": LIST, "iat": 1, "exp": 2, "status_list": bomb}), trusted)
