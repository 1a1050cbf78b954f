"""The SMS gateway, as docs/systems/sms.md has it: messages once a reference, kept in an outbox that can be read."""

from dataclasses import dataclass
from typing import Any

import msgspec

from twin.clock import Clock
from twin.counts import Counts
from twin.faults import Faults
from twin.json_desk import Answer, JsonDesk, Operation, whole
from twin.trouble import turn
from twin.world import World

NAME = "sms"
USERNAME, PASSWORD = "tamin-sandbox", "sandbox-sms-1420"
LONGEST_TEXT = 1_000
WITHOUT_NUMBER_EVERY = 100  # persons


class Send(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    reference: str
    national_code: str
    text: str

    def __post_init__(self) -> None:
        if not self.reference or not 1 <= len(self.text) <= LONGEST_TEXT:
            raise ValueError("no reference, or a text that no message holds")


@dataclass
class Sent:
    """`received` counts how often it came; only the first was sent."""

    message: Send
    at: float
    received: int = 1


class Sms:
    """Keeps its outbox until `reset`."""

    def __init__(self, world: World, faults: Faults, counts: Counts, clock: Clock) -> None:
        self._people, self._clock = world.people, clock
        self.app = JsonDesk(
            NAME,
            (USERNAME, PASSWORD),
            (
                Operation(
                    path="/v1/messages",
                    shape=Send,
                    done=self._send,
                    books=True,
                ),
            ),
            faults,
            counts,
            {
                "another_message": whole("message", {"reference": "0" * 32}),
                "wrong_types": whole("message", {"reference": 7}),
            },
        ).app
        self.reset()

    def reset(self) -> None:
        self.outbox: dict[str, Sent] = {}

    def _send(self, asked: Send) -> Answer:
        known = self.outbox.get(asked.reference)
        if known is not None:
            known.received += 1
            return _taken(asked.reference) if known.message == asked else {"result": "CONFLICT"}
        without = turn("mobile" + asked.national_code, WITHOUT_NUMBER_EVERY) == 7
        if asked.national_code not in self._people or without:
            return {"result": "NO_NUMBER"}
        self.outbox[asked.reference] = Sent(asked, self._clock.time())
        return _taken(asked.reference)

    def last(self, code: str | None, count: int) -> list[dict[str, Any]]:
        """The newest first; to one person, or to all."""
        chosen = [sent for sent in self.outbox.values() if code in (None, sent.message.national_code)]
        return [
            {
                "reference": sent.message.reference,
                "nationalCode": sent.message.national_code,
                "text": sent.message.text,
                "at": int(sent.at * 1000),
                "received": sent.received,
            }
            for sent in reversed(chosen[-count:])
        ]


def _taken(reference: str) -> Answer:
    return {"result": "OK", "message": {"reference": reference}}
