"""Who may declare a contract's terms: domain.md 1.1 (S3).

The sources name the service as coming, under the agreement to electronic notice, and tell no more: the other rules hold
what the fields mean. What the premium of a contract is, the branch reckons.

`reasons` is pure. A fact that was not read, and a detail that was not said, break no rule.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.request import Reason
from gateway.domain.services.contract_terms import SERVICE, ContractTerms
from gateway.domain.workshop import NoticeAgreement, Workshop
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.contract import is_worth_something, row_is_of_three_digits
from gateway.requests.rules.reason import broken
from gateway.requests.rules.workshop import agreement_is_in_force, agreement_of, workshop_is_known, workshop_of

LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFacts:
    """`said` is the request."""

    said: ContractTerms
    workshop: Workshop | Unread | None = UNREAD
    agreement: NoticeAgreement | Unread | None = UNREAD


def reasons(facts: ContractFacts) -> Iterable[Reason | None]:
    return (
        agreement_is_in_force(facts.agreement),
        workshop_is_known(facts.workshop),
        row_is_of_three_digits(facts.said.contract_row),
        is_worth_something(facts.said.amount),
        _terms_are_said(facts.said.text),
    )


def _terms_are_said(text: str | None) -> Reason | None:
    if text is None or 0 < len(text.strip()) <= LONGEST_TEXT:
        return None
    return broken(
        "contract.terms-are-said",
        found=f"{len(text.strip())} characters",
        needed=f"1 to {LONGEST_TEXT} characters",
        source=None,
        fa="شرایط محاسبه پیمان باید نوشته شود و از ۲۰۰۰ نویسه بیشتر نباشد.",
        en="The terms are said, in at most 2,000 characters.",
    )


async def read(reader: Reader, request: ContractTerms) -> ContractFacts:
    workshop, agreement = await asyncio.gather(
        workshop_of(reader, request.workshop), agreement_of(reader, request.workshop)
    )
    return ContractFacts(said=request, workshop=workshop, agreement=agreement)


RULES = Rules(service=SERVICE, read=read, reasons=reasons)
