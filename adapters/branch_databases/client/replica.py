"""The gateway's own copy of the directory, in SQLite: who is in which branch. A look-up takes microseconds."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence

_SCHEMA = """
CREATE TABLE IF NOT EXISTS insured_branch
    (natcod TEXT, brcode TEXT, round INTEGER, PRIMARY KEY (natcod, brcode)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS workshop_branch
    (wshid TEXT, brcode TEXT, employer TEXT, round INTEGER, PRIMARY KEY (wshid, brcode)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS workshop_by_employer ON workshop_branch (employer);
CREATE TABLE IF NOT EXISTS progress (name TEXT PRIMARY KEY, last INTEGER, round INTEGER, loaded INTEGER);
"""
_INSURED = "SELECT natcod, brcode FROM insured_branch WHERE natcod IN (SELECT value FROM json_each(?))"
_EMPLOYERS = "SELECT employer, brcode FROM workshop_branch WHERE employer IN (SELECT value FROM json_each(?))"
LATELY = 10_000  # persons


class Replica:
    """`round` counts full loads: what a later full load did not bring again is dropped at its end.

    Who was asked for lately is known without SQLite, which one profile would ask the same again; until a row comes.
    """

    def __init__(self, file: str) -> None:
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("PRAGMA synchronous = OFF")  # a torn copy is loaded anew
        self._db.executescript(_SCHEMA)
        self._lately: dict[tuple[str, str], frozenset[str]] = {}

    def close(self) -> None:
        self._db.close()

    def loaded(self) -> bool:
        """Whether every table was read to its end at least once."""
        return bool(self._db.execute("SELECT count(*) = 2 FROM progress WHERE loaded").fetchone()[0])

    def last(self, table: str) -> int:
        found = self._db.execute("SELECT last FROM progress WHERE name = ?", (table,)).fetchone()
        return int(found[0]) if found else 0

    def begin_round(self, table: str) -> None:
        self._db.execute(
            "INSERT INTO progress VALUES (?, 0, 1, 0) ON CONFLICT DO UPDATE SET last = 0, round = round + 1", (table,)
        )

    def keep_insured(self, rows: Iterable[tuple[str, str]], last: int) -> None:
        """(national code, branch), and the `seq` up to which they were read."""
        self._keep("insured_branch", "INSERT OR REPLACE INTO insured_branch VALUES (?, ?, {round})", rows, last)

    def keep_workshops(self, rows: Iterable[tuple[str, str, str]], last: int) -> None:
        """(workshop, branch, national code of the employer or '')."""
        self._keep("workshop_branch", "INSERT OR REPLACE INTO workshop_branch VALUES (?, ?, ?, {round})", rows, last)

    def end_round(self, table: str) -> None:
        self._lately.clear()
        self._db.execute(f"DELETE FROM {table} WHERE round < ?", (self._round(table),))  # noqa: S608 - our own names
        self._db.execute("UPDATE progress SET loaded = 1 WHERE name = ?", (table,))

    def branches_of_insured(self, codes: Sequence[str]) -> dict[str, frozenset[str]]:
        return self._found(_INSURED, codes)

    def branches_of_employers(self, codes: Sequence[str]) -> dict[str, frozenset[str]]:
        return self._found(_EMPLOYERS, codes)

    def knows_workshop(self, code: str, branch: str) -> bool:
        asked = "SELECT 1 FROM workshop_branch WHERE wshid = ? AND brcode = ?"
        return self._db.execute(asked, (code, branch)).fetchone() is not None

    def _found(self, select: str, codes: Sequence[str]) -> dict[str, frozenset[str]]:
        """Of each code, also of those in no branch."""
        if len(self._lately) > LATELY:
            self._lately.clear()
        new = [code for code in codes if (select, code) not in self._lately]
        if new:
            self._learn(select, new)
        return {code: self._lately[select, code] for code in codes}

    def _learn(self, select: str, codes: Sequence[str]) -> None:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for code, branch in self._db.execute(select, (json.dumps(codes),)):
            found[code].add(branch)
        self._lately |= {(select, code): frozenset(found.get(code, ())) for code in codes}

    def _keep(self, table: str, insert: str, rows: Iterable[tuple[str, ...]], last: int) -> None:
        self._lately.clear()
        self._db.execute("BEGIN")
        try:
            self._db.executemany(insert.format(round=self._round(table)), rows)
            self._db.execute("UPDATE progress SET last = max(last, ?) WHERE name = ?", (last, table))
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _round(self, table: str) -> int:
        return int(self._db.execute("SELECT round FROM progress WHERE name = ?", (table,)).fetchone()[0])
