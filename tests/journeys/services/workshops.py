"""An employer and their workshop: what can be had, what is asked for, and how far it comes."""

import itertools
import time
from typing import Any

from tests.journeys.processes import GatewayInTest, TwinInTest
from twin.named import KAVEHS_WORKSHOP

PATIENCE_SECONDS = 30
CLOSED = frozenset({"APPROVED", "REJECTED", "WITHDRAWN", "EXPIRED"})
REASONS = "reasons { rule found needed source text { fa en } }"
WHOLE = f"""
  id kind state assessment trackingCode outcome needs officeNumber
  {REASONS} details {{ name value label {{ fa }} }} results {{ name value label {{ fa }} }} appointment {{ at place }}
"""
ELIGIBLE = f"eligible unread title {{ fa }} {REASONS} figures {{ name value label {{ fa en }} }}"
ELIGIBILITY = f"""
query($code: WorkshopCode!, $branch: BranchCode!, $service: RequestKind!) {{
  workshop(code: $code, branch: $branch) {{
    eligibility(service: $service) {{ {ELIGIBLE} }}
  }}
}}"""
OWN_ELIGIBILITY = f"query($service: RequestKind!) {{ me {{ eligibility(service: $service) {{ {ELIGIBLE} }} }} }}"
_keys = itertools.count(1)


class Employer:
    def __init__(self, gateway: GatewayInTest, twin: TwinInTest, whom: str = "employer:kaveh") -> None:
        self._gateway, self._twin, self.whom = gateway, twin, whom
        self.code, self.branch = KAVEHS_WORKSHOP
        self.always = {"workshop": self.code, "branch": self.branch}

    def eligibility(self, service: str) -> dict[str, Any]:
        variables = {"code": self.code, "branch": self.branch, "service": service}
        said: dict[str, Any] = self._gateway.data(ELIGIBILITY, variables, whom=self.whom)
        found: dict[str, Any] = said["workshop"]["eligibility"]
        return found

    def answer(self, mutation: str, *, key: str | None = None, **said: Any) -> dict[str, Any]:
        """The whole answer, errors and all. A workshop that is not said is Kaveh's."""
        input_type = f"{mutation[0].upper()}{mutation[1:]}Input!"
        text = f"""mutation($input: {input_type}) {{ {mutation}(input: $input) {{
          __typename
          ... on ServiceRequest {{ {WHOLE} }}
          ... on NotEligible {{ {REASONS} }}
          ... on AlreadyRequested {{ request {{ id state }} }}
          ... on InvalidInput {{ field problem }}
        }} }}"""
        asked = {"idempotencyKey": key or f"journey-{next(_keys)}", **self.always} | said
        return self._gateway.ask(text, {"input": asked}, whom=self.whom)

    def ask(self, mutation: str, *, key: str | None = None, **said: Any) -> dict[str, Any]:
        """What an answer without errors says."""
        answer = self.answer(mutation, key=key, **said)
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"][mutation]
        return found

    def accepted(self, mutation: str, **said: Any) -> dict[str, Any]:
        request = self.ask(mutation, **said)
        assert request["__typename"] == "ServiceRequest", request
        return request

    def refused(self, mutation: str, **said: Any) -> list[str]:
        """The rules that do not hold; every one is told in both languages."""
        answer = self.ask(mutation, **said)
        assert answer["__typename"] == "NotEligible", answer
        assert all(reason["text"]["fa"] and reason["text"]["en"] and reason["needed"] for reason in answer["reasons"])
        return [reason["rule"] for reason in answer["reasons"]]

    def decided(self, request: dict[str, Any]) -> dict[str, Any]:
        """The request after the branches' counter has decided."""
        self._twin.control.put("/_twin/offices/branch_counter", json={"stage_seconds": 0}).raise_for_status()
        return self._until(request, CLOSED)

    def comes_to(self, request: dict[str, Any], state: str) -> dict[str, Any]:
        return self._until(request, {state})

    def agreed(self) -> None:
        """With an agreement to electronic notice, which the gateway may know from an earlier test."""
        if self.eligibility("ELECTRONIC_NOTICE_AGREEMENT")["reasons"]:
            return
        request = self.accepted("acceptElectronicNoticeAgreement", accepted=True, mobile="09120000000")
        assert self.decided(request)["state"] == "APPROVED"

    def _until(self, request: dict[str, Any], states: "set[str] | frozenset[str]") -> dict[str, Any]:
        query = f"query($id: ID!) {{ request(id: $id) {{ {WHOLE} }} }}"
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            said: dict[str, Any] = self._gateway.data(query, {"id": request["id"]}, whom=self.whom)["request"]
            if said["state"] in states:
                return said
            assert time.monotonic() < end, said
            time.sleep(0.1)


class Owner(Employer):
    """The same person, who asks for themselves."""

    def __init__(self, gateway: GatewayInTest, twin: TwinInTest, whom: str) -> None:
        super().__init__(gateway, twin, whom)
        self.always = {}

    def eligibility(self, service: str) -> dict[str, Any]:
        said = self._gateway.data(OWN_ELIGIBILITY, {"service": service}, whom=self.whom)
        found: dict[str, Any] = said["me"]["eligibility"]
        return found
