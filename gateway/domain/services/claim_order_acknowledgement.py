"""The acknowledgement of an order of the Organisation, which is its service (domain.md, one of services 2 and 3)."""

from gateway.domain.access import Wording
from gateway.domain.failure import Source
from gateway.domain.service import Audience, Service, WorkshopDetails
from gateway.domain.workshop import about_workshop


class OrderAcknowledgement(WorkshopDetails, frozen=True, kw_only=True):
    order_number: str | None = None

    @property
    def about(self) -> str:
        return f"{about_workshop(self.workshop)}.{self.order_number or ''}"


SERVICE = Service(
    name="CLAIM_ORDER_ACKNOWLEDGEMENT",
    plan="2-3",
    mutation="acknowledgeClaimOrder",
    words=Wording(fa="دریافت ابلاغ الکترونیکی حکم مطالباتی", en="Acknowledgement of a claim order"),
    office=Source.BRANCH_COUNTER,
    details=OrderAcknowledgement,
    audience=Audience.WORKSHOP,
    asks=(Source.BRANCH_DATABASES,),
    labels={
        "workshop": Wording(fa="کارگاه", en="Workshop"),
        "order_number": Wording(fa="شماره حکم", en="Order number"),
    },
)
