"""What stands on a certificate, in Persian and in English: for the PDF, the pages and the command alike."""

from collections.abc import Mapping

from gateway.certificates.refusals import Reason
from gateway.domain.access import Wording
from gateway.domain.certificate import CertificateKind, CertificateState


def _words(table: Mapping[str, tuple[str, str]]) -> dict[str, Wording]:
    return {name: Wording(fa=fa, en=en) for name, (fa, en) in table.items()}


KINDS = _words(
    {
        CertificateKind.INSURANCE_LINK.value: ("گواهی ارتباط بیمه‌ای", "Certificate of insurance link"),
        CertificateKind.PENSION_STATUS.value: ("گواهی وضعیت دریافت مستمری", "Certificate of pension status"),
        CertificateKind.CLEARANCE.value: ("مفاصاحساب ماده ۳۸", "Clearance certificate (Article 38)"),
        CertificateKind.BUILDING_PREMIUM.value: ("گواهی حق بیمه ساختمانی", "Certificate of building premium"),
    }
)

OUTCOMES = _words(
    {
        "ACTIVE": ("فعال است", "active"),
        "INACTIVE": ("غیرفعال است", "inactive"),
        "PENSIONER": ("مستمری‌بگیر است", "draws a pension"),
        "NO_LINK": ("هیچ ارتباطی با سازمان ندارد", "no link with the Organisation"),
        "SUSPENDED": ("معلق است", "suspended"),
        "ENDED": ("پایان یافته است", "ended"),
        "NO_PENSION": ("مستمری دریافت نمی‌کند", "draws no pension"),
        "CLEAR": ("بدهی ندارد", "owes nothing"),
        "PAID": ("پرداخت شده است", "paid in full"),
    }
)

SUBJECT = _words(
    {
        "nationalId": ("کد ملی", "National code"),
        "firstName": ("نام", "First name"),
        "lastName": ("نام خانوادگی", "Last name"),
        "workshop": ("کد کارگاه", "Workshop code"),
        "branch": ("کد شعبه", "Branch code"),
        "workshopName": ("نام کارگاه", "Workshop"),
        "employerName": ("نام کارفرما", "Employer"),
    }
)

FACTS = _words(
    {
        "insuranceStatus": ("وضعیت بیمه", "Insurance status"),
        "insuranceKind": ("نوع بیمه", "Kind of insurance"),
        "insuranceNumber": ("شماره بیمه", "Insurance number"),
        "branch": ("شعبه", "Branch"),
        "workshop": ("کد کارگاه", "Workshop code"),
        "workshopName": ("نام کارگاه", "Workshop"),
        "since": ("از تاریخ", "Since"),
        "branchFiles": ("شمار پرونده‌ها در شعب", "Files at branches"),
        "pensionStatus": ("وضعیت مستمری", "Pension status"),
        "pensionKind": ("نوع مستمری", "Kind of pension"),
        "pensionNumber": ("شماره مستمری", "Pension number"),
        "baseDate": ("تاریخ برقراری", "Granted on"),
        "monthlyAmount": ("مبلغ ماهانه (ریال)", "Amount a month (rial)"),
        "lifeStatus": ("وضعیت حیات", "Life status"),
        "debtsOutstanding": ("مانده بدهی کارگاه (ریال)", "Outstanding debt of the workshop (rial)"),
        "workshopActive": ("کارگاه فعال است", "Workshop is active"),
        "contractNumber": ("شماره پیمان (به اظهار متقاضی)", "Contract number (as the applicant stated)"),
        "debtNumber": ("شماره بدهی", "Debt number"),
        "amount": ("مبلغ (ریال)", "Amount (rial)"),
        "remaining": ("مانده (ریال)", "Remaining (rial)"),
    }
)

VALUES = _words(
    {
        **{name: (words.fa, words.en) for name, words in OUTCOMES.items()},
        "COMPULSORY": ("اجباری", "compulsory"),
        "VOLUNTARY": ("اختیاری", "voluntary"),
        "SELF_EMPLOYED": ("حرف و مشاغل آزاد", "self-employed"),
        "UNEMPLOYED": ("بیمه بیکاری", "unemployed"),
        "STUDENT": ("دانشجو", "student"),
        "HOUSEWIFE": ("زنان خانه‌دار", "housewife"),
        "RETIREMENT": ("بازنشستگی", "retirement"),
        "DISABILITY": ("ازکارافتادگی", "disability"),
        "SURVIVOR": ("بازماندگان", "survivor"),
        "ALIVE": ("در قید حیات", "alive"),
        "DECEASED": ("فوت‌شده", "deceased"),
        "UNKNOWN": ("نامشخص", "unknown"),
        "true": ("بله", "yes"),
        "false": ("خیر", "no"),
        "null": ("ثبت نشده", "not recorded"),
    }
)

