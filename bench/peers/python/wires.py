"""The twin's wires as the Python peers speak them: batch functions, keys in, rows out (JSON-ready, in our words).

Everyone pays the same: the registry one person a call under HTTP Basic, the bank signed and paged, the ministry under
OAuth2 and paged, the branches in SQL with their columns decoded. A row that cannot be read raises: here all is well.
"""

import asyncio
import base64
import hashlib
import hmac
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import orjson
from lxml import etree

from bench.peers.python.http_clients import Client
from bench.peers.python.legacy import code, folded, jalali, texts

Row = dict[str, Any]

HERE = Path(__file__).parents[1]
CONTRIBUTIONS, DEPENDENTS, DEBTS, DIRECTORY = (
    (HERE / f"{name}.sql").read_text() for name in ("contributions", "dependents", "debts", "directory")
)
ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:est="http://est"><soapenv:Body>'
    "<est:getEstelam3><arg4><nin>%d</nin><birthDate>0</birthDate></arg4></est:getEstelam3>"
    "</soapenv:Body></soapenv:Envelope>"
)
RECORDS = 24  # newest contribution records of a person, all that the queries ask for
CONNECTIONS = 8  # a branch, as the gateway has them
BANK_ENTRIES, BANK_PAGE = 50, 200
MINISTRY_CODES, MINISTRY_PAGE = 100, 100
GENDERS = {"0": "FEMALE", "1": "MALE"}
LIFE = {"0": "ALIVE", "1": "DECEASED"}
KINDS = ("COMPULSORY", "VOLUNTARY", "SELF_EMPLOYED", "STUDENT", "HOUSEWIFE", "UNEMPLOYED")
RELATIONS = {"01": "WIFE", "02": "HUSBAND", "03": "SON", "04": "DAUGHTER", "05": "FATHER", "06": "MOTHER"}
STAGES = {"01": "NOTICED", "02": "WARNED", "03": "FINAL", "04": "EXECUTION_ORDER", "05": "ENFORCEMENT"}


