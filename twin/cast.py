"""The named persons and their kin: the same in every world. What `named.py` promises of each is made here."""

from random import Random

from twin.families import marry, new_person
from twin.named import NAMED
from twin.names import PLACES, Place
from twin.national_codes import NationalCodes
from twin.world import Date, Person

TEHRAN, KARAJ, ISFAHAN, SHIRAZ, HAMEDAN, QAZVIN = (PLACES[i] for i in (0, 2, 3, 5, 6, 7))

# Sara's family, by codes that are hers alone to have in every world
MOTHER, HUSBAND, DAUGHTER, SON = "0035718269", "0048291757", "0221904689", "0237715945"
CAST = frozenset({*(who.code for who in NAMED.values()), MOTHER, HUSBAND, DAUGHTER, SON})  # nothing is drawn for them


def cast(seedless: Random, codes: NationalCodes) -> dict[str, Person]:
    """`seedless` must start from the same state in every world."""
    people: dict[str, Person] = {}

    def add(
        name: str | None,
        place: Place,
        first: str,
        last: str,
        father_name: str,
        birth: Date,
        *,
        female: bool = False,
        code: str | None = None,
        father: Person | None = None,
        mother: Person | None = None,
        death: Date | None = None,
        withheld: str | None = None,
    ) -> Person:
        person = new_person(
            seedless,
            codes,
            place,
            female=female,
            birth=birth,
            father=father,
            mother=mother,
            code=NAMED[name].code if name else code,
            first_name=first,
            last_name=last,
            father_name=father_name,
            death=death,
            withheld=withheld,
        )
        people[person.code] = person
        return person

    reza = add("reza", TEHRAN, "رضا", "احمدی", "غلامحسین", (1325, 3, 12), death=(1401, 11, 4))
    mother = add(None, TEHRAN, "پروین", "کریمی", "یحیی", (1332, 9, 2), female=True, code=MOTHER)
    marry(reza, mother, (1352, 5, 18))
    sara = add("sara", TEHRAN, "سارا", "احمدی", "رضا", (1358, 4, 17), female=True, father=reza, mother=mother)
    # Over 60 and supported by his wife, so that Art. 58 makes him her dependant
    husband = add(None, TEHRAN, "کیوان", "یزدانی", "منصور", (1343, 2, 25), code=HUSBAND)
    marry(husband, sara, (1386, 7, 6))
    for first, birth, female, code in (
        ("نگار", (1391, 8, 21), True, DAUGHTER),
        ("آرش", (1395, 1, 30), False, SON),
    ):
        add(None, TEHRAN, first, "یزدانی", "کیوان", birth, female=female, code=code, father=husband, mother=sara)

    add("mina", ISFAHAN, "مینا", "پاک‌نژاد", "اکبر", (1355, 10, 9), female=True)
    add("amir", QAZVIN, "امیر", "گودرزی", "حیدر", (1320, 0, 0))
    add("leila", SHIRAZ, "لیلا", "شریفی", "ناصر", (1361, 6, 14), female=True, withheld="result.rec.invisible")
    add("kaveh", HAMEDAN, "کاوه", "چراغی", "جمشید", (1349, 12, 3))
    add("parisa", KARAJ, "پریسا", "ژیان", "ابراهیم", (1364, 5, 27), female=True)
    return people
