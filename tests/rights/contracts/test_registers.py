"""Registers as files: who stands in them, until when, and what is refused without a word of whom it was about."""

import datetime
import gc
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.identifiers import NationalId
from gateway.rights.register_files import RegisterTable
from gateway.rights.registers import RegisterError, Registers
from tests.rights.contracts.conftest import ROOT
from twin.cast import DAUGHTER, SON
from twin.named import NAMED

SANDBOX = ROOT / "gateway" / "sandbox_registers"
PEOPLE = {name: NationalId(person.code) for name, person in NAMED.items()}
SARA, REZA, MINA = PEOPLE["sara"], PEOPLE["reza"], PEOPLE["mina"]


@dataclass
class Calendar:
    moment: datetime.datetime

    def now(self) -> datetime.datetime:
        return self.moment

    def monotonic(self) -> float:
        return 0.0


def at(day: str, hour: int = 9) -> Calendar:
    return Calendar(datetime.datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Empty registers, for a test to write into."""
    (tmp_path / "protected.csv").write_text("national_code\n")
    (tmp_path / "representations.csv").write_text("representative,represented,kind,until\n")
    (tmp_path / "revoked.csv").write_text("token_id\n")
    (tmp_path / "relations").mkdir()
    return tmp_path


def add(path: Path, *lines: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def test_the_registers_of_the_sandbox_hold_whom_they_should() -> None:
    registers = Registers(SANDBOX, at("2026-11-22"))
    held = {
        register: {name for name, person in PEOPLE.items() if registers.holds(register, person)}
        for register in ("court", "insurance-fund", "relief")
    }
    assert held == {
        "court": {"sara", "reza", "kaveh", "leila"},
        "insurance-fund": {"sara", "mina", "parisa", "leila"},
        "relief": {"amir", "sara", "leila"},
    }
    assert {name for name, person in PEOPLE.items() if registers.protected(person)} == {"leila"}
    for child in (DAUGHTER, SON):
        assert registers.represents(SARA, NationalId(child))
        assert not registers.represents(NationalId(child), SARA)
    assert registers.represents(PEOPLE["kaveh"], PEOPLE["amir"])
    assert not registers.represents(PEOPLE["kaveh"], REZA)


def test_a_guardian_speaks_for_a_child_until_it_is_of_age() -> None:
    assert Registers(SANDBOX, at("2030-11-12")).represents(SARA, NationalId(DAUGHTER))
    assert not Registers(SANDBOX, at("2030-11-13")).represents(SARA, NationalId(DAUGHTER))


def test_an_entry_holds_until_the_end_of_its_day_in_tehran(folder: Path) -> None:
    add(folder / "relations" / "x.csv", "national_code,until", f"{SARA.digits},2026-11-22")
    assert Registers(folder, at("2026-11-22", 20)).holds("x", SARA)  # 23:30 in Tehran
    assert not Registers(folder, at("2026-11-22", 21)).holds("x", SARA)  # 00:30 of the 23rd


def test_persian_digits_blank_lines_and_comments_are_read(folder: Path) -> None:
    persian = SARA.digits.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    add(folder / "relations" / "x.csv", "national_code,until", "", "# who asked", f" {persian} ,")
    assert Registers(folder, at("2026-11-22")).holds("x", SARA)


def test_a_register_that_is_not_there_holds_nobody(folder: Path) -> None:
    registers = Registers(folder, at("2026-11-22"))
    assert not registers.holds("nowhere", SARA)
    assert not Registers(None, at("2026-11-22")).holds("nowhere", SARA)


def test_registers_are_no_part_of_each_other(folder: Path) -> None:
    add(folder / "relations" / "x.csv", "national_code,until", f"{SARA.digits},")
    add(folder / "revoked.csv", "one-token")
    registers = Registers(folder, at("2026-11-22"))
    assert registers.revoked("one-token")
    assert not registers.revoked("another")
    assert not registers.holds("y", SARA)
    assert not registers.protected(SARA)
    assert not registers.represents(SARA, SARA)
    assert not registers.revoked(SARA.digits)


BAD = {
    "a wrong check digit": ("protected.csv", "national_code\n0013542419\n0013542418\n", 3, "valid check digit"),
    "no such day": ("relations/x.csv", "national_code,until\n0013542419,2026-13-01\n", 2, "must be a day"),
    "no until of a guardian": (
        "representations.csv",
        "representative,represented,kind,until\n0013542419,0221904689,guardian,\n",
        2,
        "must be a day",
    ),
    "another kind": (
        "representations.csv",
        "representative,represented,kind,until\n0013542419,0221904689,friend,2030-01-01\n",
        2,
        "attorney, guardian",
    ),
    "too few entries": ("relations/x.csv", "national_code,until\n\n0013542419\n", 3, "must have 2 entries"),
    "other names": ("protected.csv", "code\n0013542419\n", 1, "first line must be national_code"),
    "an empty file": ("revoked.csv", "", 1, "first line must be token_id"),
    "a quote without end": ("revoked.csv", 'token_id\n"0013542419\n', 2, "not CSV"),
}


@pytest.mark.parametrize(("name", "text", "line", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_line_is_told_by_file_and_line_and_never_repeated(
    folder: Path, name: str, text: str, line: int, sentence: str
) -> None:
    registers = Registers(folder, at("2026-11-22"))
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(RegisterError, match=sentence) as refused:
        registers.reload()
    assert (refused.value.file, refused.value.line) == (folder / name, line)
    assert "00135" not in str(refused.value)
    assert "00135" not in repr(refused.value)


def test_what_is_no_text_is_refused(folder: Path) -> None:
    (folder / "protected.csv").write_bytes(b"national_code\n\xff\xfe\n")
    with pytest.raises(RegisterError, match="UTF-8"):
        Registers(folder, at("2026-11-22"))


@pytest.mark.parametrize("name", ["protected.csv", "representations.csv", "revoked.csv"])
def test_a_list_that_is_missing_is_not_read_as_an_empty_one(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(RegisterError, match="cannot be read"):
        Registers(folder, at("2026-11-22"))


def test_a_bad_file_leaves_all_that_was_read_before(tmp_path: Path) -> None:
    shutil.copytree(SANDBOX, tmp_path / "registers")
    registers = Registers(tmp_path / "registers", at("2026-11-22"))
    add(tmp_path / "registers" / "relations" / "court.csv", f"{MINA.digits},")
    add(tmp_path / "registers" / "revoked.csv", "a,b")
    with pytest.raises(RegisterError):
        registers.reload()
    assert registers.protected(PEOPLE["leila"])
    assert not registers.holds("court", MINA)
    (tmp_path / "registers" / "revoked.csv").write_text("token_id\n")
    registers.reload()
    assert registers.holds("court", MINA)


def test_no_national_code_stays_in_memory_in_clear() -> None:
    registers = Registers(SANDBOX, at("2026-11-22"))
    gc.collect()
    seen: set[int] = set()
    waiting: list[Any] = [registers]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | Path):
            continue
        seen.add(id(one))
        assert not (isinstance(one, str | bytes) and SARA.digits in str(one))
        waiting += gc.get_referents(one) if not callable(one) else []
    assert len(seen) > 20
    assert SARA.digits not in repr(registers)
    assert "key" not in repr(registers._table)


def test_each_look_up_hashes_once_whatever_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    registers = Registers(SANDBOX, at("2026-11-22"))
    hashed: list[int] = []
    real = RegisterTable.hashed

    def counted(table: RegisterTable, *parts: str) -> bytes:
        hashed.append(len(parts))
        return real(table, *parts)

    monkeypatch.setattr(RegisterTable, "hashed", counted)
    for person in PEOPLE.values():
        registers.holds("court", person)
    assert hashed == [3] * len(PEOPLE)


def test_hashes_of_two_readings_share_nothing() -> None:
    first, second = (Registers(SANDBOX, at("2026-11-22"))._table for _ in range(2))
    assert not first.until.keys() & second.until.keys()
