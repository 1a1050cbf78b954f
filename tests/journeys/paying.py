"""What the journeys of payments say to the gateway, and what the payer and the bank do meanwhile."""

import time
from typing import Any

import httpx

from tests.journeys.processes import GatewayInTest, TwinInTest

TICKET = """
fragment Ticket on PaymentTicket {
  id purpose state text { en } amount billIdentifier paymentIdentifier paymentPage expiresAt kind period debtNumber
  paidAt rrn confirmedAt findings
}
"""
STARTED = (
    TICKET
    + """
fragment Started on StartPaymentResult {
  __typename
  ... on PaymentTicket { ...Ticket }
  ... on NotEligible { reasons { rule found needed text { fa en } } }
  ... on PaymentStands { ticket { id state } payment { identifier state } }
  ... on InvalidInput { field problem }
  ... on IdempotencyKeyReused { problem }
  ... on SystemBusy { retryAfter }
}
"""
)
PREMIUM = (
    "mutation($input: StartPremiumPaymentInput!) { said: startPremiumPayment(input: $input) { ...Started } }" + STARTED
)
DEBT = "mutation($input: StartDebtPaymentInput!) { said: startDebtPayment(input: $input) { ...Started } }" + STARTED
PART_MONTH = (
    "mutation($input: StartPartMonthPaymentInput!) { said: startPartMonthPayment(input: $input) { ...Started } }"
    + STARTED
)
CONFIRM = (
    """
mutation($input: ConfirmPremiumPaymentInput!) { said: confirmPremiumPayment(input: $input) {
  __typename
  ... on PaymentTicket { ...Ticket }
  ... on NoSuchPayment { problem }
  ... on InvalidInput { field problem }
  ... on IdempotencyKeyReused { problem }
  ... on SystemBusy { retryAfter }
} }"""
    + TICKET
)
READ = "query($id: ID!) { paymentTicket(id: $id) { ...Ticket } }" + TICKET
MINE = """
query { me {
  paymentTickets(first: 5) { nodes { id state } pageInfo { hasNextPage endCursor } }
  payments(first: 100) { nodes { identifier state amount rrn } provenance { freshness } }
  treatment { since kind period payment { id } provenance { source } }
} }"""
PATIENCE_SECONDS = 20


class Payer:
    """`whom` is a caller of the tests, such as citizen:parisa."""

    def __init__(self, gateway: GatewayInTest, twin: TwinInTest, whom: str, code: str) -> None:
        self.gateway, self.twin, self.whom, self.code = gateway, twin, whom, code

    def asks(self, mutation: str, **given: Any) -> dict[str, Any]:
        said: dict[str, Any] = self.gateway.data(mutation, {"input": given}, whom=self.whom)["said"]
        return said

    def read(self, ticket: dict[str, Any]) -> dict[str, Any]:
        read: dict[str, Any] = self.gateway.data(READ, {"id": ticket["id"]}, whom=self.whom)["paymentTicket"]
        return read

    def mine(self) -> dict[str, Any]:
        mine: dict[str, Any] = self.gateway.data(MINE, whom=self.whom)["me"]
        return mine

    def pays(self, ticket: dict[str, Any], **changes: Any) -> str:
        """On the bank's page, by the ticket alone."""
        order = {
            "billIdentifier": ticket["billIdentifier"],
            "paymentIdentifier": ticket["paymentIdentifier"],
            "amount": int(ticket["amount"]),
            "payer": self.code,
        }
        page = self.twin.descriptor["bank_refah"]["payment_page"]
        result: str = httpx.post(page, json=order | changes, timeout=10).raise_for_status().json()["result"]
        return result

    def until(self, ticket: dict[str, Any], state: str) -> dict[str, Any]:
        """The ticket once it is in that state; fails after a while."""
        for _ in range(PATIENCE_SECONDS * 10):
            found = self.read(ticket)
            if found["state"] == state:
                return found
            time.sleep(0.1)
        raise AssertionError(f"{found['state']}, never {state}")

    def books(self, ticket: dict[str, Any]) -> list[dict[str, Any]]:
        """The bank's rows of the payment."""
        found = self.twin.control.get(f"/_twin/bank/books/{ticket['paymentIdentifier']}").raise_for_status()
        rows: list[dict[str, Any]] = found.json()["receipts"]
        return rows

    def bank(self, **conditions: Any) -> None:
        self.twin.control.put("/_twin/bank", json=conditions).raise_for_status()
