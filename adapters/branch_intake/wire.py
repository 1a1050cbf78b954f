"""The intake's JSON as it travels. Years have four digits, dates are yyyymmdd ("" for none), amounts are rial."""

import msgspec


class SumsOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    days: int
    daily: int
    monthly: int
    benefits: int
    insurable: int
    gross: int
    insured_share: int


class WorkerOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    national_code: str
    insurance_no: str
    first_name: str
    last_name: str
    father_name: str
    shenasname_no: str
    issue_place: str
    issue_date: str
    birth_date: str
    sex: str
    nationality: str
    occupation: str
    start_date: str
    end_date: str
    rate: int
    job: str
    sums: SumsOnTheWire

    def __repr__(self) -> str:
        return "WorkerOnTheWire(***)"


class ListOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    workshop_code: str
    year: int
    month: int
    list_no: str
    contract_row: str
    workshop_name: str
    employer_name: str
    address: str
    description: str
    sums: SumsOnTheWire
    employer_share: int
    unemployment: int
    rate: int
    hazardous: int
    workers: list[WorkerOnTheWire]

    def __repr__(self) -> str:
        return "ListOnTheWire(***)"


class Handing(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`reference` is ours and makes the call repeatable: the same one is the same list."""

    reference: str
    tracking_code: str
    premium_list: ListOnTheWire = msgspec.field(name="list")

    def __repr__(self) -> str:
        return "Handing(***)"


class Answer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`result` is RECORDED with `number` and `recordedAt` (epoch milliseconds), UNKNOWN_WORKSHOP, ALREADY_LISTED, or
    BUSY."""

    result: str
    reference: str = ""
    number: str | None = None
    recorded_at: int | None = None
