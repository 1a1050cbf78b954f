"""What each Lookup answers, on each kind of server."""

from typing import Any

import pytest

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.contribution import ContributionQuery, Standing
from gateway.domain.debt import ClaimOrderKind, DebtKey, DebtsOfPerson, DebtsOfWorkshop, DebtStage, LedgerKind
from gateway.domain.dependent import CoverageStatus, Relation
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.domain.insurance import InsuranceKind, InsuranceStatus
from gateway.domain.pension import PensionStatus

SARA = NationalId("0013542419")
MINA = NationalId("1278450939")
KAVEH = NationalId("3875194063")
STRANGER = NationalId("0439182654")
WORKSHOP = WorkshopKey(WorkshopCode("0070012345"), BranchCode("0070"))


async def test_insurance_is_merged_and_a_stranger_has_no_link(each_stand: Any) -> None:
    await each_stand.holds(SARA, "0070", "0960")
    first, second = each_stand.branches.values()
    await first.write(
        "insured", {"per_natcod": SARA.digits, "wshid": "0070012345", "wsh_name": "شركت  ايران", "ins_stat": "A"}
    )
    await second.write(
        "insured",
        {"per_natcod": "13542419", "ins_no": "00123456", "ins_kind": 1, "ins_stat": "I", "ins_sdate": "14020000"},
    )
    async with each_stand.open() as databases:
        answer = await databases.insurances_by_person([SARA, STRANGER])
    sara = answer[SARA].value
    assert [link.branch.digits for link in sara.links] == ["0070", "0960"]
    assert (sara.status, sara.current) == (InsuranceStatus.ACTIVE, sara.links[0])
    assert sara.links[0].workshop_name == "شرکت ایران"
    assert (sara.links[1].kind, sara.links[1].since) == (InsuranceKind.VOLUNTARY, Day(1402))
    assert answer[STRANGER].value.status is InsuranceStatus.NO_LINK


async def test_dependents_come_once_and_the_childless_are_absent(each_stand: Any) -> None:
    await each_stand.holds(SARA, "0070", "0960")
    await each_stand.holds(MINA, "0070")
    first, second = each_stand.branches.values()
    child = {"natcod": STRANGER.digits, "fname": "آرش", "lname": "راد", "bdate": "13990000"}
    await first.write("bail", child | {"sup_natcod": SARA.digits, "stat": "E", "edate": "14000101"})
    await second.write("bail", child | {"sup_natcod": "13542419", "stat": "A", "natcod": STRANGER.digits.lstrip("0")})
    async with each_stand.open() as databases:
        answer = await databases.dependents_by_supporter([SARA, MINA])
    assert MINA not in answer
    (arash,) = answer[SARA].value
    assert (arash.national_id, arash.relation, arash.birth) == (STRANGER, Relation.SON, Day(1399))
    assert (arash.first_name, arash.branch, arash.coverage.status) == (
        "آرش",
        BranchCode("0960"),
        CoverageStatus.COVERED,
    )


async def test_a_pension_that_is_paid_comes_before_one_that_ended(each_stand: Any) -> None:
    await each_stand.holds(SARA, "0070")
    await each_stand.branches["0070"].write(
        "pensioner",
        {"per_natcod": SARA.digits, "pns_no": "0000000012", "stat": "E", "base_date": "14030101"},
        {"per_natcod": SARA.digits, "pns_no": "0000000011", "amount": 2**33, "base_date": "13900101"},
    )
    async with each_stand.open() as databases:
        answer = await databases.pensions_by_person([SARA, MINA])
    pension = answer[SARA].value
    assert (pension.number, pension.status, pension.monthly_amount) == ("0000000011", PensionStatus.ACTIVE, 2**33)
    assert (pension.last_payment, pension.last_payment_amount) == (None, None)
    assert MINA not in answer


async def test_records_of_lists_and_of_special_insurances_are_one_list(each_stand: Any) -> None:
    await each_stand.holds(SARA, "0070", "0960")
    first, second = each_stand.branches.values()
    sara = {"per_natcod": SARA.digits, "dsw_yy": 99, "dsw_mm": 12}
    await first.write("workshop", {"wshid": "0070012345", "wsh_name": "کارگاه"})
    await first.write("dskwor00", sara | {"rec_id": 1, "dsw_ocp": "منشی", "dsw_listno": "7"}, sara | {"rec_id": 2})
    await first.write("spcwor00", sara | {"rec_id": 3, "dsw_yy": 2, "dsw_mm": 1})
    await second.write("dskwor00", sara | {"rec_id": 1, "per_natcod": "13542419", "dsw_dd": 29})
    query = ContributionQuery(person=SARA)
    async with each_stand.open() as databases:
        page = (await databases.contribution_pages([query]))[query].value
        summary = (await databases.contribution_summaries_by_person([SARA]))[SARA].value
    told = [(str(r.month), r.branch.digits, r.record_id, r.kind.value, r.standing) for r in page.items]
    assert told == [
        ("1402-01", "0070", 3, "VOLUNTARY", Standing.COUNTED),
        ("1399-12", "0070", 1, "COMPULSORY", Standing.COUNTED),
        ("1399-12", "0070", 2, "COMPULSORY", Standing.DUPLICATE),
        ("1399-12", "0960", 1, "COMPULSORY", Standing.COUNTED),
    ]
    record = page.items[1]
    assert (record.workshop_name, record.job, record.list_number, record.wage) == ("کارگاه", "منشی", "7", 100)
    assert (page.has_next, page.gaps) == (False, ())
    assert (summary.days, summary.months) == (60, 2)  # 1399 was a leap year: 30 and 29 make 30 days at most


