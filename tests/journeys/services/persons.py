"""An insured person: what they can have, what they ask for, and how far it comes. And whom the country has for each."""

import itertools
import time
from collections.abc import Callable
from typing import Any

from tests.journeys.processes import GatewayInTest, TwinInTest
from twin.branches.spells import month_length, premium_months
from twin.jalali import age
from twin.world import AS_OF, Bail, Kind, Membership, Person, Spell, World

PATIENCE_SECONDS = 30
PDF = b"%PDF-1.4 a paper %%EOF"
REASONS = "reasons { rule found needed source text { fa en } }"
WHOLE = f"""
  id kind state assessment trackingCode outcome officeNumber title {{ fa }} text {{ fa }}
  {REASONS} details {{ name value label {{ fa }} }} results {{ name value label {{ fa }} }}
"""
ELIGIBILITY = f"""
query($service: RequestKind!) {{
  me {{ eligibility(service: $service) {{
    eligible unread title {{ fa }} {REASONS} figures {{ name value label {{ fa en }} }}
  }} }}
}}"""
_keys = itertools.count(1)


class Citizen:
    def __init__(self, gateway: GatewayInTest, twin: TwinInTest, whom: str) -> None:
        """`whom`: a name, or a national code."""
        self._gateway, self._twin, self.whom = gateway, twin, f"citizen:{whom}"

    def eligibility(self, service: str) -> dict[str, Any]:
        found: dict[str, Any] = self._gateway.data(ELIGIBILITY, {"service": service}, whom=self.whom)["me"]
        eligible: dict[str, Any] = found["eligibility"]
        return eligible

    def document(self) -> str:
        headers = {"authorization": f"Bearer {self._gateway.wallet.token(self.whom)}"}
        uploaded = self._gateway.http.post("/uploads", content=PDF, headers=headers).raise_for_status()
        id_: str = uploaded.json()["id"]
        return id_

    def ask(self, mutation: str, said: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        input_type = f"{mutation[0].upper()}{mutation[1:]}Input!"
        text = f"""mutation($input: {input_type}) {{ {mutation}(input: $input) {{
          __typename
          ... on ServiceRequest {{ {WHOLE} }}
          ... on NotEligible {{ {REASONS} }}
          ... on AlreadyRequested {{ request {{ id state }} }}
          ... on InvalidInput {{ field problem }}
        }} }}"""
        asked = {"idempotencyKey": key or f"journey-of-a-person-{next(_keys)}"} | said
        found: dict[str, Any] = self._gateway.data(text, {"input": asked}, whom=self.whom)[mutation]
        return found

    def refused(self, mutation: str, said: dict[str, Any]) -> list[str]:
        """The rules that do not hold; every one is told in both languages."""
        answer = self.ask(mutation, said)
        assert answer["__typename"] == "NotEligible", answer
        assert all(reason["text"]["fa"] and reason["text"]["en"] and reason["needed"] for reason in answer["reasons"])
        return [reason["rule"] for reason in answer["reasons"]]

    def decided(self, request: dict[str, Any]) -> dict[str, Any]:
        """The request after its office has decided."""
        for office in ("branch_counter", "short_term_benefits"):
            self._twin.control.put(f"/_twin/offices/{office}", json={"stage_seconds": 0}).raise_for_status()
        query = f"query($id: ID!) {{ request(id: $id) {{ {WHOLE} }} }}"
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            said: dict[str, Any] = self._gateway.data(query, {"id": request["id"]}, whom=self.whom)["request"]
            if said["state"] in ("APPROVED", "REJECTED"):
                return said
            assert time.monotonic() < end, said
            time.sleep(0.1)


def files_of(world: World, code: str) -> list[Membership]:
    return [file for file in world.memberships if file.person == code]


def draws(world: World, code: str) -> bool:
    return any(pension.person == code for pension in world.pensions)


def _shown(person: Person) -> bool:
    return person.death is None and person.withheld is None and person.birth[2] > 0


def formerly_insured(world: World) -> str:
    """Well below 50, and alive, with years of premiums; no branch has an active file of theirs."""

    def fits(code: str, person: Person) -> bool:
        files = files_of(world, code)
        of_age = 18 < age(person.birth, AS_OF) < 40
        left = bool(files) and all(file.status == "I" for file in files)
        return _shown(person) and of_age and left and _months(world, code) >= 24 and not draws(world, code)

    return _first(world, fits)


def with_a_part_month(world: World) -> tuple[str, int, int]:
    """Somebody with one employment, in which a month lacks days: who, the year and the half."""
    by_person: dict[str, list[Spell]] = {}
    for spell in world.spells:
        by_person.setdefault(spell.person, []).append(spell)
    for code, spells in by_person.items():
        if len(spells) != 1 or spells[0].kind is not Kind.COMPULSORY or not _shown(world.people[code]):
            continue
        for month in premium_months(spells[0]):
            if 0 < month.days < month_length(month.month) and month.month // 12 >= 1400:
                return code, month.month // 12, 1 if month.month % 12 < 6 else 2
    raise LookupError("nobody has a part-month")


def supports_a_mother(world: World) -> tuple[str, Person]:
    """Who supports a mother without any file, pension or branch of her own; and the mother."""

    def fits(bail: Bail) -> bool:
        mother = world.people[bail.person]
        alone = not files_of(world, mother.code) and not draws(world, mother.code)
        return bail.relation == "06" and bail.covered and alone and _shown(mother)

    found = next(bail for bail in world.bails if fits(bail))
    return found.supporter, world.people[found.person]


def bereaved(world: World) -> tuple[Person, Person]:
    """A widow without a pension, and her husband who was insured."""
    for person in world.people.values():
        widow = world.people.get(person.spouse or "")
        insured = person.death and not person.female and files_of(world, person.code)
        if insured and widow and _shown(widow) and not draws(world, widow.code):
            return widow, person
    raise LookupError("no widow without a pension")


def _months(world: World, code: str) -> int:
    return sum(spell.until - spell.since + 1 for spell in world.spells if spell.person == code)


def _first(world: World, fits: Callable[[str, Person], bool]) -> str:
    return next(code for code, person in world.people.items() if fits(code, person))
