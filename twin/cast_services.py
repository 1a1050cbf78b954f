"""The persons whom particular services turn on, the same in every world: what `named.py` promises of each."""

from random import Random

from twin.careers import LAST_MONTH, daily_minimum_wage
from twin.cast import TEHRAN
from twin.families import marry, new_person
from twin.named import IN_SERVICES, KAVEHS_WORKSHOP
from twin.national_codes import NationalCodes
from twin.world import Bail, Date, Kind, Membership, Person, Spell, World

OMIDS_WEDDING: Date = (1405, 7, 10)  # with his months since 1403-07 it makes 720 days of premiums, with hers 719
MAHTABS_WEDDING: Date = (1405, 6, 18)
SINCE = 1403 * 12 + 6
FIRST_NUMBER = 990_300_001  # of nine digits: nobody else's has so many from 99…


def add_service_cast(world: World, seedless: Random) -> None:
    """`seedless` must start from the same state in every world."""
    code = {name: who.code for name, who in IN_SERVICES.items()}
    drawn = NationalCodes(seedless, ())

    def add(
        name: str,
        first: str,
        last: str,
        father_name: str,
        birth: Date,
        *,
        female: bool = False,
        father: Person | None = None,
    ) -> Person:
        person = new_person(
            seedless,
            drawn,
            TEHRAN,
            female=female,
            birth=birth,
            code=code[name],
            first_name=first,
            last_name=last,
            father_name=father_name,
            father=father,
            death=None,
        )
        world.people[person.code] = person
        return person

    farhad = add("farhad", "فرهاد", "نیکان", "منوچهر", (1341, 3, 8))
    omid = add("omid", "امید", "نیکان", "فرهاد", (1374, 9, 14), father=farhad)
    nasrin = add("nasrin", "نسرین", "بهمنی", "هوشنگ", (1377, 2, 3), female=True)
    marry(omid, nasrin, OMIDS_WEDDING)
    world.plain_marriages.append(omid.code)
    bahram = add("bahram", "بهرام", "سپهری", "اسکندر", (1353, 11, 25))
    for name, first, birth in (("mahtab", "مهتاب", (1386, 5, 9)), ("taraneh", "ترانه", (1388, 1, 17))):
        daughter = add(name, first, "سپهری", "بهرام", birth, female=True, father=bahram)
        world.bails.append(
            Bail(
                supporter=bahram.code,
                person=daughter.code,
                branch=KAVEHS_WORKSHOP[1],
                relation="04",
                since=(1403, 7, 1),
                until=None,
                covered=True,
            )
        )
    add("peyman", "پیمان", "داوری", "سیروس", (1379, 10, 30))
    world.brides[code["mahtab"]] = (code["peyman"], MAHTABS_WEDDING)
    for number, person in enumerate((omid, nasrin, bahram)):
        _employ(world, person, str(FIRST_NUMBER + number))


def _employ(world: World, person: Person, insurance_no: str) -> None:
    """In Kaveh's workshop, since 1403-07."""
    workshop, branch = KAVEHS_WORKSHOP
    world.memberships.append(
        Membership(
            person=person.code,
            branch=branch,
            insurance_no=insurance_no,
            kind=Kind.COMPULSORY,
            status="A",
            workshop=workshop,
            since=(1403, 7, 1),
        )
    )
    world.spells.append(
        Spell(
            person=person.code,
            branch=branch,
            workshop=workshop,
            kind=Kind.COMPULSORY,
            since=SINCE,
            until=LAST_MONTH,
            daily_wage=daily_minimum_wage(SINCE) * 2,
            job="صحاف",
        )
    )
