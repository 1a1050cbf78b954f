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

# In every world likewise, for the services that turn on them; they come on top of the persons asked for
IN_SERVICES = {
    "omid": Named("0070018618", "married in 1405-07, first and permanent, with exactly 720 days of premiums before it"),
    "nasrin": Named("0072855371", "his wife, with 719 days"),
    "farhad": Named("0065402049", "Omid's father, 64, insured in another fund"),
    "bahram": Named("0068200064", "insured; supports two daughters"),
    "mahtab": Named(
        "0065747259", "Bahram's daughter, 19: covered by the branch, married by the registry since 1405-06"
    ),
    "taraneh": Named("0069095205", "Bahram's daughter, 17, not married"),
    "peyman": Named("0065272498", "Mahtab's husband; draws a pension of another fund"),
}

KAVEHS_WORKSHOP = ("0070012345", "0070")
