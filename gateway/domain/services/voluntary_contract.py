"""A contract of voluntary insurance (ادامه بیمه به طور اختیاری): domain.md 1.1, service 8 (S0, S3, S4)."""

from gateway.domain.access import Wording
from gateway.domain.failure import Source
from gateway.domain.money import Rial
from gateway.domain.service import Details, Service


class VoluntaryContractRequest(Details, frozen=True, kw_only=True):
    """`monthly_wage` is the wage that the applicant chooses to be insured by, in rial a month. The document, where
    there is one, is a man's end-of-service card."""

    monthly_wage: Rial | None = None


SERVICE = Service(
    name="VOLUNTARY_CONTRACT",
    plan="8",
    mutation="concludeVoluntaryContract",
    words=Wording(fa="قرارداد ادامه بیمه به طور اختیاری", en="Contract of voluntary insurance"),
    office=Source.BRANCH_COUNTER,
    details=VoluntaryContractRequest,
    asks=(Source.CIVIL_REGISTRY, Source.BRANCH_DATABASES),
    labels={"monthly_wage": Wording(fa="دستمزد ماهانه انتخابی (ریال)", en="Chosen monthly wage (rial)")},
)
