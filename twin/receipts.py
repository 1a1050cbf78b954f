"""The books of Bank Refah: what insured persons paid, and what became of it (domain.md 2.5)."""

from random import Random

from twin.careers import Careers, daily_minimum_wage
from twin.cast import CAST
from twin.jalali import midnight_ms, ordinal
from twin.named import NAMED
from twin.world import AS_OF, Date, Kind, Membership, Receipt

PREMIUM_RATE = 0.27  # of the chosen wage, voluntary (domain.md 2.8)
BANK_KINDS = {
    Kind.VOLUNTARY: "VOLUNTARY",
    Kind.SELF_EMPLOYED: "SELF_EMPLOYED",
    Kind.STUDENT: "STUDENT",
    Kind.HOUSEWIFE: "HOUSEWIFE",
}
CHANNELS = ("INTERNET", "MOBILE", "BRANCH", "ATM", "TELEPHONE")
UNPAID_STATES = ("CREATED", "PENDING", "EXPIRED", "FAILED")
ODD_STATES = ("PAID_UNCONFIRMED", "CREATED", "PENDING", "VERIFYING", "REVERSED", "EXPIRED", "FAILED")
AN_ODD_ONE_EVERY = 9  # receipts; the odd states take turns, so that every world has each
SHARE_OF_PAYERS_AMONG_EMPLOYED = 0.15
HALF_A_DAY_MS = 43_200_000


class Books:
    """Collects receipts."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._payments = 0
        self.made: list[Receipt] = []

    def add_all(self, careers: Careers) -> None:
        self._named()
        for file in careers.memberships:
            if file.person in CAST:
                continue
            if file.kind in BANK_KINDS and file.status != "P":
                self._monthly(file)
            elif self._rng.random() < SHARE_OF_PAYERS_AMONG_EMPLOYED:
                self.add(file.person, None, 0, self._day(ordinal(AS_OF) - self._rng.randint(2, 30)), self._state())

    def add(
        self,
        payer: str,
        kind: str | None,
        period: int,
        day: Date,
        state: str,
        *,
        due: int | None = None,
        differs: int = 0,
        twice: bool = False,
    ) -> None:
        """`differs` is what was paid more than due; `twice` books a second receipt of the same payment."""
        rng = self._rng
        self._payments += 1
        paid = state not in UNPAID_STATES
        due = due or self._premium(period or ordinal(day))
        confirmed = state in ("CONFIRMED", "REVERSED")
        first = Receipt(
            identifier=f"{self._payments + 104_000:012}",
            payer=payer,
            amount=due + differs if paid else due,
            due=None if kind is None and rng.random() < 0.3 else due,
            state=state,
            kind=kind,
            period=period,
            rrn=f"{rng.randrange(10**11, 10**12)}" if paid else "",
            trace=f"{rng.randrange(10**6):06}" if paid else "",
            terminal=f"{rng.randrange(10**8):08}" if paid else "",
            channel=rng.choice(CHANNELS),
            paid_on=day if paid else None,
            paid_time=f"{rng.randint(7, 22):02}{rng.randrange(60):02}{rng.randrange(60):02}" if paid else "",
            confirmed_ms=midnight_ms(day) + HALF_A_DAY_MS * rng.randint(2, 6) if confirmed else None,
        )
        self.made.append(first)
        if twice and state == "CONFIRMED":
            again = {f: getattr(first, f) for f in first.__struct_fields__}
            again |= {"rrn": f"{rng.randrange(10**11, 10**12)}", "trace": f"{rng.randrange(10**6):06}"}
            self.made.append(Receipt(**again))

    def _named(self) -> None:
        sara, kaveh, mina, parisa = (NAMED[name].code for name in ("sara", "kaveh", "mina", "parisa"))
        newest = ordinal(AS_OF) - 1
        for ago in range(14, 0, -1):
            self.add(sara, None if ago == 6 else "VOLUNTARY", newest - ago, self._day(newest - ago), "CONFIRMED")
        self.add(sara, "VOLUNTARY", newest, self._day(newest), "EXPIRED")
        self.add(sara, "VOLUNTARY", newest, self._day(newest), "CONFIRMED")
        for ago in range(24, 0, -1):
            self.add(kaveh, "SELF_EMPLOYED", newest - ago, self._day(newest - ago), "CONFIRMED")
        self.add(kaveh, "SELF_EMPLOYED", newest, self._day(newest), "VERIFYING")
        self.add(mina, None, 0, self._day(newest - 3), "CONFIRMED", twice=True)
        for ago in range(66, 0, -1):
            day = self._day(newest - ago)
            self.add(
                parisa, "VOLUNTARY", newest - ago, day, "CONFIRMED", twice=ago == 20, differs=150_000 if ago == 9 else 0
            )
        self.add(parisa, "VOLUNTARY", newest, self._day(newest), "PAID_UNCONFIRMED")

    def _monthly(self, file: Membership) -> None:
        rng = self._rng
        newest = ordinal(AS_OF) - 1 if file.status == "A" else ordinal(AS_OF) - rng.randint(8, 60)
        for month in range(newest - rng.randint(3, 14), newest + 1):
            odd = rng.random()
            self.add(
                file.person,
                BANK_KINDS[file.kind],
                month,
                self._day(month),
                self._state(),
                differs=rng.choice((-100_000, 10_000, 90_000)) if odd < 0.03 else 0,
                twice=odd > 0.97,
            )

    def _state(self) -> str:
        turn, odd = divmod(self._payments, AN_ODD_ONE_EVERY)
        return "CONFIRMED" if odd else ODD_STATES[turn % len(ODD_STATES)]

    def _premium(self, month: int) -> int:
        return int(daily_minimum_wage(month) * 30 * PREMIUM_RATE * self._rng.uniform(1, 1.6)) // 1000 * 1000

    def _day(self, month: int) -> Date:
        return (month // 12, month % 12 + 1, self._rng.randint(1, 29))
