"""The synthetic country: the same for the same seed, and true to itself."""

import hashlib
from collections import Counter, defaultdict

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.careers import LAST_MONTH
from twin.jalali import age, ordinal
from twin.named import IN_SERVICES, KAVEHS_WORKSHOP, NAMED
from twin.national_codes import is_valid
from twin.population import build_world
from twin.world import AS_OF, BRANCHES, Kind, Person, World

CODE = {name: who.code for name, who in NAMED.items()}


def digest(world: World) -> str:
    return hashlib.sha256(msgspec.msgpack.encode(world)).hexdigest()


def test_the_same_seed_gives_the_same_world_byte_for_byte() -> None:
    assert digest(build_world(5, 300)) == digest(build_world(5, 300))


def test_another_seed_gives_another_world() -> None:
    assert digest(build_world(5, 300)) != digest(build_world(6, 300))


def test_a_world_survives_being_kept(world: World) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(world), type=World) == world


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), people=st.integers(0, 500))
def test_a_family_graph_holds_together(seed: int, people: int) -> None:
    world = build_world(seed, people)
    assert len(world.people) == max(people, 11) + len(IN_SERVICES)
    for code, person in world.people.items():
        assert person.code == code
        assert is_valid(code)
        _check_kin(world.people, person)


def _check_kin(people: dict[str, Person], person: Person) -> None:
    assert person.birth < AS_OF
    assert person.death is None or person.birth < person.death <= AS_OF
    if person.spouse:
        spouse = people[person.spouse]
        assert spouse.spouse == person.code
        assert spouse.female != person.female
        assert person.married_on
        assert person.married_on == spouse.married_on
        assert age(person.birth, person.married_on) >= 16
        assert person.death is None or person.married_on < person.death
        assert person.father is None or person.father != spouse.father
    if person.father and person.mother:
        father, mother = people[person.father], people[person.mother]
        assert father.spouse == mother.code
        assert not father.female
        assert mother.female
        assert person.father_name == father.first_name
        assert person.last_name == father.last_name
        assert 16 <= person.birth[0] - mother.birth[0] <= 46
        assert 17 <= person.birth[0] - father.birth[0] <= 62
        assert father.married_on
        assert father.married_on[0] < person.birth[0]
        for parent in (father, mother):
            assert parent.death is None or person.birth[0] < parent.death[0]


def test_families_reach_over_three_generations_at_least(world: World) -> None:
    def depth(person: Person) -> int:
        return 1 + max((depth(world.people[p]) for p in (person.father, person.mother) if p), default=0)

    assert max(depth(person) for person in world.people.values()) >= 3


def test_some_codes_begin_with_zeros(world: World) -> None:
    assert sum(code.startswith("00") for code in world.people) > 10


def test_spells_lie_in_lives_and_have_their_files(world: World) -> None:
    files = {(file.person, file.branch) for file in world.memberships}
    places = {(place.code, place.branch) for place in world.workshops}
    assert len(files) == len(world.memberships)
    assert len(places) == len(world.workshops)
    for spell in world.spells:
        person = world.people[spell.person]
        assert (spell.person, spell.branch) in files
        assert spell.duplicated_in is None or (spell.person, spell.duplicated_in) in files
        assert ordinal(person.birth) + 12 * 14 < spell.since <= spell.until <= LAST_MONTH
        assert person.death is None or spell.until <= ordinal(person.death)
        assert (spell.workshop is None) == (spell.kind is not Kind.COMPULSORY)
        assert spell.workshop is None or (spell.workshop, spell.branch) in places


