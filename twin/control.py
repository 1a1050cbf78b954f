"""The control API on a port of its own, loopback only: counts, calls, faults, conditions and the clock."""

import datetime
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from twin.bank_refah import BankRefah
from twin.bank_refah_payments import BankConditions, Payment
from twin.branch_intake import BranchIntake
from twin.branches.code_pages import CodePage
from twin.civil_registry import CivilRegistry, RegistryConditions
from twin.clock import Clock
from twin.counts import Counts
from twin.example_lists import example_pair
from twin.faults import KINDS, LIES, SYSTEMS, Fault, Faults
from twin.finance import Finance, FinanceConditions
from twin.issuer import Issuer
from twin.json_lies import said
from twin.labour_ministry import LabourConditions, LabourMinistry
from twin.medical_commission import CommissionConditions, MedicalCommission, Move
from twin.named import IN_SERVICES, KAVEHS_WORKSHOP, NAMED
from twin.offices.office import CaseOffice, FileMove, OfficeConditions
from twin.sms import Sms
from twin.world import World

T = TypeVar("T")

ABILITIES = """\
GET    /_twin/                       this list
GET    /_twin/persons                the named persons, and how large the world is
GET    /_twin/counts                 calls by system and operation; in_flight_max and in_flight_max_by_key likewise
GET    /_twin/calls?system=NAME      the last calls, oldest first, with the keys that were asked for
POST   /_twin/reset                  forgets counts and calls; with ?faults=1 also faults, clock, conditions and state
GET    /_twin/faults                 what stands, for every system
GET    /_twin/faults/NAME            what stands for one
PUT    /_twin/faults/NAME            adds a fault: a delay stands beside one other
DELETE /_twin/faults/NAME            removes all of its faults
GET    /_twin/clock                  {"now": ..., "offset_seconds": ...}
PUT    /_twin/clock                  {"offset_seconds": n} or {"now": ISO 8601 with an offset}
GET    /_twin/registry               the civil registry's conditions
PUT    /_twin/registry         {"hours": "07:00-19:00", "daily_quota": 9, "holidays": ["14051001"], "message": key}
GET    /_twin/labour                 the Labour Ministry's conditions
PUT    /_twin/labour                 {"expires_in": seconds}
GET    /_twin/bank                   Bank Refah's conditions
PUT    /_twin/bank                   {"card": "pays", "differs": rial, "clearing_hours": 48, "calls": "once", ...}
POST   /_twin/bank/pay               a payer pays, as on the bank's page, whatever fault stands: the body of POST /pay
GET    /_twin/bank/books/IDENTIFIER  the rows of one payment, uncounted
GET    /_twin/commission             the medical commission's conditions
PUT    /_twin/commission             {"stage_seconds": n, "outcome": "APPROVED" or "REJECTED", "asks": true}
GET    /_twin/commission/files       its files: how often each referral came, what was done about it
PUT    /_twin/commission/files/REF   {"state": ..., "needs": ..., "note": ..., "inDays": n, "place": ...}
GET    /_twin/intake/lists           the lists that branches have entered, and how often each came; no reset undoes them
GET    /_twin/intake/example/NAME    a ready DSKKAR00.DBF or DSKWOR00.DBF; ?workshop=&branch=&page=&month=&number=
GET    /_twin/offices/OFFICE         an office's conditions: branch_counter or short_term_benefits
PUT    /_twin/offices/OFFICE         {"stage_seconds": n}: files move on by themselves
GET    /_twin/offices/OFFICE/files   its files: how often each case came, what was done about it
PUT    /_twin/offices/OFFICE/files/REF  {"state": ..., "needs": ..., "note": ...}
GET    /_twin/finance                the finance department's conditions
PUT    /_twin/finance                {"pay_seconds": n, "outcome": "PAID" or "RETURNED"}
GET    /_twin/finance/documents      how many documents there are, how often orders came, the sum, the references
GET    /_twin/sms                    the outbox, newest first; with ?to=CODE of one person, ?last=n so many (100)
POST   /_twin/issuer/rotate          signs tokens with a new key; with ?forget=1 the former ones are gone at once
"""


