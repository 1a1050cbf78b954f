"""Proves a record whole, offline: every event stands unchanged in its chain and in its persons' threads, and each
checkpoint, of the store and of those held elsewhere, is signed and has the roots that the events give.

Each finding says which events it is about, as narrowly as the record allows: an event that no longer fits its hash by
its number; a rewritten chain by the events between the last checkpoint that fits and the first that does not; a cut
tail by the numbers that a checkpoint held elsewhere still knows.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.operation.audit.chain import BEGINNING, Head, Link
from gateway.operation.audit.checkpoints import SignedCheckpoint, joined_root, signed_checkpoint_from
from gateway.operation.audit.entries import NONE, entries_of, listed_persons
from gateway.operation.audit.event import event_from
from gateway.operation.audit.merkle import EMPTY, Frontier
from gateway.operation.audit.rows import microseconds
from gateway.operation.audit.store import Store, link_of, octets
from gateway.operation.audit.tables import CHECKPOINTS, EVENTS, THREADS, WRITERS

_MOST_MISSING = 1_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """`writer` and the numbers `first` to `last` of its events, where the finding is about events."""

    sentence: str
    writer: str = ""
    first: int = 0
    last: int = 0

    def __str__(self) -> str:
        numbers = f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"
        return f"{self.writer}, event {numbers}: {self.sentence}" if self.writer else self.sentence


@dataclass(slots=True)
class Verdict:
    """`keys` are the public keys that signed the checkpoints: compare them with the gateway's own."""

    findings: list[Finding] = field(default_factory=list)
    events: int = 0
    chains: int = 0
    persons: int = 0
    checkpoints: int = 0
    held_elsewhere: int = 0
    keys: set[str] = field(default_factory=set)

    @property
    def whole(self) -> bool:
        return not self.findings


@dataclass(frozen=True, slots=True)
class _Mention:
    writer: str
    number: int  # in the writer's chain
    place: int  # in the person's thread
    previous: str
    hash: str
    event: bytes
    entered_after: bytes | None  # the entry before it in the person's access log; None: it is not listed there


async def verified(store: Store, *, elsewhere: Iterable[bytes] = (), keys: Sequence[str] = ()) -> Verdict:
    """`elsewhere`: lines of a sink of checkpoints. `keys`: the public keys that may have signed; without any,
    all checkpoints must be signed by one key, that of the first held elsewhere. Raises StoreUnavailable."""
    verdict = Verdict()
    async with store.reading() as connection:
        if connection.dialect.name == "postgresql":  # one moment of the record, though it may be growing
            await connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        known = _Known(verdict, keys)
        known.hold([line for line in elsewhere if line.strip()])
        await known.read(connection)
        events = _Events(verdict, known.sizes())
        await events.read(connection)
        known.compare(events.roots, events.ends)
        verdict.findings += _thread_findings(events.mentions)
        await _compare_indexes(connection, events, verdict)
    verdict.findings = list(dict.fromkeys(verdict.findings))
    return verdict


