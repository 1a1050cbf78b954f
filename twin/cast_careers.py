"""The working lives of the named persons: thousands of premium months, so that pages and sums have something to do."""

from twin.careers import LAST_MONTH, Careers, daily_minimum_wage
from twin.named import KAVEHS_WORKSHOP, NAMED
from twin.world import Kind, Person, Spell, Workshop


def add_cast_careers(careers: Careers, people: dict[str, Person], workshops: list[Workshop]) -> None:
    """Concurrent jobs over decades, most of them; each person's newest spell comes last."""

    def run(
        name: str,
        branch: str,
        since: tuple[int, int],
        until: tuple[int, int] | None,
        *,
        places: int = 1,
        kind: Kind = Kind.COMPULSORY,
        job: str = "",
        at: str | None = None,
        doubled: tuple[str | None, ...] = (),
    ) -> None:
        """`places` workshops at once, each from some months later on; the n-th is doubled in the n-th of `doubled`."""
        codes = [w.code for w in workshops if w.branch == branch and w.code != KAVEHS_WORKSHOP[0]]
        for place in range(places):
            begin = since[0] * 12 + since[1] - 1 + 5 * place
            employed = kind is Kind.COMPULSORY
            careers.add_spell(
                people[NAMED[name].code],
                Spell(
                    person=NAMED[name].code,
                    branch=branch,
                    workshop=(at or codes[place]) if employed else None,
                    kind=kind,
                    since=begin,
                    until=until[0] * 12 + until[1] - 1 if until else LAST_MONTH,
                    daily_wage=daily_minimum_wage(begin) * (20 + 3 * place) // 10,
                    job=job,
                    duplicated_in=doubled[place] if place < len(doubled) else None,
                ),
            )

    run("sara", "0070", (1378, 2), (1404, 6), places=8, job="حسابدار")
    run("sara", "0070", (1404, 7), (1404, 9), kind=Kind.UNEMPLOYED)
    run("sara", "0070", (1404, 10), None, job="حسابدار", at=KAVEHS_WORKSHOP[0])

    run("reza", "0070", (1352, 1), (1385, 3), places=3, job="تراشکار")
    run("amir", "0960", (1345, 7), (1375, 6), places=3, job="راننده")
    run("leila", "1210", (1383, 1), None, places=4, job="پرستار")

    run("mina", "0070", (1377, 1), (1403, 12), places=3, job="برنامه‌نویس", doubled=("2450", "0070"))
    run("mina", "2450", (1380, 4), None, places=4, job="برنامه‌نویس", doubled=("2450", "0070", "2450"))

    run("kaveh", "1530", (1370, 1), (1384, 12), places=5, job="چاپچی")
    run("kaveh", "0070", (1385, 1), None, kind=Kind.SELF_EMPLOYED)

    run("parisa", "0960", (1386, 3), (1399, 12), places=6, job="مهندس عمران")
    run("parisa", "0960", (1400, 1), None, kind=Kind.VOLUNTARY)
