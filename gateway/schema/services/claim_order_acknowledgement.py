"""acknowledgeClaimOrder: a workshop takes service of an order (domain.md, one of services 2 and 3)."""

import strawberry

from gateway.domain.services.claim_order_acknowledgement import SERVICE
from gateway.schema.asking import Asked, AskingForWorkshop


@strawberry.input(
    description="The acknowledgement of an order that was issued to a workshop (حکم مطالباتی). It is legal "
    "notification: the terms of the order run from it."
)
class AcknowledgeClaimOrderInput(AskingForWorkshop):
    order_number: str = strawberry.field(description="The order's number: one of `Workshop.claimOrders`.")


ASKED = Asked(
    service=SERVICE,
    input=AcknowledgeClaimOrderInput,
    description="Takes service of an order: from then on its terms run. Needs the "
    "workshop's agreement to electronic notice.",
)
