"""A referral's JSON as it travels; the rest of the wire is that of all offices (`adapters/outbound/case_files`)."""

import msgspec

from adapters.outbound.case_files.wire import DocumentOnTheWire


class ReferralOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`reference` is ours and makes the call repeatable: the same one is the same referral."""

    reference: str
    tracking_code: str
    insured_code: str
    subject_code: str
    ground: int
    documents: list[DocumentOnTheWire]

    def __repr__(self) -> str:
        return "ReferralOnTheWire(***)"