class _Known:
    """The checkpoints: those held elsewhere, and the store's own."""

    def __init__(self, verdict: Verdict, keys: Sequence[str]) -> None:
        self._verdict, self._trusted = verdict, tuple(keys)
        self._elsewhere: list[SignedCheckpoint] = []
        self._own: list[SignedCheckpoint] = []

    def hold(self, lines: Sequence[bytes]) -> None:
        """In any order, and any of them more than once: several replicas may share a sink."""
        self._elsewhere = list(self._signed(lines, "held elsewhere"))
        self._verdict.held_elsewhere = len(self._elsewhere)

    async def read(self, connection: AsyncConnection) -> None:
        rows = (await connection.execute(sa.select(CHECKPOINTS).order_by(CHECKPOINTS.c.number))).all()
        self._own = list(self._signed([octets(row.signed) for row in rows], "of the store"))
        self._verdict.checkpoints = len(rows)
        for place, (row, signed) in enumerate(zip(rows, self._own, strict=False), 1):
            if row.number != place or signed.checkpoint.number != place:
                self._find(f"checkpoint {place} of the store is missing or out of its place")
                break
        own = {signed.checkpoint.number: signed for signed in self._own}
        for signed in self._elsewhere:
            number = signed.checkpoint.number
            if number not in own:
                self._find(f"checkpoint {number}, held elsewhere, is not in the store")
            elif own[number].checkpoint != signed.checkpoint:
                self._find(f"checkpoint {number} of the store is another than the one held elsewhere")

    def sizes(self) -> dict[str, set[int]]:
        """By writer: where roots are needed."""
        sizes: dict[str, set[int]] = defaultdict(set)
        for signed in (*self._elsewhere, *self._own):
            for chain in signed.checkpoint.chains:
                sizes[chain.writer].add(chain.size)
        return sizes

    def compare(self, roots: dict[str, dict[int, str]], ends: dict[str, int]) -> None:
        for which in (self._elsewhere, self._own):
            fitting: dict[str, int] = defaultdict(int)
            broken: set[str] = set()
            for signed in which:
                for chain in signed.checkpoint.chains:
                    if chain.writer in broken:
                        continue
                    end = ends.get(chain.writer, 0)
                    if chain.size > end:
                        sentence = f"missing; checkpoint {signed.checkpoint.number} knows of them"
                        self._verdict.findings.append(Finding(sentence, chain.writer, end + 1, chain.size))
                        broken.add(chain.writer)
                    elif roots[chain.writer].get(chain.size, EMPTY.hex()) != chain.root:
                        first = min(fitting[chain.writer] + 1, chain.size)
                        sentence = f"one of them is not what it was at checkpoint {signed.checkpoint.number}"
                        self._verdict.findings.append(Finding(sentence, chain.writer, first, chain.size))
                        broken.add(chain.writer)
                    else:
                        fitting[chain.writer] = chain.size

    def _signed(self, lines: Sequence[bytes], where: str) -> Iterator[SignedCheckpoint]:
        before: SignedCheckpoint | None = None
        for signed in sorted(self._read(lines, where), key=lambda one: one.checkpoint.number):
            if signed == before:
                continue
            checkpoint = signed.checkpoint
            name = f"checkpoint {checkpoint.number} {where}"
            self._verdict.keys.add(signed.key)
            self._trusted = self._trusted or (signed.key,)
            if not any(signed.is_signed_by(key) for key in self._trusted):
                self._find(f"{name} does not bear the signature of a key that is trusted")
            if joined_root(checkpoint.chains) != checkpoint.root:
                self._find(f"{name} does not have the root of its chains")
            if before and checkpoint.number == before.checkpoint.number + 1:
                if checkpoint.previous != before.checkpoint.hash:
                    self._find(f"{name} does not follow the one before it")
            elif (before and checkpoint.number == before.checkpoint.number) or (
                checkpoint.number == 1 and checkpoint.previous
            ):
                self._find(f"{name} is out of its place")
            before = signed
            yield signed

    def _read(self, lines: Sequence[bytes], where: str) -> Iterator[SignedCheckpoint]:
        for line in lines:
            try:
                yield signed_checkpoint_from(line)
            except msgspec.MsgspecError:
                self._find(f"a checkpoint {where} cannot be read")

    def _find(self, sentence: str) -> None:
        self._verdict.findings.append(Finding(sentence))


