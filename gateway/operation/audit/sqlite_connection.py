"""The connection that writes to SQLite, with what it remembers from one commit to the next."""

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from gateway.operation.audit.chain import Head
from gateway.operation.audit.placing import End
from gateway.stores.sqlite_connection import LeavingConnection

MOST_PERSONS = 50_000  # 8 to 16 MB, by how many events they stand in
_DATA_VERSION = "PRAGMA data_version"


@dataclass(slots=True)
class Known:
    """The ends of chains by writer, and of threads by person, as they stood in the file when it was at `at`."""

    at: tuple[int, int]
    chains: dict[str, Head] = field(default_factory=dict)
    threads: dict[bytes, End] = field(default_factory=dict)


class RecordConnection(LeavingConnection):
    """Remembers the ends that it wrote itself, for as long as nobody else wrote anything.

    `PRAGMA data_version` changes when another connection has committed, `total_changes` when this one has changed a
    row: both together say, under the write lock, whether the file is as a commit of ours left it.
    """

    def __init__(self, *arguments: Any, most_persons: int = MOST_PERSONS, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._known: Known | None = None
        self._most_persons = most_persons

    def recalled(self) -> Known:
        """What is known of the file as it is now, under the write lock. It is forgotten unless it is remembered again:
        so whatever becomes of the transaction, nothing stays that it did not commit."""
        known, self._known = self._known, None
        (version,) = self.execute(_DATA_VERSION).fetchone()
        at = (version, self.total_changes)
        return known if known is not None and known.at == at else Known(at)

    def remember(self, known: Known) -> None:
        """After the commit. The version is the one that was asked under the lock: asked now, it might tell already of
        what others wrote since."""
        known.at = (known.at[0], self.total_changes)
        if (too_many := len(known.threads) - self._most_persons) > 0:
            for key in list(islice(known.threads, too_many + self._most_persons // 16)):
                del known.threads[key]
        self._known = known

    def close(self) -> None:
        self._known = None
        super().close()