class Wires:
    """Made by `open_wires`, from what the twin says of itself."""

    def __init__(self, twin: Row, client: Client, pools: dict[str, Any], branches_of: dict[str, list[str]]) -> None:
        self._client, self._pools, self._branches_of = client, pools, branches_of
        registry, bank, ministry = twin["civil_registry"], twin["bank_refah"], twin["labour_ministry"]
        account = base64.b64encode(f"{registry['username']}:{registry['password']}".encode()).decode()
        self._registry_url = registry["url"]
        self._registry_headers = {
            "content-type": "text/xml; charset=utf-8",
            "soapaction": '"urn:mediate"',
            "authorization": f"Basic {account}",
        }
        self._bank_url, self._bank_id, self._bank_secret = bank["url"], bank["client_id"], bank["secret"].encode()
        self._ministry_url = ministry["url"]
        self._ministry_account = base64.b64encode(f"{ministry['client_id']}:{ministry['client_secret']}".encode())
        self._token, self._token_ends = "", 0.0
        self._encodings = {branch: told["encoding"] for branch, told in twin["branch_databases"]["branches"].items()}

    async def persons(self, codes: Sequence[str]) -> list[Row | None]:
        return list(await asyncio.gather(*[self._person(each) for each in codes]))

    async def _person(self, person: str) -> Row | None:
        body = (ENVELOPE % int(person)).encode()
        answer = etree.fromstring(await self._client.post(self._registry_url, body, self._registry_headers), _PARSER)
        said = {element.tag: element.text for element in answer[0][0][0]}
        if not said.get("name"):
            return None
        return {
            "nationalId": person,
            "firstName": _base64(said["name"]),
            "lastName": _base64(said["family"]),
            "fatherName": _base64(said["fatherName"]),
            "birthDate": jalali(said["birthDate"]),
            "gender": GENDERS.get(said["gender"] or "", "UNKNOWN"),
            "lifeStatus": LIFE.get(said["deathStatus"] or "", "UNKNOWN"),
            "issuePlace": _base64(said["officeName"]),
        }

    async def payments(self, payers: Sequence[str]) -> list[list[Row]]:
        rows = [row for piece in _pieces(payers, BANK_ENTRIES) for row in await self._receipts(piece)]
        found: defaultdict[str, dict[str, Row]] = defaultdict(dict)
        for row in rows:
            mine = found[row["payer"].zfill(10)]
            if row["paymentIdentifier"] not in mine or row["state"] == "CONFIRMED":
                mine.setdefault(row["paymentIdentifier"], row)
        return [[_payment(row) for row in _newest_first(found[payer].values())] for payer in payers]

    async def _receipts(self, payers: Sequence[str]) -> list[Row]:
        rows: list[Row] = []
        page = 1
        while True:
            body = orjson.dumps({"payers": payers, "page": page, "pageSize": BANK_PAGE})
            moment = str(int(time.time()))
            signed = f"POST\n/v1/receipts/query\n{moment}\n{hashlib.sha256(body).hexdigest()}".encode()
            headers = {
                "content-type": "application/json",
                "x-refah-client": self._bank_id,
                "x-refah-time": moment,
                "x-refah-signature": hmac.new(self._bank_secret, signed, hashlib.sha256).hexdigest(),
            }
            answer = orjson.loads(await self._client.post(f"{self._bank_url}/v1/receipts/query", body, headers))
            rows += answer["receipts"]
            if len(rows) >= answer["total"]:
                return rows
            page += 1

    async def unemployment(self, codes: Sequence[str]) -> list[Row | None]:
        rows = [row for piece in _pieces(codes, MINISTRY_CODES) for row in await self._cases(piece)]
        found: defaultdict[str, dict[str, Row]] = defaultdict(dict)
        for row in rows:
            found[row["natinoalCode"].zfill(10)][row["trackingCode"]] = row
        return [_case(list(found[person].values())) for person in codes]

    async def _cases(self, codes: Sequence[str]) -> list[Row]:
        rows: list[Row] = []
        page = 1
        while True:
            body = orjson.dumps({"nationalCodes": codes, "page": page, "limit": MINISTRY_PAGE})
            headers = {"content-type": "application/json", "authorization": f"Bearer {await self._bearer()}"}
            url = f"{self._ministry_url}/api/v1/unemployment-cases/search"
            data = orjson.loads(await self._client.post(url, body, headers))["data"]
            rows += data["list"]
            if len(rows) >= data["total"]:
                return rows
            page += 1

    async def _bearer(self) -> str:
        if time.monotonic() >= self._token_ends:
            headers = {
                "content-type": "application/x-www-form-urlencoded",
                "authorization": f"Basic {self._ministry_account.decode()}",
            }
            body = b"grant_type=client_credentials&scope=unemployment.read"
            answer = orjson.loads(await self._client.post(f"{self._ministry_url}/oauth2/token", body, headers))
            self._token, self._token_ends = answer["access_token"], time.monotonic() + answer["expires_in"] - 30
        return self._token

    async def contributions(self, codes: Sequence[str]) -> list[list[Row]]:
        found = await self._of_branches(CONTRIBUTIONS, codes, _record, RECORDS)
        return [[row for _, row in sorted(found[person], key=_place)[:RECORDS]] for person in codes]

    async def dependents(self, codes: Sequence[str]) -> list[list[Row]]:
        found = await self._of_branches(DEPENDENTS, codes, _dependent)
        return [_each_once(found[person]) for person in codes]

    async def debts(self, codes: Sequence[str]) -> list[list[Row]]:
        found = await self._of_branches(DEBTS, codes, _debt)
        return [[row for _, row in sorted(found[person], key=_place)] for person in codes]

    async def _of_branches(
        self, statement: str, codes: Sequence[str], row_of: Callable[[Any, str, str], "Placed"], *arguments: object
    ) -> defaultdict[str, list["Placed"]]:
        """Asks each branch that holds some of them, all at once; rows by person."""
        holders: defaultdict[str, list[str]] = defaultdict(list)
        for person in dict.fromkeys(codes):
            for branch in self._branches_of.get(person, ()):
                holders[branch].append(person)
        answers = await asyncio.gather(
            *[self._pools[branch].fetch(statement, _spelt(held), *arguments) for branch, held in holders.items()]
        )
        found: defaultdict[str, list[Placed]] = defaultdict(list)
        for branch, rows in zip(holders, answers, strict=True):
            encoding = self._encodings[branch]
            for row in rows:
                found[row["asked"].strip().zfill(10)].append(row_of(row, branch, encoding))
        return found


