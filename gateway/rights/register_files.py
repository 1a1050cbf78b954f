"""The register files that an operator provides: CSV, read into keyed hashes. docs/guide/registers.md describes them."""

import csv
import datetime
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gateway.domain.identifiers import NationalId

FOREVER = datetime.date.max
KINDS_OF_REPRESENTATION = frozenset({"guardian", "attorney"})

PROTECTED = ("national_code",)
RELATION = ("national_code", "until")
REPRESENTATIONS = ("representative", "represented", "kind", "until")
REVOKED = ("token_id",)


class RegisterError(Exception):
    """A register that cannot be accepted: file, line (from 1) and a sentence, which never repeats what stands there."""

    def __init__(self, file: Path, line: int, sentence: str) -> None:
        super().__init__(f"{file}:{line}: {sentence}")
        self.file, self.line, self.sentence = file, line, sentence


@dataclass(frozen=True, slots=True)
class RegisterTable:
    """All registers of one reading: hash of an entry -> the last day on which it holds. Printing it shows nothing.

    The key is new with each reading and never leaves the process, so that the hashes are worth nothing elsewhere.
    """

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    until: dict[bytes, datetime.date] = field(default_factory=dict, repr=False)
    relations: set[str] = field(default_factory=set)  # the names of the registers, which tell of nobody

    def add(self, until: datetime.date, *parts: str) -> None:
        entry = self.hashed(*parts)
        self.until[entry] = max(until, self.until.get(entry, datetime.date.min))

    def holds(self, today: datetime.date, *parts: str) -> bool:
        """One hash and one look into the table, whatever the answer."""
        return today <= self.until.get(self.hashed(*parts), datetime.date.min)

    def hashed(self, *parts: str) -> bytes:
        return hashlib.blake2b("\0".join(parts).encode(errors="surrogatepass"), digest_size=16, key=self.key).digest()


def read_registers(folder: Path) -> RegisterTable:
    """Reads `protected.csv`, `representations.csv`, `revoked.csv` and `relations/*.csv`. Raises RegisterError.

    The first three must be there, be it with nothing below the line of names: a list of protected persons that is
    missing must not read as one that is empty.
    """
    table = RegisterTable()
    for line, (code,) in _rows(folder / "protected.csv", PROTECTED):
        table.add(FOREVER, "protected", line.national_code(code))
    for line, (representative, represented, kind, until) in _rows(folder / "representations.csv", REPRESENTATIONS):
        if kind not in KINDS_OF_REPRESENTATION:
            raise line.error(f"kind must be one of {', '.join(sorted(KINDS_OF_REPRESENTATION))}")
        pair = line.national_code(representative), line.national_code(represented)
        table.add(line.day(until), "represents", *pair)
    for _, (token_id,) in _rows(folder / "revoked.csv", REVOKED):
        table.add(FOREVER, "revoked", token_id)
    for path in sorted((folder / "relations").glob("*.csv")):
        table.relations.add(path.stem)
        for line, (code, until) in _rows(path, RELATION):
            table.add(line.day(until) if until else FOREVER, "relation", path.stem, line.national_code(code))
    return table


@dataclass(frozen=True, slots=True)
class _Line:
    file: Path
    number: int

    def national_code(self, text: str) -> str:
        try:
            return NationalId.parse(text).digits
        except ValueError:
            raise self.error("a national code must be ten digits with a valid check digit") from None

    def day(self, text: str) -> datetime.date:
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise self.error("until must be a day such as 2027-03-20") from None

    def error(self, sentence: str) -> RegisterError:
        return RegisterError(self.file, self.number, sentence)


def _rows(file: Path, names: tuple[str, ...]) -> Iterator[tuple[_Line, list[str]]]:
    """The entries below the line of names. Blank lines, and those that begin with #, are passed over."""
    expected = f"the first line must be {','.join(names)}"
    number = 0
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for number, line in enumerate(lines, 1):
                entry = (
                    [] if line.startswith("#") else [cell.strip() for cell in next(csv.reader([line], strict=True), [])]
                )
                if number == 1:
                    if tuple(entry) != names:
                        raise RegisterError(file, 1, expected)
                elif any(entry):
                    if len(entry) != len(names):
                        raise RegisterError(file, number, f"it must have {len(names)} entries: {','.join(names)}")
                    yield _Line(file, number), entry
    except OSError as error:
        raise RegisterError(file, 1, f"it cannot be read ({type(error).__name__})") from None
    except UnicodeDecodeError:
        raise RegisterError(file, number + 1, "it is not written in UTF-8") from None
    except csv.Error:
        raise RegisterError(file, number, "it is not CSV") from None
    if number == 0:
        raise RegisterError(file, 1, expected)
