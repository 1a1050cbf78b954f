"""What the desks for employers look up: a workshop by both its codes, and its debts by their numbers."""

from collections.abc import Mapping
from typing import Any

from twin.world import Debt, Workshop, World


def workshop_of(world: World, form: Mapping[str, Any]) -> Workshop | None:
    wanted = (form.get("workshopId"), form.get("branchCode"))
    return next((one for one in world.workshops if (one.code, one.branch) == wanted), None)


def debts_of(world: World, workshop: Workshop, numbers: list[str] | None = None) -> list[Debt]:
    """All of the workshop's, or those of these numbers."""
    own = [debt for debt in world.debts if (debt.workshop, debt.branch) == (workshop.code, workshop.branch)]
    return own if numbers is None else [debt for debt in own if debt.number in numbers]
