"""A contract of self-employed insurance (بیمه صاحبان حرف و مشاغل آزاد): domain.md 1.1, service 16 (S0)."""

import enum

from gateway.domain.access import Wording
from gateway.domain.failure import Source
from gateway.domain.money import Rial
from gateway.domain.service import Details, Service


class SelfEmployedGroup(enum.Enum):
    """Who may be insured without an employer."""

    OCCUPATION = "OCCUPATION"
    HOUSEWIFE = "HOUSEWIFE"
    UNMARRIED_GIRL = "UNMARRIED_GIRL"
    STUDENT = "STUDENT"


class PremiumLevel(enum.Enum):
    """What the premium covers (domain.md 2.8)."""

    RETIREMENT = "RETIREMENT"
    RETIREMENT_AND_DEATH = "RETIREMENT_AND_DEATH"
    RETIREMENT_DEATH_AND_DISABILITY = "RETIREMENT_DEATH_AND_DISABILITY"


class SelfEmployedContractRequest(Details, frozen=True, kw_only=True):
    """`occupation` is the self-declared one, of the group OCCUPATION. `monthly_wage` is chosen, in rial a month."""

    group: SelfEmployedGroup | None = None
    occupation: str | None = None
    level: PremiumLevel | None = None
    monthly_wage: Rial | None = None


SERVICE = Service(
    name="SELF_EMPLOYED_CONTRACT",
    plan="16",
    mutation="concludeSelfEmployedContract",
    words=Wording(fa="قرارداد بیمه صاحبان حرف و مشاغل آزاد", en="Contract of self-employed insurance"),
    office=Source.BRANCH_COUNTER,
    details=SelfEmployedContractRequest,
    asks=(Source.CIVIL_REGISTRY, Source.BRANCH_DATABASES),
    labels={
        "group": Wording(fa="گروه", en="Group"),
        "occupation": Wording(fa="شغل (خوداظهاری)", en="Occupation (self-declared)"),
        "level": Wording(fa="سطح پوشش", en="Level of cover"),
        "monthly_wage": Wording(fa="دستمزد ماهانه انتخابی (ریال)", en="Chosen monthly wage (rial)"),
    },
)