async def test_debts_of_a_person_include_those_of_an_employer(each_stand: Any) -> None:
    await each_stand.employs("0070012345", "0070", KAVEH)
    await each_stand.branches["0070"].write(
        "debit",
        {
            "debit_no": "000000000001",
            "wshid": "0070012345",
            "debtor_natcod": KAVEH.digits,
            "reason": "كسر ليست",
            "date_from": "139901",
            "date_to": "139906",
            "order_date": "14000203",
            "eblagh_date": "00000000",
            "badvi_date": "14000309",
            "debit_amount": 5_000_000_000,
            "step_code": "04",
        },
        {"debit_no": "000000000002", "wshid": "0070012345", "debtor_natcod": KAVEH.digits, "order_date": "null"},
        {"debit_no": "000000000003", "wshid": "", "debtor_natcod": KAVEH.digits, "order_date": "14010203"},
    )
    of_person, of_workshop = DebtsOfPerson(person=KAVEH), DebtsOfWorkshop(workshop=WORKSHOP, first=1)
    async with each_stand.open() as databases:
        debts = (await databases.debt_pages_by_person([of_person]))[of_person].value
        page = (await databases.debt_pages_by_workshop([of_workshop]))[of_workshop].value
    assert [debt.number[-1] for debt in debts.items] == ["3", "1", "2"]
    debt = debts.items[1]
    assert (debt.stage, debt.reason, debt.amount) == (DebtStage.EXECUTION_ORDER, "کسر لیست", 5_000_000_000)
    assert (debt.period_since, debt.issued, debt.served) == (YearMonth(1399, 1), Day(1400, 2, 3), None)
    assert debt.ruled == Day(1400, 3, 9)
    assert ([debt.number[-1] for debt in page.items], page.has_next) == (["1"], True)


async def test_workshops_ledgers_and_orders_are_asked_of_their_own_branch(each_stand: Any) -> None:
    books = each_stand.branches["0070"]
    await books.write(
        "workshop", {"wshid": "0070012345", "wsh_name": "بافت", "wsh_farm": "کاوه", "employer_natcod": KAVEH.digits}
    )
    ledger = {"debit_no": "000000000001", "led_date": "14000101"}
    await books.write(
        "debit_ledger", ledger | {"row_no": 2, "led_kind": "V", "amount": -5}, ledger | {"row_no": 1, "amount": 10}
    )
    order = {"wshid": "0070012345", "order_date": "14000101"}
    await books.write("claim_order", order | {"order_no": "1"}, order | {"order_no": "2", "order_date": "14010101"})
    debt = DebtKey("000000000001", BranchCode("0070"))
    elsewhere = WorkshopKey(WORKSHOP.code, BranchCode("9999"))
    async with each_stand.open() as databases:
        workshops = await databases.workshops_by_key([WORKSHOP, elsewhere])
        ledgers = await databases.ledgers_by_debt([debt, DebtKey("9", BranchCode("0070"))])
        orders = await databases.claim_orders_by_workshop([WORKSHOP])
    assert list(workshops) == [WORKSHOP]
    assert (workshops[WORKSHOP].value.name, workshops[WORKSHOP].value.employer) == ("بافت", KAVEH)
    assert list(ledgers) == [debt]
    assert [(e.sequence, e.kind, e.amount) for e in ledgers[debt].value] == [
        (1, LedgerKind.CHARGE, 10),
        (2, LedgerKind.PAYMENT, -5),
    ]
    assert [order.number for order in orders[WORKSHOP].value] == ["2", "1"]
    assert orders[WORKSHOP].value[0].kind is ClaimOrderKind.DEBT_NOTICE


@pytest.mark.parametrize(
    "question",
    [
        "insurances_by_person",
        "dependents_by_supporter",
        "contribution_summaries_by_person",
        "contribution_pages",
        "pensions_by_person",
        "debt_pages_by_person",
        "workshops_by_key",
        "debt_pages_by_workshop",
        "ledgers_by_debt",
        "claim_orders_by_workshop",
    ],
)
async def test_asked_with_no_key_nobody_is_asked(stand: Any, question: str) -> None:
    async with stand.open(directory_url="sqlite:////nowhere/directory") as databases:
        assert await getattr(databases, question)([]) == {}