def test_an_insured_person_has_about_forty_months_and_the_named_ones_hundreds() -> None:
    world = build_world(3070, 2000)
    rows: Counter[str] = Counter()
    for spell in world.spells:
        rows[spell.person] += (spell.until - spell.since + 1) * (2 if spell.duplicated_in else 1)
    ordered = sorted(rows.values())
    assert 30 <= ordered[len(ordered) // 2] <= 50
    assert all(rows[code] > 900 for code in CODE.values())
    assert rows[CODE["sara"]] > 2000
    assert rows[CODE["mina"]] > 3000


def test_insurance_numbers_have_eight_to_ten_digits_and_one_owner(world: World) -> None:
    owners = defaultdict(set)
    for file in world.memberships:
        assert file.insurance_no.isdecimal()
        assert len(file.insurance_no) == 8 if file.branch == "0960" else 8 <= len(file.insurance_no) <= 10
        owners[file.insurance_no].add(file.person)
    assert all(len(persons) == 1 for persons in owners.values())


def test_every_branch_has_workshops_and_insured(world: World) -> None:
    assert {place.branch for place in world.workshops} == set(BRANCHES)
    assert {file.branch for file in world.memberships} == set(BRANCHES)


def test_one_workshop_code_names_two_workshops_in_two_branches(world: World) -> None:
    branches = defaultdict(set)
    for place in world.workshops:
        branches[place.code].add(place.branch)
    assert any(len(found) > 1 for found in branches.values())


def test_a_dependant_has_one_supporter_whose_branch_knows_them(world: World) -> None:
    files = {(file.person, file.branch): file for file in world.memberships}
    covered = [bail.person for bail in world.bails if bail.covered]
    assert len(covered) == len(set(covered))
    for bail in world.bails:
        assert files[bail.supporter, bail.branch].status in ("A", "P")
        assert bail.covered == (bail.until is None)
        assert bail.until is None or bail.since < bail.until <= AS_OF
        _check_relation(world.people[bail.supporter], world.people[bail.person], bail.relation, covered=bail.covered)


def _check_relation(supporter: Person, person: Person, relation: str, *, covered: bool) -> None:
    years = age(person.birth, AS_OF)
    match relation:
        case "01":
            assert person.female
            assert person.spouse == supporter.code
        case "02":
            assert not person.female
            assert person.spouse == supporter.code
            assert years > 60
        case "03" | "04":
            assert supporter.code in (person.father, person.mother)
            assert person.female == (relation == "04")
            assert not covered or years < (20 if person.female else 18)
        case "05" | "06":
            assert person.code == (supporter.father if relation == "05" else supporter.mother)
            assert years >= (60 if relation == "05" else 55)
        case _:
            pytest.fail(relation)


def test_debts_add_up(world: World) -> None:
    assert len({debt.number for debt in world.debts}) == len(world.debts)
    for debt in world.debts:
        balance = 0
        for line in debt.ledger:
            balance += line.amount
            assert line.balance == balance
        charged = sum(line.amount for line in debt.ledger if line.kind in "CP")
        assert charged == debt.premium + debt.unemployment + debt.other
        assert balance == debt.remain >= 0
        assert [line.date for line in debt.ledger] == sorted(line.date for line in debt.ledger)
        assert debt.since <= debt.until < ordinal(debt.issued)
        assert debt.orders[0].kind == "01"
    files = {(file.person, file.branch) for file in world.memberships}
    assert all((debt.debtor, debt.branch) in files for debt in world.debts if debt.debtor)
    assert {debt.step for debt in world.debts} == {"01", "02", "03", "04", "05"}
    assert any(debt.remain == 0 for debt in world.debts)


def test_the_bank_knows_every_state_and_every_oddity(world: World) -> None:
    states = {"CREATED", "PENDING", "VERIFYING", "CONFIRMED", "PAID_UNCONFIRMED", "REVERSED", "EXPIRED", "FAILED"}
    assert {receipt.state for receipt in world.receipts} == states
    twice = Counter(receipt.identifier for receipt in world.receipts)
    assert max(twice.values()) == 2
    assert any(receipt.due not in (None, receipt.amount) for receipt in world.receipts)
    assert any(receipt.due is None for receipt in world.receipts)
    for receipt in world.receipts:
        assert (
            bool(receipt.rrn)
            == bool(receipt.paid_on)
            == (receipt.state not in {"CREATED", "PENDING", "EXPIRED", "FAILED"})
        )


def test_the_ministry_knows_every_stage_and_lists_some_twice(world: World) -> None:
    stages = {"REGISTERED", "UNDER_REVIEW", "APPROVED", "REFERRED_TO_SSO", "REJECTED", "SUSPENDED", "EXHAUSTED"}
    large = build_world(3070, 2000)
    assert {case.stage for case in large.cases} == stages
    assert {case.approval for case in large.cases} == {"PENDING", "GRANTED", "REFUSED", "WITHDRAWN"}
    assert ("APPROVED", "WITHDRAWN") in {(case.stage, case.approval) for case in large.cases}
    assert max(Counter(case.person for case in world.cases).values()) == 2
    assert any(case.dependants > 4 for case in world.cases)


def test_some_births_are_known_by_year_or_month_only_and_some_records_shown_to_nobody(world: World) -> None:
    births = [person.birth for person in world.people.values()]
    assert any(month and not day for _, month, day in births)
    assert sum(not month for _, month, _ in births) > 1
    withheld = {person.withheld for person in world.people.values()}
    assert withheld >= {"err.cancellation.nin", "result.rec.review", "result.rec.invisible", None}


@pytest.mark.parametrize("seed", [0, 1, 3070])
def test_the_named_persons_are_what_they_are_said_to_be_in_every_world(seed: int) -> None:
    world = build_world(seed, 60)
    people = {name: world.people[code] for name, code in CODE.items()}
    branches = defaultdict(set)
    for file in world.memberships:
        branches[file.person].add(file.branch)

    sara = people["sara"]
    supported = [bail for bail in world.bails if bail.supporter == sara.code]
    assert sorted(bail.relation for bail in supported) == ["02", "03", "04"]
    assert all(bail.covered for bail in supported)
    assert [case.stage for case in world.cases if case.person == sara.code] == ["REFERRED_TO_SSO"]
    assert [debt.workshop for debt in world.debts if debt.debtor == sara.code] == [None]
    assert sum(receipt.payer == sara.code for receipt in world.receipts) > 10

    assert people["reza"].death
    assert sara.father == people["reza"].code
    assert [pension.status for pension in world.pensions if pension.person == CODE["reza"]] == ["E"]
    assert len(branches[CODE["mina"]]) == 2
    assert any(spell.duplicated_in == "2450" and spell.branch == "0070" for spell in world.spells)
    assert people["amir"].birth == (1320, 0, 0)
    assert people["leila"].withheld == "result.rec.invisible"
    parisas = [receipt for receipt in world.receipts if receipt.payer == CODE["parisa"]]
    assert max(parisas, key=lambda receipt: receipt.period).state == "PAID_UNCONFIRMED"
    assert {file.kind for file in world.memberships if file.person == CODE["parisa"]} == {Kind.VOLUNTARY}

    owned = [place for place in world.workshops if (place.code, place.branch) == KAVEHS_WORKSHOP]
    assert [place.employer for place in owned] == [CODE["kaveh"]]
    assert {d.step for d in world.debts if (d.workshop, d.branch) == KAVEHS_WORKSHOP} == {"01", "02", "03", "04", "05"}


def test_named_persons_and_their_kin_are_the_same_whatever_the_seed() -> None:
    one, other = build_world(1, 200), build_world(2, 200)
    kin = list(one.people)[:11]
    assert [one.people[code] for code in kin] == [other.people[code] for code in kin]
