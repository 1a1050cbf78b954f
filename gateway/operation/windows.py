"""Stretches of time in which use is counted: the sliding minute and the day of Tehran, by the gateway's clock."""

import datetime
import math
from enum import IntEnum
from typing import NamedTuple

from gateway.domain.clock import TEHRAN
from gateway.domain.failure import Source
from gateway.loading.counters import Use

MINUTE = 60
DAY = 86_400
MOMENT = 0.001  # what has just enough room has it a moment later
AHEAD = TEHRAN.utcoffset(None).total_seconds()


class Stretch(IntEnum):
    """In seconds. A minute slides: what the last one counted weighs less the longer this one lasts. A day ends at
    midnight."""

    MINUTE = MINUTE
    DAY = DAY


class Demand(NamedTuple):
    """What one operation wants of one limit. `name` is shown to the caller; of calls, `source` is the system."""

    name: str
    amount: int
    limit: int
    stretch: Stretch
    source: Source | None = None


class Standing(NamedTuple):
    """How a caller stands with a limit after a demand. `retry_after` seconds from now it would be met; 0 if it is."""

    demand: Demand
    remaining: int
    resets_in: int
    retry_after: int


class Window(NamedTuple):
    """One demand at one moment of `moment_of`. Its two counts are those of this stretch and of the one before."""

    demand: Demand
    caller: str
    moment: float

    @property
    def counts(self) -> int:
        """How many counts it reads: as many as `uses` has."""
        return 2 if self.demand.stretch is Stretch.MINUTE else 1

    def uses(self, sign: int = 1) -> list[Use]:
        """Adds the demand; takes it back with a `sign` of -1."""
        (name, amount, _, stretch, _), caller, moment = self
        seconds, number = int(stretch), int(moment // stretch)
        use = Use(f"{caller}:{name}:{seconds}:{number}", sign * amount, 2 * seconds)
        if stretch is not Stretch.MINUTE:
            return [use]
        return [use, Use(f"{caller}:{name}:{seconds}:{number - 1}", 0, 2 * seconds)]

    def given_back(self, unused: int) -> Use:
        (name, _, _, stretch, _), caller, moment = self
        return Use(f"{caller}:{name}:{int(stretch)}:{int(moment // stretch)}", -unused, 2 * stretch)

    def standing(self, counts: list[int], *, share: int = 1) -> Standing:
        """`counts` are those after the demand was added. `share`: only one so manyth of the limit is to be given."""
        demand, _, moment = self
        _, amount, most, stretch, _ = demand
        seconds, limit = int(stretch), max(1, most // share)
        current, before = counts[0], counts[1] if len(counts) > 1 else 0
        left = seconds - moment % seconds
        used = current + (math.floor(before * left / seconds) if before else 0)
        if used <= limit:
            return Standing(demand, limit - used, math.ceil(left), 0)
        wait = self._wait(limit, amount, current - amount, before, left)
        remaining = max(0, limit - used + amount)  # it will be taken back
        return Standing(demand, remaining, math.ceil(left), math.ceil(min(wait, 2 * seconds)))

    def _wait(self, limit: int, amount: int, current: int, before: int, left: float) -> float:
        """Until the demand would be met, if nobody else asks."""
        seconds = int(self.demand.stretch)
        if self.demand.stretch is Stretch.MINUTE:
            room = limit - amount
            if current <= room and before:
                return max(1.0, left - seconds * (room - current + 1) / before + MOMENT)
            if current:
                return left + max(0.0, seconds - seconds * (room + 1) / current + MOMENT)
        return max(1.0, left)


def moment_of(now: datetime.datetime) -> float:
    """Seconds of Tehran's own time, so that days end at its midnight."""
    return now.timestamp() + AHEAD
