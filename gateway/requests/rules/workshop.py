"""What the services for employers share: the workshop itself, and the agreement that opens them."""

from gateway.domain.failure import Source
from gateway.domain.identifiers import WorkshopKey
from gateway.domain.request import Reason
from gateway.domain.services.electronic_notice_agreement import SERVICE as AGREEMENT
from gateway.domain.workshop import NoticeAgreement, Workshop
from gateway.requests.reading import Reader, Unread
from gateway.requests.rules.reason import broken

BRANCHES = Source.BRANCH_DATABASES


def agreement_is_in_force(agreement: NoticeAgreement | Unread | None) -> Reason | None:
    """Instalments, objections, contract terms and more are open to workshops that agreed: domain.md 1.1, service 9."""
    if agreement is not None:
        return None
    return broken(
        "workshop.agreed-to-electronic-notice",
        found="NONE",
        needed="an electronic notice agreement",
        source=AGREEMENT.office,
        fa="برای استفاده از این خدمت، کارگاه باید پیش‌تر توافق‌نامه ابلاغ الکترونیکی را پذیرفته باشد.",
        en="This service needs the workshop's agreement to electronic notice first.",
    )


def workshop_is_known(workshop: Workshop | Unread | None) -> Reason | None:
    """A workshop is keyed by its code and its branch (domain.md 2.1): another branch does not know it."""
    if workshop is not None:
        return None
    return broken(
        "workshop.is-known",
        found="NOT_KNOWN",
        needed="a workshop of this branch",
        source=BRANCHES,
        fa="شعبه کارگاهی با این کد نمی‌شناسد.",
        en="The branch knows no workshop of this code.",
    )


async def agreement_of(reader: Reader, workshop: WorkshopKey) -> NoticeAgreement | Unread | None:
    return await reader.value(reader.loaders.notice_agreements_by_workshop.load(workshop), AGREEMENT.office)


async def workshop_of(reader: Reader, workshop: WorkshopKey) -> Workshop | Unread | None:
    return await reader.value(reader.loaders.workshops_by_key.load(workshop), BRANCHES)