async def open_wires(twin: Row, client: Client) -> Wires:
    databases = twin["branch_databases"]
    directory = await asyncpg.connect(_dsn(databases["directory"]))
    branches_of: defaultdict[str, list[str]] = defaultdict(list)
    for row in await directory.fetch(DIRECTORY):
        branches_of[row["person"].strip().zfill(10)].append(row["branch"].strip())
    await directory.close()
    pools = {
        branch: await asyncpg.create_pool(_dsn(told["url"]), min_size=CONNECTIONS, max_size=CONNECTIONS)
        for branch, told in databases["branches"].items()
    }
    return Wires(twin, client, pools, dict(branches_of))


_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)

Placed = tuple[tuple[Any, ...], Row]  # what a row is ordered by, and the row


def _record(row: Any, branch: str, encoding: str) -> Placed:
    (name,) = texts((row["wsh_name"],), encoding)
    month = row["yyyymm"]
    place = -month, row["place"], branch, row["rec_id"]
    return place, {
        "month": f"{month // 100}-{month % 100:02}",
        "workshop": row["place"] or None,
        "workshopName": name,
        "kind": KINDS[row["kind"]],
        "days": row["days"],
        "wage": row["wage"],
    }


def _dependent(row: Any, branch: str, encoding: str) -> Placed:
    first_name, last_name = texts((row["fname"], row["lname"]), encoding)
    relation = row["bail_type"].strip()
    person = row["natcod"].strip().zfill(10)
    strength = row["stat"] == "A", jalali(row["sdate"]) or "", branch
    return (relation, person, strength), {
        "nationalId": person,
        "firstName": first_name,
        "lastName": last_name,
        "relation": RELATIONS[relation],
        "birthDate": jalali(row["bdate"]),
    }


def _each_once(rows: list[Placed]) -> list[Row]:
    """Of one person in one relation the strongest row: the last in this order."""
    return list({place[:2]: row for place, row in sorted(rows, key=_place)}.values())


def _debt(row: Any, branch: str, _encoding: str) -> Placed:
    day = code(row["order_date"])
    return (-int(day or 0), branch, row["number"]), {
        "number": row["number"],
        "stage": STAGES[row["step_code"].strip()],
        "amount": row["amount"],
        "remaining": row["remaining"],
        "issued": jalali(day),
    }


def _payment(row: Row) -> Row:
    confirmed = row["confirmedAt"]
    return {
        "identifier": row["paymentIdentifier"],
        "state": row["state"],
        "amount": str(row["amount"]),
        "traceNumber": code(row["traceNo"]),
        "confirmedAt": datetime.fromtimestamp(confirmed / 1000, UTC).isoformat()[:19] + "Z" if confirmed else None,
    }


def _newest_first(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["paidDate"], row["paidTime"], row["paymentIdentifier"]), reverse=True)


def _case(rows: list[Row]) -> Row | None:
    """The newest registration, the drawn months of all added up."""
    if not rows:
        return None
    newest = max(rows, key=lambda row: (row["registeredAt"] or 0, row["trackingCode"]))
    return {
        "stage": newest["stage"],
        "approval": newest["approval"],
        "lostJobOn": jalali(newest["jobLossDate"]),
        "drawnMonths": sum(row["paidMonths"] for row in rows),
    }


def _base64(text: str | None) -> str | None:
    return folded(base64.b64decode(text or "").decode()) or None


def _spelt(codes: Sequence[str]) -> list[str]:
    """Also as a branch writes them that lost their leading zeros."""
    return [*codes, *[each.lstrip("0") for each in codes if each.startswith("0")]]


def _pieces(codes: Sequence[str], size: int) -> list[Sequence[str]]:
    return [codes[at : at + size] for at in range(0, len(codes), size)]


def _place(placed: Placed) -> tuple[Any, ...]:
    return placed[0]


def _dsn(url: str) -> str:
    return url.replace("postgresql+asyncpg://", "postgresql://")