class _Events:
    """Goes over all events once, in the order of their chains."""

    def __init__(self, verdict: Verdict, sizes: dict[str, set[int]]) -> None:
        self._verdict, self._sizes = verdict, sizes
        self.roots: dict[str, dict[int, str]] = defaultdict(dict)
        self.ends: dict[str, int] = {}
        self.heads: dict[str, Head] = {}
        self.mentions: dict[str, list[_Mention]] = defaultdict(list)

    async def read(self, connection: AsyncConnection) -> None:
        rows = await connection.stream(sa.select(EVENTS).order_by(EVENTS.c.writer, EVENTS.c.number))
        head, frontier, writer = Head(), Frontier(), ""
        async for row in rows:
            if row.writer != writer:
                head, frontier, writer = Head(), Frontier(), row.writer
                self._verdict.chains += 1
            head = self._one(row, head, frontier)
            self.ends[writer], self.heads[writer] = frontier.size, head
        self._verdict.persons = len(self.mentions)

    def _one(self, row: sa.Row[tuple[object, ...]], head: Head, frontier: Frontier) -> Head:
        writer, number, stored = row.writer, row.number, octets(row.hash)
        self._verdict.events += 1
        if number > head.number + 1:
            self._find("missing", writer, head.number + 1, number - 1)
            for _ in range(min(number - head.number - 1, _MOST_MISSING)):
                frontier.append(BEGINNING)  # keeps places and numbers together; no root fits from here on
        elif number <= head.number:
            self._find("has no such number", writer, number)
        elif octets(row.previous) != head.hash:
            self._find("does not follow the event before it", writer, number)
        try:
            link = link_of(row)
            if link.hash != stored:
                self._find("is not what it was when it was written", writer, number)
            self._mention(link, row, stored.hex())
        except (msgspec.MsgspecError, ValueError):
            self._find("cannot be read", writer, number)
        frontier.append(stored)
        if frontier.size in self._sizes.get(writer, ()):
            self.roots[writer][frontier.size] = frontier.root().hex()
        return Head(number, stored)

    def _mention(self, link: Link, row: sa.Row[tuple[object, ...]], hash_: str) -> None:
        event, places = event_from(link.body), link.places
        if event.id != row.event or tuple(thread.person for thread in places) != event.persons:
            self._find("is not about those whose threads it is in", link.writer, link.number)
        entered = dict(entries_of(octets(row.listed)))
        sealed = microseconds(event.sealed_until) if event.sealed_until else None
        if (row.at, row.sealed_until, list(entered)) != (microseconds(event.at), sealed, listed_persons(event)):
            self._find("does not stand in the access logs as it should", link.writer, link.number)
        name = bytes.fromhex(event.id)
        for thread in places:
            after = entered.get(bytes.fromhex(thread.person))
            mention = _Mention(link.writer, link.number, thread.number, thread.previous, hash_, name, after)
            self.mentions[thread.person].append(mention)

    def _find(self, sentence: str, writer: str, first: int, last: int | None = None) -> None:
        self._verdict.findings.append(Finding(sentence, writer, first, first if last is None else last))


def _thread_findings(mentions: dict[str, list[_Mention]]) -> Iterator[Finding]:
    for thread in mentions.values():
        place, previous, entry = 0, BEGINNING.hex(), NONE
        for mention in sorted(thread, key=lambda one: one.place):
            if mention.place != place + 1:
                sentence = f"the thread of a person lacks {mention.place - place - 1} events before this one"
                if mention.place <= place:
                    sentence = "stands twice in the thread of a person"
                yield Finding(sentence, mention.writer, mention.number, mention.number)
            elif mention.previous != previous:
                sentence = "does not follow the event before it in the thread of a person"
                yield Finding(sentence, mention.writer, mention.number, mention.number)
            if mention.entered_after is not None:
                if mention.entered_after != entry:
                    sentence = "hides others in the access log of a person"
                    yield Finding(sentence, mention.writer, mention.number, mention.number)
                entry = mention.event
            place, previous = mention.place, mention.hash


async def _compare_indexes(connection: AsyncConnection, events: _Events, verdict: Verdict) -> None:
    """What is looked up by: the ends of chains and threads, and the events of each person."""
    ends = {row.writer: Head(row.number, octets(row.hash)) for row in await connection.execute(sa.select(WRITERS))}
    for writer, end in ends.items():
        reached = events.ends.get(writer, 0)
        if end.number > reached:
            verdict.findings.append(Finding("missing; the writer's end knows of them", writer, reached + 1, end.number))
        elif end != events.heads[writer]:
            verdict.findings.append(Finding("is not the one that the writer ended with", writer, reached, reached))
    verdict.findings += [
        Finding("has a chain that no writer began", writer, 1, 1) for writer in events.ends if writer not in ends
    ]
    kept = await connection.execute(sa.select(THREADS))
    threads = {octets(r.person).hex(): (r.number, octets(r.hash).hex(), octets(r.listed)) for r in kept}
    for person in threads.keys() | events.mentions.keys():
        thread = sorted(events.mentions.get(person, ()), key=lambda one: one.place)
        newest = next((one.event for one in reversed(thread) if one.entered_after is not None), NONE)
        said = (thread[-1].place, thread[-1].hash, newest) if thread else (0, BEGINNING.hex(), NONE)
        if threads.get(person) != said:
            verdict.findings.append(Finding(f"the end of a person's thread does not fit its {len(thread)} events"))
