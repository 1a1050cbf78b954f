"""The details of a referral, as they are kept and as the commission's adapter is handed them."""

import msgspec

from gateway.domain.commission import CommissionRequest


def details_from(request: CommissionRequest) -> bytes:
    """The same request gives the same bytes: idempotency keys compare them."""
    return msgspec.json.encode(request, order="deterministic")


def details_of(details: bytes) -> CommissionRequest:
    return msgspec.json.decode(details, type=CommissionRequest)
