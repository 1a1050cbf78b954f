"""Stretches of time in which use is counted: the sliding minute and the day of Tehran, by the gateway's clock."""

import datetime
import math
from dataclasses import dataclass
from enum import Enum

from gateway.domain.clock import TEHRAN
from gateway.domain.failure import Source
from gateway.loading.counters import Use

MINUTE = 60
DAY = 86_400
MOMENT = 0.001  # what has just enough room has it a moment later


class Stretch(Enum):
    """A minute slides: what the last one counted weighs less the longer this one lasts. A day ends at midnight."""

    MINUTE = MINUTE
    DAY = DAY


@dataclass(frozen=True, slots=True)
class Demand:
    """What one operation wants of one limit. `name` is shown to the caller; of calls, `source` is the system."""

    name: str
    amount: int
    limit: int
    stretch: Stretch
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a caller stands with a limit after a demand. `retry_after` seconds from now it would be met; 0 if it is."""

    demand: Demand
    remaining: int
    resets_in: int
    retry_after: int


@dataclass(frozen=True, slots=True)
class Window:
    """One demand at one moment. Its two counts are those of this stretch and of the one before."""

    demand: Demand
    caller: str
    now: datetime.datetime

    def uses(self, sign: int = 1) -> list[Use]:
        """Adds the demand; takes it back with a `sign` of -1."""
        return [self._use(0, sign * self.demand.amount), *self._before()]

    def given_back(self, unused: int) -> Use:
        return self._use(0, -unused)

    def standing(self, counts: list[int], *, share: int = 1) -> Standing:
        """`counts` are those after the demand was added. `share`: only one so manyth of the limit is to be given."""
        limit, amount = max(1, self.demand.limit // share), self.demand.amount
        current, before = counts[0], counts[1] if len(counts) > 1 else 0
        left = self._seconds - self._elapsed
        used = current + math.floor(before * left / self._seconds)
        if used <= limit:
            return Standing(self.demand, limit - used, math.ceil(left), 0)
        wait = self._wait(limit, amount, current - amount, before, left)
        remaining = max(0, limit - used + amount)  # it will be taken back
        return Standing(self.demand, remaining, math.ceil(left), math.ceil(min(wait, 2 * self._seconds)))

    def _wait(self, limit: int, amount: int, current: int, before: int, left: float) -> float:
        """Until the demand would be met, if nobody else asks."""
        seconds = self._seconds
        if self.demand.stretch is Stretch.MINUTE:
            room = limit - amount
            if current <= room and before:
                return max(1.0, left - seconds * (room - current + 1) / before + MOMENT)
            if current:
                return left + max(0.0, seconds - seconds * (room + 1) / current + MOMENT)
        return max(1.0, left)

    def _before(self) -> list[Use]:
        return [self._use(1, 0)] if self.demand.stretch is Stretch.MINUTE else []

    def _use(self, back: int, amount: int) -> Use:
        number = int(self._moment // self._seconds) - back
        return Use(f"{self.caller}:{self.demand.name}:{self._seconds}:{number}", amount, 2 * self._seconds)

    @property
    def _seconds(self) -> int:
        return self.demand.stretch.value

    @property
    def _elapsed(self) -> float:
        return self._moment % self._seconds

    @property
    def _moment(self) -> float:
        """Seconds of Tehran's own time, so that days end at its midnight."""
        offset = TEHRAN.utcoffset(None)
        return self.now.timestamp() + offset.total_seconds()
