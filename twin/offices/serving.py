"""An office of files on the wire: files are opened, searched and acted on, and it lies about them in its own ways."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from twin.clock import Clock
from twin.counts import Counts
from twin.faults import Faults
from twin.json_desk import Answer, JsonDesk, Operation, whole
from twin.offices.filing import Act, Books, Search

LARGEST_QUESTION = 32_000_000  # documents travel in it
LIES = {
    "another_referral": whole("file", {"reference": "0" * 32}),
    "wrong_types": whole("file", {"state": "many", "board": {}}),
    "unknown_state": whole("file", {"state": 99}),
}


class Office(ABC):
    """`path` leads to its files, `prefix` begins their numbers, `realm` is told to whoever it does not know. The
    subclass keeps the `books`."""

    realm: str
    path: str
    prefix: str
    books: Books[Any]

    def __init__(self, name: str, account: tuple[str, str], faults: Faults, counts: Counts, clock: Clock) -> None:
        self._clock = clock
        operations = (
            self.operation(f"{self.path}/search", Search, lambda asked: self.file_of(asked.reference), books=False),
            self.operation(f"{self.path}/acts", Act, self._act),
            *self.openings(),
        )
        self.app = JsonDesk(
            name, account, operations, faults, counts, LIES, realm=self.realm, largest=LARGEST_QUESTION
        ).app

    @abstractmethod
    def openings(self) -> Sequence[Operation]:
        """The ways to open a file."""

    @abstractmethod
    def file_of(self, reference: str) -> Answer:
        """The answer that holds the file."""

    def operation(
        self, path: str, shape: type[Any], done: Callable[[Any], Answer], *, books: bool = True, counted_as: str = ""
    ) -> Operation:
        return Operation(path=path, shape=shape, done=done, books=books, bent=self._untouched, counted_as=counted_as)

    def _act(self, asked: Act) -> Answer:
        return self.file_of(asked.reference) if self.books.act(asked) else {"result": "NOT_FOUND"}

    def _untouched(self, asked: Any) -> Answer:
        """The file as it is; where there is none yet, one of nobody's."""
        truth = self.file_of(asked.reference)
        if "file" in truth:
            return truth
        file = {"reference": asked.reference, "number": f"{self.prefix}-0", "state": 1, "board": 1}
        return {"result": "OK", "file": file | {"changedAt": int(self._clock.time() * 1000)}}
