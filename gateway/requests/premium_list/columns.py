"""Which columns the two files have, and what each holds (domain.md 2.3). Columns stand in any order, among others of
their program's own; their types and widths are whatever the program chose (N becomes C, N12 becomes N19)."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass


class Meaning(enum.Enum):
    """How a column is read. NATIONAL_CODE and INSURANCE_NUMBER are codes that check themselves."""

    CODE = "CODE"
    WORKSHOP = "WORKSHOP"
    TEXT = "TEXT"
    NUMBER = "NUMBER"
    DATE = "DATE"
    SEX = "SEX"
    NATIONAL_CODE = "NATIONAL_CODE"
    INSURANCE_NUMBER = "INSURANCE_NUMBER"


TEXTS = frozenset({Meaning.TEXT, Meaning.SEX})


@dataclass(frozen=True, slots=True)
class Layout:
    """`needed`: without these a list cannot be checked or booked. The others may be missing, as in older programs."""

    needed: Mapping[str, Meaning]
    further: Mapping[str, Meaning]

    @property
    def all(self) -> dict[str, Meaning]:
        return {**self.needed, **self.further}


def _meanings(**names: str) -> dict[str, Meaning]:
    return {column: Meaning[meaning] for meaning, columns in names.items() for column in columns.split()}


HEADER = Layout(
    needed=_meanings(
        WORKSHOP="DSK_ID",
        CODE="DSK_LISTNO",
        NUMBER="DSK_KIND DSK_YY DSK_MM DSK_NUM DSK_TDD DSK_TROOZ DSK_TMAH DSK_TMAZ DSK_TMASH DSK_TTOTL DSK_TBIME "
        "DSK_TKOSO DSK_BIC",
    ),
    further=_meanings(TEXT="DSK_NAME DSK_FARM DSK_ADRS DSK_DISC", NUMBER="DSK_RATE DSK_PRATE DSK_BIMH", CODE="MON_PYM"),
)
WORKERS = Layout(
    needed=_meanings(
        WORKSHOP="DSW_ID",
        CODE="DSW_LISTNO",
        INSURANCE_NUMBER="DSW_ID1",
        TEXT="DSW_FNAME DSW_LNAME",
        NUMBER="DSW_YY DSW_MM DSW_DD DSW_ROOZ DSW_MAH DSW_MAZ DSW_MASH DSW_TOTL DSW_BIME",
        NATIONAL_CODE="PER_NATCOD",
    ),
    further=_meanings(
        TEXT="DSW_DNAME DSW_IDPLC DSW_NAT DSW_OCP",
        SEX="DSW_SEX",
        DATE="DSW_IDATE DSW_BDATE DSW_SDATE DSW_EDATE",
        CODE="DSW_IDNO DSW_JOB",
        NUMBER="DSW_PRATE",
    ),
)
