"""One contract file: its TOML text, checked by a schema and by the rules, each complaint with the line it is about."""

import datetime
import hashlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from gateway.rights.contract import Contract, Party
from gateway.rights.grantable import Grantable, owner_of
from gateway.rights.toml_lines import Path as KeyPath
from gateway.rights.toml_lines import lines_of

Text = Annotated[str, Meta(min_length=1, max_length=2_000)]
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,62}$")]


class ContractError(Exception):
    """A contract file that cannot be accepted: which file, which line (from 1), and what is wrong in a sentence."""

    def __init__(self, file: Path, line: int, sentence: str) -> None:
        super().__init__(f"{file}:{line}: {sentence}")
        self.file, self.line, self.sentence = file, line, sentence


class _Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fa: Text
    en: Text


class _Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The keys of the file, as `docs/guide/agencies.md` describes them."""

    name: Name
    clients: Annotated[list[Text], Meta(min_length=1)]
    relation: Name
    rate_per_minute: Annotated[int, Meta(ge=1)]
    daily_quota: Annotated[int, Meta(ge=1)]
    starts: datetime.date
    expires: datetime.date
    legal_basis: Text
    agency: _Names
    purpose: _Names
    fields: Annotated[list[Text], Meta(min_length=1)]


class ContractFile:
    """A file read: its contract, None where the file has no shape to read one from, and all that is wrong with it.

    `grantable` None leaves the coordinates unchecked: those of an old file may have left the graph since.
    """

    def __init__(self, file: Path, grantable: Grantable | None) -> None:
        self.file = file
        self.contract: Contract | None = None
        self.problems: list[ContractError] = []
        self._lines: dict[KeyPath, int] = {}
        keys = self._keys()
        if keys is not None:
            self.contract = _contract_of(keys)
            self.problems += self._of_dates(keys)
            self.problems += self._repeated("clients", keys.clients)
            self.problems += self._repeated("fields", keys.fields)
            if grantable is not None:
                self.problems += self._of_fields(keys.fields, grantable)

    def problem(self, path: KeyPath, sentence: str) -> ContractError:
        """A complaint about a key; about the nearest table that is there, where the key is missing."""
        while path and path not in self._lines:
            path = path[:-1]
        return ContractError(self.file, self._lines.get(path, 1), sentence)

    def ended(self, today: datetime.date) -> ContractError | None:
        """For who checks a file: a gateway that runs keeps such a contract, which then releases nothing."""
        if self.contract is None or today <= self.contract.expires:
            return None
        return self.problem(("expires",), f"it ended on {self.contract.expires}: renew it or take the file away")

    def _keys(self) -> _Keys | None:
        try:
            text = self.file.read_text(encoding="utf-8")
            said = tomllib.loads(text)
        except OSError as error:
            self.problems.append(ContractError(self.file, 1, f"it cannot be read ({type(error).__name__})"))
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self.problems.append(ContractError(self.file, line, "it is not written in UTF-8"))
        except tomllib.TOMLDecodeError as error:
            place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
            line = int(place[1]) if place and place[1] else text.rstrip().count("\n") + 1
            reason = str(error)[: place.start()] if place else str(error)
            self.problems.append(ContractError(self.file, line, f"it is not TOML: {reason}"))
        else:
            self._lines = lines_of(text)
            try:
                return msgspec.convert(said, _Keys)
            except msgspec.ValidationError as error:
                self.problems.append(self._misshapen(str(error)))
        return None

    def _misshapen(self, message: str) -> ContractError:
        reason, _, place = message.partition(" - at `$")
        path: KeyPath = tuple(
            int(index) if index else name for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", place.rstrip("`"))
        )
        if missing := re.fullmatch(r"Object missing required field `(\w+)`", reason):
            return self.problem(path, f"{_dotted((*path, missing[1]))} is missing")
        if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", reason, re.DOTALL):
            path = (*path, unknown[1])
            return self.problem(path, f"{_dotted(path)} is no key of a contract")
        return self.problem(path, f"{_dotted(path)}: {reason[0].lower()}{reason[1:].replace('`', '')}")

    def _of_dates(self, keys: _Keys) -> Iterator[ContractError]:
        if keys.expires < keys.starts:
            yield self.problem(("expires",), "expires lies before starts")
        elif keys.expires > (latest := last_day(keys.starts)):
            yield self.problem(("expires",), f"a contract runs for at most 12 months: until {latest} at the latest")

    def _repeated(self, key: str, entries: list[str]) -> Iterator[ContractError]:
        seen: set[str] = set()
        for number, entry in enumerate(entries):
            if entry in seen:
                yield self.problem((key, number), f"{entry} stands twice in {key}")
            seen.add(entry)

    def _of_fields(self, fields: list[str], grantable: Grantable) -> Iterator[ContractError]:
        named = frozenset(fields)
        reached = grantable.reached(named)
        for number, coordinate in enumerate(fields):
            sentence = _complaint(coordinate, named, reached, grantable)
            if sentence:
                yield self.problem(("fields", number), f"{coordinate} {sentence}")


def _complaint(coordinate: str, named: frozenset[str], reached: frozenset[str], grantable: Grantable) -> str | None:
    if coordinate in grantable.closed:
        return f"can be granted by no contract: {grantable.closed[coordinate]}"
    if coordinate in grantable.structural:
        return "follows the field that leads to it: leave it out"
    if coordinate not in grantable.leaves and coordinate not in grantable.groups:
        return "is no field of the schema"
    if owner_of(coordinate) not in reached:
        ways = sorted(group for group, types in grantable.groups.items() if owner_of(coordinate) in types)
        return f"is out of reach: name what leads to it too ({' or '.join(ways)})"
    if coordinate in grantable.groups and not any(owner_of(other) in grantable.groups[coordinate] for other in named):
        return "leads to nothing: name fields under it, or leave it out"
    return None


def _contract_of(keys: _Keys) -> Contract:
    """The version is the SHA-256 of what the file means: comments, layout and the order of fields leave it as it is."""
    meaning = msgspec.structs.asdict(keys) | {"clients": sorted(keys.clients), "fields": sorted(keys.fields)}
    version = hashlib.sha256(msgspec.json.encode(meaning, order="deterministic")).hexdigest()
    return Contract(
        name=keys.name,
        version=version,
        agency=Party(fa=keys.agency.fa, en=keys.agency.en),
        purpose=Party(fa=keys.purpose.fa, en=keys.purpose.en),
        legal_basis=keys.legal_basis,
        clients=frozenset(keys.clients),
        fields=frozenset(keys.fields),
        relation=keys.relation,
        rate_per_minute=keys.rate_per_minute,
        daily_quota=keys.daily_quota,
        starts=keys.starts,
        expires=keys.expires,
    )


def last_day(starts: datetime.date) -> datetime.date:
    """Of twelve months: the day before the same date of the next year."""
    try:
        again = starts.replace(year=starts.year + 1)
    except ValueError:  # 29 February
        again = datetime.date(starts.year + 1, 3, 1)
    return again - datetime.timedelta(days=1)


def _dotted(path: KeyPath) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
