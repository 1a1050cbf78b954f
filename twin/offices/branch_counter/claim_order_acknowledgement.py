"""The branch notes that a workshop took service of one of its orders."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.workshops import debts_of, workshop_of
from twin.world import World


def decide(world: World, _applicant: str, form: Mapping[str, Any]) -> Decision:
    workshop = workshop_of(world, form)
    orders = [order for debt in (debts_of(world, workshop) if workshop else []) for order in debt.orders]
    order = next((one for one in orders if one.number == form.get("orderNumber")), None)
    if order is None:
        return Decision(False, "حکمی با این شماره برای این کارگاه نیست.")
    if order.served is not None:
        return Decision(False, "این حکم پیش‌تر ابلاغ شده است.")
    return Decision(True, "حکم ابلاغ شد و مهلت‌های قانونی آن آغاز شد.", {"servedOrder": order.number})


DESK = Desk(path="claim-order-service", decide=decide)
