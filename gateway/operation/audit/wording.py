"""The record in words: what a citizen reads of it, in Persian and English.

Coordinates are told by the group of facts that their type belongs to; a test proves that each type with data about
persons belongs to one.
"""

from collections.abc import Iterable

from gateway.domain.access import Wording
from gateway.domain.caller import CallerKind

NATIONAL_CODE = Wording(fa="کد ملی", en="national code")
IDENTITY = Wording(fa="هویت (ثبت احوال)", en="identity (civil registry)")
PHOTO = Wording(fa="عکس", en="photo")
DEPENDENTS = Wording(fa="افراد تبعی", en="dependants")
INSURANCE = Wording(fa="ارتباط بیمه‌ای", en="insurance")
CONTRIBUTIONS = Wording(fa="سوابق پرداخت حق بیمه", en="contribution history")
PENSION = Wording(fa="مستمری", en="pension")
UNEMPLOYMENT = Wording(fa="بیمه بیکاری", en="unemployment insurance")
PAYMENTS = Wording(fa="پرداخت‌ها", en="payments")
DEBTS = Wording(fa="بدهی‌ها", en="debts")
REQUESTS = Wording(fa="درخواست‌ها", en="requests")
CERTIFICATES = Wording(fa="گواهی‌ها", en="certificates")
WORKSHOP = Wording(fa="کارگاه", en="workshop")
LISTS_OF_PREMIUMS = Wording(fa="لیست حق بیمه", en="premium lists")
ORDERS = Wording(fa="احکام مطالباتی", en="orders served on a workshop")

GROUPS: dict[str, Wording] = {
    "Person": NATIONAL_CODE,
    "Identity": IDENTITY,
    "Shenasname": IDENTITY,
    "Photo": PHOTO,
    "Dependent": DEPENDENTS,
    "Coverage": DEPENDENTS,
    "Insurance": INSURANCE,
    "InsuranceLink": INSURANCE,
    "ContributionSummary": CONTRIBUTIONS,
    "ContributionRecord": CONTRIBUTIONS,
    "ContributionGap": CONTRIBUTIONS,
    "KindSum": CONTRIBUTIONS,
    "WageBase": CONTRIBUTIONS,
    "Pension": PENSION,
    "UnemploymentCase": UNEMPLOYMENT,
    "Entitlement": UNEMPLOYMENT,
    "PremiumPayment": PAYMENTS,
    "PremiumPaymentConnection": PAYMENTS,
    "PaymentTicket": PAYMENTS,
    "TreatmentEntitlement": PAYMENTS,
    "Debt": DEBTS,
    "LedgerEntry": DEBTS,
    "ServiceRequest": REQUESTS,
    "RequestStep": REQUESTS,
    "Figure": REQUESTS,
    "Eligibility": REQUESTS,
    "EligibilityReason": REQUESTS,
    "ServiceLevel": REQUESTS,
    "Appointment": REQUESTS,
    "CommissionDetails": REQUESTS,
    "Certificate": CERTIFICATES,
    "CertifiedLine": CERTIFICATES,
    "CertificatePasscode": CERTIFICATES,
    "CertificateRedemption": CERTIFICATES,
    "MadePasscode": CERTIFICATES,
    "NotCertifiableReason": CERTIFICATES,
    "Workshop": WORKSHOP,
    "ClaimOrder": ORDERS,
    "NoticeAgreement": WORKSHOP,
    "InstalmentQuote": DEBTS,
    "Instalment": DEBTS,
    "PremiumListSubmission": LISTS_OF_PREMIUMS,
    "PremiumListSummary": LISTS_OF_PREMIUMS,
    "PremiumListChecked": LISTS_OF_PREMIUMS,
    "PremiumListCodePages": LISTS_OF_PREMIUMS,
    "PremiumListFault": LISTS_OF_PREMIUMS,
}
# What only tells how something was asked, or that the log itself was read: nobody is told of it in their log.
UNLISTED = frozenset({"Person.id", "Workshop.id", "ServiceRequest.id", "PaymentTicket.id"})
LISTS = {  # empty, they hold no field of their entries
    "Person.dependents": DEPENDENTS,
    "ContributionRecordConnection.edges": CONTRIBUTIONS,
    "ContributionRecordConnection.nodes": CONTRIBUTIONS,
    "DebtConnection.edges": DEBTS,
    "DebtConnection.nodes": DEBTS,
    "Ledger.entries": DEBTS,
    "ClaimOrders.entries": ORDERS,
}

ONESELF = Wording(fa="خود شما", en="yourself")
RELATIVE = Wording(fa="سرپرست یا نمایندهٔ شما", en="your supporter or representative")
PUBLIC = "PUBLIC"  # of the public page: no caller, so no CallerKind
READERS: dict[str, Wording] = {
    CallerKind.CITIZEN.value: RELATIVE,
    CallerKind.EMPLOYER.value: Wording(fa="کارفرما", en="an employer"),
    CallerKind.AGENCY.value: Wording(fa="یک دستگاه طرف قرارداد", en="an agency under a contract"),
    CallerKind.DEVELOPER.value: Wording(fa="توسعه‌دهندهٔ محیط آزمایشی", en="a developer of the sandbox"),
    PUBLIC: Wording(fa="کسی که شناسه و رمز گواهی را داشت", en="somebody who had a certificate's serial and passcode"),
    CallerKind.OPERATOR.value: Wording(fa="کارشناس سازمان تأمین اجتماعی", en="an operator of the Organisation"),
}


def groups_of(coordinates: Iterable[str]) -> tuple[Wording, ...]:
    """The groups that the coordinates belong to, each once, in the order of GROUPS."""
    found = {_group_of(coordinate) for coordinate in coordinates}
    return tuple(dict.fromkeys(group for group in GROUPS.values() if group in found))


def is_listed(coordinates: Iterable[str]) -> bool:
    return any(_group_of(coordinate) for coordinate in coordinates)


def _group_of(coordinate: str) -> Wording | None:
    if coordinate in UNLISTED:
        return None
    return LISTS.get(coordinate) or GROUPS.get(coordinate.partition(".")[0])
