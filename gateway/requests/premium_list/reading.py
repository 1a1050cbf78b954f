"""Reads one file of the pair: its table, the page of its texts, and the value of each column in each record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from gateway.domain.code_pages import CodePage
from gateway.domain.legacy_text import page_of
from gateway.domain.premium_list import PremiumListFile
from gateway.requests.premium_list.columns import HEADER, TEXTS, WORKERS, Layout
from gateway.requests.premium_list.dbf import NotATable, Table, table_from
from gateway.requests.premium_list.findings import Findings
from gateway.requests.premium_list.values import PADDING, Manner, Value, Wrong, value_of

V = TypeVar("V")

LAYOUTS: Mapping[PremiumListFile, Layout] = {PremiumListFile.HEADER: HEADER, PremiumListFile.WORKERS: WORKERS}
SAYS_CP1256 = frozenset({0x7E})  # language driver ids: the template's header file has it, its workers' file has 0


@dataclass(frozen=True, slots=True)
class Row:
    """One record. `values` by column: absent is a column that the file lacks, or a value that is wrong and was told."""

    number: int
    values: Mapping[str, Value]

    def get(self, column: str, kind: type[V]) -> V | None:
        """None where it is empty, too."""
        value = self.values.get(column)
        return value if isinstance(value, kind) else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that could be read. `page` is that of its texts."""

    file: PremiumListFile
    rows: tuple[Row, ...]
    page: CodePage


def sheet_from(
    content: bytes,
    file: PremiumListFile,
    declared: CodePage | None,
    findings: Findings,
    *,
    most_records: int,
    year_pivot: int,
) -> Sheet | None:
    """None where the file is no table, or lacks columns; what is wrong is noted.

    `declared` is what the employer says of their program; without it, the language driver id of the file counts as
    a declaration. Neither is believed against what the letters say.
    """
    try:
        table = table_from(content, most_records=most_records)
    except NotATable as wrong:
        findings.note(wrong.rule, file, row=wrong.row, column=None, found=wrong.found, needed=wrong.needed)
        return None
    missing = [name for name in LAYOUTS[file].needed if name not in table.columns]
    for name in missing:
        findings.note("columns.present", file, row=None, column=name, found="no such column", needed=name)
    if missing:
        return None
    page = page_of(_texts(table, LAYOUTS[file]), declared or _said_by(table))
    return Sheet(file, _rows(table, file, Manner(page, year_pivot), findings), page)


def _said_by(table: Table) -> CodePage:
    return CodePage.CP1256 if table.language in SAYS_CP1256 else CodePage.MIXED


def _texts(table: Table, layout: Layout) -> list[bytes]:
    columns = [
        table.columns[name] for name, meaning in layout.all.items() if meaning in TEXTS and name in table.columns
    ]
    return [record.raw(column).strip(PADDING) for record in table.records for column in columns]


def _rows(table: Table, file: PremiumListFile, manner: Manner, findings: Findings) -> tuple[Row, ...]:
    asked = [(table.columns[name], meaning) for name, meaning in LAYOUTS[file].all.items() if name in table.columns]
    rows = []
    for record in table.records:
        values: dict[str, Value] = {}
        for column, meaning in asked:
            try:
                values[column.name] = value_of(record.raw(column), meaning, column.kind, manner)
            except Wrong as wrong:
                findings.note(
                    wrong.rule, file, row=record.number, column=column.name, found=wrong.found, needed=wrong.needed
                )
        rows.append(Row(record.number, values))
    return tuple(rows)
