"""The other insurance funds, as docs/systems/insurance_funds.md has them: who is insured or draws a pension there."""

from typing import Any

import msgspec

from twin.counts import Counts
from twin.faults import Faults
from twin.jalali import age, yyyymmdd
from twin.json_desk import Answer, JsonDesk, Operation, each_row
from twin.named import IN_SERVICES
from twin.trouble import turn
from twin.world import AS_OF, Date, Person, World

NAME = "insurance_funds"
USERNAME, PASSWORD = "tamin-sandbox", "sandbox-funds-1354"
MOST_CODES = 100
FUNDS = {"11": "صندوق نمونه کارکنان", "12": "صندوق نمونه کشاورزان", "13": "صندوق نمونه عشایر"}
MEMBERS_EVERY = 40  # adults without a file in any branch
PENSION_FROM = 60
LOST_ZEROS_EVERY = 3
CAST = {
    IN_SERVICES["farhad"].code: ("11", "INSURED", (1372, 5, 1)),
    IN_SERVICES["peyman"].code: ("13", "PENSIONER", (1404, 2, 1)),
}


class Search(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    national_codes: list[str]

    def __post_init__(self) -> None:
        if not 1 <= len(self.national_codes) <= MOST_CODES:
            raise ValueError("out of range")


class InsuranceFunds:
    """Drawn from the world; nothing is kept."""

    def __init__(self, world: World, faults: Faults, counts: Counts) -> None:
        self._people = world.people
        self._ours = {file.person for file in world.memberships}
        stranger = {"nationalCode": "0499370899", "fund": "11", "fundName": "-", "standing": "INSURED", "since": ""}
        self.app = JsonDesk(
            NAME,
            (USERNAME, PASSWORD),
            (
                Operation(
                    path="/v1/memberships/search",
                    shape=Search,
                    done=self._search,
                    keys=lambda asked: asked.national_codes,
                ),
            ),
            faults,
            counts,
            {
                "another_person": lambda truth: truth | {"memberships": [stranger]},
                "month_13": each_row("memberships", {"since": "14051305"}, stranger),
                "wrong_types": each_row("memberships", {"fund": {}, "standing": 7}, stranger),
                "unknown_standing": each_row("memberships", {"standing": "PERHAPS"}, stranger),
            },
        ).app

    def _search(self, asked: Search) -> Answer:
        rows = [row for code in dict.fromkeys(asked.national_codes) if (row := self._row(code))]
        return {"result": "OK", "memberships": rows}

    def _row(self, code: str) -> dict[str, Any] | None:
        found = self._membership(code)
        if found is None:
            return None
        fund, standing, since = found
        lost = turn("fund zeros" + code, LOST_ZEROS_EVERY) == 0
        return {
            "nationalCode": code.lstrip("0") if lost else code,
            "fund": fund,
            "fundName": FUNDS[fund],
            "standing": standing,
            "since": str(yyyymmdd(since)),
        }

    def _membership(self, code: str) -> tuple[str, str, Date] | None:
        person = self._people.get(code)
        if code in CAST or person is None:
            return CAST.get(code)
        return None if code in self._ours or person.death else _drawn(person)


def _drawn(person: Person) -> tuple[str, str, Date] | None:
    years = age(person.birth, AS_OF)
    if years < 25 or turn("fund" + person.code, MEMBERS_EVERY):
        return None
    fund = tuple(FUNDS)[turn("which fund" + person.code, len(FUNDS))]
    if years >= PENSION_FROM:
        return fund, "PENSIONER", (person.birth[0] + PENSION_FROM, 12, 1)
    return fund, "INSURED", (person.birth[0] + 22, 7, 1)