class ClockSetting(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    offset_seconds: float | None = None
    now: datetime.datetime | None = None

    def __post_init__(self) -> None:
        if (self.offset_seconds is None) == (self.now is None):
            raise ValueError("say either `offset_seconds` or `now`")
        if self.now is not None and self.now.tzinfo is None:
            raise ValueError("`now` needs an offset from UTC, such as 2026-11-22T09:00:00+03:30")
        if self.offset_seconds is not None and abs(self.offset_seconds) > 3e9:
            raise ValueError("`offset_seconds` must be less than a hundred years")


class Control:
    """`settled` waits until ports that a change of faults opens or closes have done so."""

    def __init__(
        self,
        world: World,
        *,
        faults: Faults,
        counts: Counts,
        clock: Clock,
        registry: CivilRegistry,
        bank: BankRefah,
        labour: LabourMinistry,
        commission: MedicalCommission,
        intake: BranchIntake | None,
        offices: Mapping[str, CaseOffice],
        treasury: Finance,
        messages: Sms,
        issuer: Issuer,
        settled: Callable[[], Awaitable[None]],
    ) -> None:
        self._world = world
        self._faults, self._counts, self._clock = faults, counts, clock
        self._registry, self._bank, self._labour = registry, bank, labour
        self._offices, self._intake = offices, intake
        self._commission, self._treasury, self._messages = commission, treasury, messages
        self._issuer = issuer
        self._settled = settled
        self.app = Starlette(
            routes=[
                Route("/_twin/", self._abilities),
                Route("/_twin/persons", self._persons),
                Route("/_twin/counts", self._show_counts),
                Route("/_twin/calls", self._show_calls),
                Route("/_twin/reset", self._reset, methods=["POST"]),
                Route("/_twin/faults", self._all_faults),
                Route("/_twin/faults/{system}", self._faults_of, methods=["GET", "PUT", "DELETE"]),
                Route("/_twin/clock", self._set_clock, methods=["GET", "PUT"]),
                Route("/_twin/registry", self._set_registry, methods=["GET", "PUT"]),
                Route("/_twin/labour", self._set_labour, methods=["GET", "PUT"]),
                Route("/_twin/bank", self._set_bank, methods=["GET", "PUT"]),
                Route("/_twin/bank/pay", self._pay, methods=["POST"]),
                Route("/_twin/bank/books/{identifier}", self._books_of),
                Route("/_twin/commission", self._set_commission, methods=["GET", "PUT"]),
                Route("/_twin/commission/files", self._commission_files),
                Route("/_twin/commission/files/{reference}", self._move_file, methods=["PUT"]),
                Route("/_twin/intake/lists", self._entered_lists),
                Route("/_twin/intake/example/{name}", self._example_list),
                Route("/_twin/offices/{office}", self._set_office, methods=["GET", "PUT"]),
                Route("/_twin/offices/{office}/files", self._office_files),
                Route("/_twin/offices/{office}/files/{reference}", self._move_case, methods=["PUT"]),
                Route("/_twin/finance", self._set_finance, methods=["GET", "PUT"]),
                Route("/_twin/finance/documents", self._documents),
                Route("/_twin/sms", self._outbox),
                Route("/_twin/issuer/rotate", self._rotate, methods=["POST"]),
            ],
            exception_handlers={ValueError: _bad_request},
        )

    async def _abilities(self, request: Request) -> Response:
        lies = "".join(
            f"  lying {system}: {how}: {meaning}\n" for system, hows in LIES.items() for how, meaning in hows.items()
        )
        bodies = (
            'Faults: {"kind": "delay", "milliseconds": 100, "jitter": 20}, {"kind": "error", "rate": 0.5}, '
            '{"kind": "lying", "how": ...},\nor {"kind": ...} with one of '
            f"{', '.join(KINDS)}; `retry_after` in seconds for closed and quota.\n"
        )
        return PlainTextResponse(f"{ABILITIES}\nNAME is one of {', '.join(SYSTEMS)}\n{bodies}{lies}")

    async def _persons(self, request: Request) -> Response:
        code, branch = KAVEHS_WORKSHOP
        return said(
            {
                "people": len(self._world.people) - len(IN_SERVICES),
                "seed": self._world.seed,
                "persons": {name: {"nationalCode": who.code, "about": who.about} for name, who in NAMED.items()},
                "services": {name: {"nationalCode": who.code, "about": who.about} for name, who in IN_SERVICES.items()},
                "workshops": {"kaveh": {"code": code, "branch": branch}},
            }
        )

    async def _show_counts(self, request: Request) -> Response:
        return said(self._counts.as_json())

    async def _show_calls(self, request: Request) -> Response:
        return said({"calls": self._counts.calls(request.query_params.get("system"))})

    async def _reset(self, request: Request) -> Response:
        self._counts.reset()
        if request.query_params.get("faults") == "1":
            self._faults.clear()
            self._clock.offset_seconds = 0.0
            for system in (
                self._registry,
                self._bank,
                self._labour,
                self._commission,
                self._treasury,
                self._messages,
            ):
                system.reset()
            if self._intake:
                self._intake.reset()
            for office in self._offices.values():
                office.reset()
            await self._settled()
        return said({"reset": True})

    async def _all_faults(self, request: Request) -> Response:
        return said({system: self._faults.of(system) for system in SYSTEMS if self._faults.of(system)})

    async def _faults_of(self, request: Request) -> Response:
        system = request.path_params["system"]
        if system not in SYSTEMS:
            raise ValueError(f"there is no such system; there are {', '.join(SYSTEMS)}")
        if request.method == "PUT":
            self._faults.put(system, await _read(request, Fault))
            await self._settled()
        if request.method == "DELETE":
            self._faults.clear(system)
            await self._settled()
        return said({"faults": self._faults.of(system)})

    async def _set_clock(self, request: Request) -> Response:
        if request.method == "PUT":
            setting = await _read(request, ClockSetting)
            if setting.now is not None:
                self._clock.set_now(setting.now)
            if setting.offset_seconds is not None:
                self._clock.offset_seconds = setting.offset_seconds
        return said({"now": self._clock.now().isoformat(), "offset_seconds": self._clock.offset_seconds})

    async def _set_registry(self, request: Request) -> Response:
        if request.method == "PUT":
            self._registry.conditions = await _read(request, RegistryConditions)
        return said(self._registry.conditions)

    async def _set_labour(self, request: Request) -> Response:
        if request.method == "PUT":
            self._labour.conditions = await _read(request, LabourConditions)
        return said(self._labour.conditions)

    async def _set_bank(self, request: Request) -> Response:
        """What is not said stays as it is."""
        if request.method == "PUT":
            changed: dict[str, Any] = msgspec.json.decode(await request.body(), type=dict[str, Any])
            self._bank.conditions = msgspec.convert(
                msgspec.structs.asdict(self._bank.conditions) | changed, BankConditions
            )
        return said(self._bank.conditions)

    async def _pay(self, request: Request) -> Response:
        return said({"result": self._bank.pay(await _read(request, Payment))})

    async def _books_of(self, request: Request) -> Response:
        return said({"receipts": self._bank.books_of(request.path_params["identifier"])})

    async def _set_commission(self, request: Request) -> Response:
        if request.method == "PUT":
            self._commission.conditions = await _read(request, CommissionConditions)
        return said(self._commission.conditions)

    async def _commission_files(self, request: Request) -> Response:
        return said({"files": self._commission.books.summary()})

    async def _move_file(self, request: Request) -> Response:
        file = self._commission.books.file(request.path_params["reference"])
        if file is None:
            raise ValueError("there is no file of this reference")
        move = await _read(request, Move)
        self._commission.books.move(
            file, move.state, needs=move.needs, note=move.note, in_days=move.in_days, place=move.place
        )
        return said({"state": file.state})

    async def _entered_lists(self, request: Request) -> Response:
        return said({"lists": await self._intake.summary() if self._intake else {}})

    async def _example_list(self, request: Request) -> Response:
        """Of Kaveh's workshop in CP1256, where nothing else is asked for."""
        asked, names = request.query_params, ("DSKKAR00.DBF", "DSKWOR00.DBF")
        if (name := request.path_params["name"].upper()) not in names:
            raise ValueError(f"there is no such file; there are {' and '.join(names)}")
        workshop, branch = KAVEHS_WORKSHOP
        files = example_pair(
            self._world,
            self._clock,
            asked.get("workshop", workshop),
            asked.get("branch", branch),
            CodePage(asked.get("page", CodePage.CP1256.value)),
            month=int(asked["month"]) if "month" in asked else None,
            number=asked.get("number", "01"),
        )
        return Response(files[names.index(name)], media_type="application/octet-stream")

    async def _set_office(self, request: Request) -> Response:
        office = self._office(request)
        if request.method == "PUT":
            office.conditions = await _read(request, OfficeConditions)
        return said(office.conditions)

    async def _office_files(self, request: Request) -> Response:
        return said({"files": self._office(request).books.summary()})

    async def _move_case(self, request: Request) -> Response:
        books = self._office(request).books
        file = books.files.get(request.path_params["reference"])
        if file is None:
            raise ValueError("no file of this reference")
        move = await _read(request, FileMove)
        books.move(file, move.state, needs=move.needs, note=move.note)
        return said({"files": [one for one in books.summary() if one["reference"] == file.case.reference]})

    def _office(self, request: Request) -> CaseOffice:
        office = self._offices.get(request.path_params["office"])
        if office is None:
            raise ValueError(f"the offices are {', '.join(self._offices)}")
        return office

    async def _set_finance(self, request: Request) -> Response:
        if request.method == "PUT":
            self._treasury.conditions = await _read(request, FinanceConditions)
        return said(self._treasury.conditions)

    async def _documents(self, request: Request) -> Response:
        return said(self._treasury.summary())

    async def _outbox(self, request: Request) -> Response:
        asked = request.query_params
        return said({"messages": self._messages.last(asked.get("to"), max(1, int(asked.get("last", "100"))))})

    async def _rotate(self, request: Request) -> Response:
        return said({"keys": self._issuer.rotate(forget=request.query_params.get("forget") == "1")})


async def _read(request: Request, shape: type[T]) -> T:
    """The JSON body as that shape. Raises ValueError with a sentence."""
    body: Any = await request.body()
    return msgspec.json.decode(body, type=shape)


async def _bad_request(request: Request, error: Exception) -> Response:
    return said({"error": str(error)}, 400)