SOURCES = _words(
    {
        "CIVIL_REGISTRY": ("ثبت احوال", "civil registry"),
        "BRANCH_DATABASES": ("شعب تأمین اجتماعی", "branches"),
        "BANK_REFAH": ("بانک رفاه", "Bank Refah"),
        "LABOUR_MINISTRY": ("وزارت کار", "Labour Ministry"),
        "APPLICANT": ("متقاضی", "the applicant"),
    }
)

STATES = _words(
    {
        CertificateState.ISSUED.value: ("صادر شده", "issued"),
        CertificateState.REDEEMED.value: ("صادر و خوانده شده", "issued, and read"),
        CertificateState.EXPIRED.value: ("منقضی شده", "expired"),
        CertificateState.REVOKED.value: ("ابطال شده", "revoked"),
        CertificateState.SUPERSEDED.value: ("با گواهی تازه جایگزین شده", "replaced by a newer one"),
    }
)

REASONS = _words(
    {
        Reason.MALFORMED.value: (
            "این پرونده گواهی سامانه نیست یا در آن دست برده‌اند.",
            "This is no certificate of ours, or it was changed.",
        ),
        Reason.ALGORITHM.value: (
            "با روشی امضا شده که سامانه به کار نمی‌برد.",
            "It is signed by a method that the issuer does not use.",
        ),
        Reason.UNKNOWN_KEY.value: (
            "کلید امضای آن از صادرکننده نیست.",
            "The key that signed it is not the issuer's.",
        ),
        Reason.SIGNATURE.value: (
            "امضا درست نیست: در گواهی دست برده‌اند.",
            "The signature does not hold: it was changed.",
        ),
        Reason.ISSUER.value: ("صادرکننده دیگری در آن نوشته شده است.", "It names another issuer."),
        Reason.DISCLOSURE.value: (
            "فقره‌ای در آن هست که صادرکننده امضا نکرده است.",
            "It shows a fact that the issuer did not sign.",
        ),
        Reason.DISCLOSURE_MISSING.value: (
            "فقره‌ای که لازم است نشان داده نشده است.",
            "A fact that is needed is not shown.",
        ),
        Reason.DIGEST.value: (
            "چکیده با محتوای گواهی نمی‌خواند.",
            "The digest is not that of what the certificate says.",
        ),
        Reason.HOLDER.value: (
            "ثابت نشد که دارنده گواهی آن را نشان می‌دهد.",
            "It is not proven that its holder shows it, to you, just as it is.",
        ),
        Reason.PDF_UNSIGNED.value: (
            "این PDF امضا ندارد؛ به متن آن نمی‌توان اعتماد کرد.",
            "This PDF is not signed; what is printed on it cannot be trusted.",
        ),
        Reason.PDF_CHANGED.value: (
            "این PDF پس از امضا تغییر کرده است.",
            "This PDF was changed after it was signed.",
        ),
        Reason.NOT_YET_VALID.value: (
            "زمان صدور آن در آینده است.",
            "It was issued in the future.",
        ),
        Reason.EXPIRED.value: ("مهلت اعتبار آن گذشته است.", "It has expired."),
        Reason.REDEEMER.value: (
            "برای دستگاه دیگری صادر شده است.",
            "It is made out to another agency.",
        ),
        Reason.REVOKED.value: ("ابطال شده است.", "It was revoked."),
        Reason.SUPERSEDED.value: (
            "گواهی تازه‌ای جای آن را گرفته است.",
            "A newer certificate replaces it.",
        ),
        Reason.STATUS_UNKNOWN.value: (
            "فهرست ابطال موجود نیست یا کهنه است؛ ابطال آن معلوم نیست.",
            "There is no list of states, or it is too old: whether it was revoked is not known.",
        ),
    }
)


def value_in_words(value: object) -> Wording:
    """A value of a fact: what has words, in words; numbers, dates and names as they are."""
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return VALUES.get(text) or Wording(fa=text, en=text)
