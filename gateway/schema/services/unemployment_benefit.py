"""establishUnemploymentBenefit: benefit after the labour office's referral (domain.md 1.1 and 2.7)."""

import strawberry

from gateway.domain.services.unemployment_benefit import SERVICE
from gateway.schema.asking import Asked, Asking


@strawberry.input(description="Unemployment benefit, after the labour office's referral.")
class EstablishUnemploymentBenefitInput(Asking):
    """Nothing more is asked: the case is the ministry's."""


ASKED = Asked(
    service=SERVICE,
    input=EstablishUnemploymentBenefitInput,
    description="Asks for unemployment benefit to be set, by the Labour Ministry's newest case of the applicant.",
)
