"""The civil registry's event feed, as docs/systems/registry_events.md has it."""

import msgspec

from twin.counts import Counts
from twin.faults import Faults
from twin.json_desk import Answer, JsonDesk, Operation, each_row
from twin.vital_events import VitalEvents
from twin.world import World

NAME = "registry_events"
USERNAME, PASSWORD = "tamin-sandbox", "sandbox-events-1404"
LONGEST_PAGE, MOST_CODES = 1_000, 100


class Read(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    after: int
    limit: int = 500

    def __post_init__(self) -> None:
        if self.after < 0 or not 1 <= self.limit <= LONGEST_PAGE:
            raise ValueError("out of range")


class Search(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    national_codes: list[str]

    def __post_init__(self) -> None:
        if not 1 <= len(self.national_codes) <= MOST_CODES:
            raise ValueError("out of range")


class RegistryEvents:
    """Makes its book with the first question."""

    def __init__(self, world: World, faults: Faults, counts: Counts) -> None:
        self._world = world
        self._book: VitalEvents | None = None
        stranger = {
            "sequence": 1,
            "kind": 2,
            "registeredOn": 14050710,
            "occurredOn": 14050710,
            "parties": [{"nin": 499370899, "role": "HUSBAND"}],
        }
        self.app = JsonDesk(
            NAME,
            (USERNAME, PASSWORD),
            (
                Operation(path="/v1/events/read", shape=Read, done=self._read, keys=lambda asked: (str(asked.after),)),
                Operation(
                    path="/v1/events/search", shape=Search, done=self._search, keys=lambda asked: asked.national_codes
                ),
            ),
            faults,
            counts,
            {
                "another_person": lambda truth: truth | {"events": [stranger]},
                "month_13": each_row("events", {"registeredOn": 14051305}, stranger),
                "wrong_types": each_row("events", {"kind": "MARRIAGE", "parties": {}}, stranger),
                "unknown_kind": each_row("events", {"kind": 99}, stranger),
                "out_of_order": lambda truth: truth | {"events": list(reversed(truth["events"])) or [stranger]},
            },
        ).app

    @property
    def book(self) -> VitalEvents:
        if self._book is None:
            self._book = VitalEvents(self._world)
        return self._book

    def _read(self, asked: Read) -> Answer:
        return {"result": "OK", "last": len(self.book), "events": self.book.rows(asked.after, asked.limit)}

    def _search(self, asked: Search) -> Answer:
        return {"result": "OK", "events": self.book.of_persons(asked.national_codes)}
