"""Puts the desk of payments together over the ground that all durable work stands on."""

from collections.abc import Mapping

from gateway.domain.payment_bank import PaymentBank
from gateway.loading.memory import Changed
from gateway.requests.ground import Ground
from gateway.requests.payments.changes import PAYMENTS_OF_PAYER, Changes
from gateway.requests.payments.desk import PaymentDesk
from gateway.requests.payments.settings import PaymentSettings


def payment_desk_of(
    ground: Ground, bank: PaymentBank, settings: PaymentSettings, page: str | None
) -> PaymentDesk | None:
    """None where nobody has told us the Organisation's bill identifier: then nothing can be paid here."""
    bill = settings.bill_identifier
    return None if bill is None else PaymentDesk(ground, bank, settings, bill, page)


def changed_facts(ground: Ground) -> Mapping[str, Changed]:
    """By the name of a question of `Sources`: when payments changed its facts."""
    return {PAYMENTS_OF_PAYER: Changes(ground.database, ground.sealing, ground.clock)}
