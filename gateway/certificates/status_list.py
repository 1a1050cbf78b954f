"""The state of many certificates in one signed list that verifiers keep: IETF's Token Status List, as a JWT.

Two bits a certificate, at an index drawn at random within its list: so the list tells nothing of whom it is about, and
asking for it does not tell which certificate is being looked at.
"""

import datetime
import enum
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.certificates.claims import base64url, from_base64url
from gateway.certificates.refusals import NotGood, Reason
from gateway.certificates.signing import IssuerKeys, TrustedKeys

TYPE = "statuslist+jwt"
MEDIA_TYPE = "application/statuslist+jwt"
BITS = 2
SIZE = 1 << 16  # certificates of one list: 16 KiB before compression, which is what makes a crowd to hide in
_MOST_BYTES = 1 << 20


class Status(enum.IntEnum):
    """VALID and INVALID are the registered ones; 3 is left to applications, and says here: a newer one replaces it."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2
    SUPERSEDED = 3


@dataclass(frozen=True, slots=True)
class StatusReference:
    """Where a certificate's state stands."""

    uri: str
    index: int

    def written(self) -> dict[str, Any]:
        return {"status_list": {"idx": self.index, "uri": self.uri}}

    @classmethod
    def read(cls, claims: Mapping[str, Any]) -> "StatusReference":
        """Raises NotGood."""
        try:
            said = claims["status"]["status_list"]
            uri, index = said["uri"], said["idx"]
        except (KeyError, TypeError):
            raise NotGood(Reason.MALFORMED) from None
        if not isinstance(uri, str) or not isinstance(index, int) or index < 0:
            raise NotGood(Reason.MALFORMED)
        return cls(uri, index)


def packed(statuses: Mapping[int, int], *, bits: int = BITS, size: int = SIZE) -> bytes:
    """The list's octets, the first certificate in the lowest bits of the first octet; those not named are valid."""
    octets = bytearray((size * bits + 7) // 8)
    for index, status in statuses.items():
        octets[index * bits // 8] |= status << (index * bits % 8)
    return bytes(octets)


def signed_list(
    keys: IssuerKeys, uri: str, statuses: Mapping[int, int], *, at: datetime.datetime, ttl: int, lasts: int
) -> str:
    """`ttl`: seconds after which a verifier should fetch it anew; `lasts`: seconds after which it is worth nothing."""
    issued = int(at.timestamp())
    lists = {"bits": BITS, "lst": base64url(zlib.compress(packed(statuses), 9))}
    return keys.sign(TYPE, {"sub": uri, "iat": issued, "exp": issued + lasts, "ttl": ttl, "status_list": lists})


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list that was proven to be the issuer's."""

    uri: str
    issued_at: int
    expires_at: int
    bits: int
    octets: bytes

    @classmethod
    def opened(cls, token: str, keys: TrustedKeys) -> "StatusList":
        """Raises NotGood."""
        said, _ = keys.opened(token.strip(), TYPE)
        try:
            lists = said["status_list"]
            unpacking = zlib.decompressobj()
            octets = unpacking.decompress(from_base64url(lists["lst"]), _MOST_BYTES)
            found = cls(str(said["sub"]), int(said["iat"]), int(said["exp"]), int(lists["bits"]), octets)
        except (KeyError, TypeError, ValueError, zlib.error):
            raise NotGood(Reason.MALFORMED) from None
        if unpacking.unconsumed_tail or not unpacking.eof or found.bits not in (1, 2, 4, 8):
            raise NotGood(Reason.MALFORMED)
        return found

    def status_of(self, index: int) -> int:
        """Raises NotGood for an index that the list does not reach."""
        if index < 0 or index * self.bits // 8 >= len(self.octets):
            raise NotGood(Reason.STATUS_UNKNOWN)
        return self.octets[index * self.bits // 8] >> (index * self.bits % 8) & ((1 << self.bits) - 1)
