"""Builds the synthetic country from a seed: persons first, then what the four systems know of them."""

from collections.abc import Callable
from random import Random

from twin.careers import Careers, workshops
from twin.cases import Cases
from twin.cast import CAST, cast
from twin.cast_careers import add_cast_careers
from twin.cast_services import add_service_cast
from twin.debts import Debts
from twin.dependants import bails
from twin.families import add_clan, blur
from twin.named import IN_SERVICES, NAMED
from twin.national_codes import NationalCodes
from twin.pensions import pensions
from twin.receipts import Books
from twin.world import World

Progress = Callable[[str, float], None]
CAST_SEED = 3070  # of the named persons, whatever the world's seed is


def build_world(seed: int, people: int, progress: Progress | None = None) -> World:
    """The same arguments give the same world, byte for byte. The named persons and their kin are always in it; those of
    `IN_SERVICES` come on top of `people`, after everything is drawn, so that nothing else changes with them.

    `progress(what, share)` is told from time to time, with shares between 0 and 1.
    """
    tell = progress or _nobody
    rng = Random(seed)
    everyone = cast(Random(CAST_SEED), NationalCodes(Random(CAST_SEED), (n.code for n in NAMED.values())))
    codes = NationalCodes(rng, [*everyone, *(who.code for who in IN_SERVICES.values())])
    while len(everyone) < people:
        add_clan(rng, everyone, codes, people)
        tell("families", 0.3 * len(everyone) / people)
    blur(rng, everyone, CAST)

    places = workshops(rng, everyone)
    careers = Careers(rng, places)
    add_cast_careers(careers, everyone, places)
    rest = [person for code, person in everyone.items() if code not in CAST]
    for number, person in enumerate(rest):
        careers.add_career(person)
        if number % 1000 == 0:
            tell("careers", 0.3 + 0.4 * number / len(rest))

    tell("pensions and dependants", 0.7)
    drawn = pensions(rng, everyone, careers)
    supported = bails(everyone, careers, drawn)
    tell("debts and payments", 0.8)
    debts = Debts(rng)
    debts.add_all(everyone, places, careers)
    books = Books(rng)
    books.add_all(careers)
    cases = Cases(rng)
    cases.add_all(everyone, careers)
    tell("world", 1.0)
    world = World(
        seed=seed,
        people=everyone,
        workshops=places,
        memberships=careers.memberships,
        spells=careers.spells,
        bails=supported,
        pensions=drawn,
        debts=debts.made,
        receipts=books.made,
        cases=cases.made,
    )
    add_service_cast(world, Random(CAST_SEED))
    return world


def _nobody(what: str, share: float) -> None:
    """Nobody listens."""
