"""The persons who are the same in every world, whatever its seed. All synthetic."""

from typing import NamedTuple


class Named(NamedTuple):
    code: str  # national code, valid check digit
    about: str


NAMED = {
    "sara": Named("0013542419", "all is well: insured, married, two children, contributions of many years"),
    "reza": Named("0061274801", "deceased; Sara's father, drew a pension"),
    "mina": Named("1278450939", "has records in two branches, some of them twice"),
    "amir": Named("0439182654", "only the year of his birth is known"),
    "leila": Named("2287409165", "protected: the registry shows her to nobody"),
    "kaveh": Named("3875194063", "employer: owns workshop 0070012345 in branch 0070, with debts"),
    "parisa": Named("0064982033", "voluntarily insured; paid, and the bank has not confirmed"),
}

KAVEHS_WORKSHOP = ("0070012345", "0070")
