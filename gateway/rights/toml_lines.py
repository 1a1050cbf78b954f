"""On which line of a TOML text each key and each entry of a list stands. `tomllib` reads values and keeps no places."""

import re
import tomllib

Path = tuple[str | int, ...]

_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN_VALUE = re.compile(r"[^,\]}\n#]+")  # a number, a truth value, a date


def lines_of(text: str) -> dict[Path, int]:
    """Path -> line, from 1: of a table, the line that first names it. Entries of lists have their number for a key.

    Only for texts that `tomllib` accepts.
    """
    return _Scan(text.replace("\r\n", "\n")).document()


class _Scan:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}  # how many tables a list of tables has so far

    def document(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip(_GAP) < len(self._text):
            if self._text.startswith("[[", self._at):
                table = self._table_of_list()
            elif self._text[self._at] == "[":
                self._at += 1
                table = self._named(self._keys(), ())
                self._take("]")
            else:
                self._pair(table)
        return self._lines

    def _table_of_list(self) -> Path:
        self._at += 2
        path = self._named(self._keys(), (), last_is_list=True)
        self._counts[path] = self._counts.get(path, 0) + 1
        self._take("]")
        self._take("]")
        entry = (*path, self._counts[path] - 1)
        self._note(entry)
        return entry

    def _pair(self, table: Path) -> None:
        path = self._named(self._keys(), table)
        self._take("=")
        self._value(path)

    def _named(self, keys: list[str], table: Path, *, last_is_list: bool = False) -> Path:
        path = table
        for number, key in enumerate(keys):
            path = (*path, key)
            self._note(path)
            if path in self._counts and not (last_is_list and number == len(keys) - 1):
                path = (*path, self._counts[path] - 1)
        return path

    def _keys(self) -> list[str]:
        keys = [self._key()]
        while self._next() == ".":
            self._at += 1
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        if self._next() in "\"'":
            quoted = self._match(_STRING)
            return str(next(iter(tomllib.loads(f"{quoted} = 0"))))
        return self._match(_BARE_KEY)

    def _value(self, path: Path) -> None:
        match self._next():
            case "[":
                self._at += 1
                number = 0
                while self._next() != "]":
                    self._note((*path, number))
                    self._value((*path, number))
                    number += 1
                    if self._next() == ",":
                        self._at += 1
                self._at += 1
            case "{":
                self._at += 1
                while self._next() != "}":
                    self._pair(path)
                    if self._next() == ",":
                        self._at += 1
                self._at += 1
            case '"' | "'":
                self._match(_STRING)
            case _:
                self._match(_PLAIN_VALUE)

    def _note(self, path: Path) -> None:
        self._lines.setdefault(path, self._text.count("\n", 0, self._at) + 1)

    def _next(self) -> str:
        return self._text[self._skip(_GAP)]

    def _take(self, mark: str) -> None:
        if self._next() != mark:
            raise ValueError("not a TOML text")
        self._at += 1

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._skip(_GAP))
        if found is None:
            raise ValueError("not a TOML text")
        self._at = found.end()
        return found[0]

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at
