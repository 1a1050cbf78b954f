"""An age as it is told: in completed years and days; of a birth known by year or month only, from and to."""

from collections.abc import Iterable

from gateway.domain.calendar import Day
from gateway.domain.request import Figure
from gateway.requests.rules.reason import figure
from gateway.requests.rules.reckoning import ages_on


def age_figures(birth: Day, today: Day) -> Iterable[Figure]:
    least, most = ages_on(birth, today)
    if least == most:
        yield figure("ageYears", least.years, "سن (سال تمام)", "Age in completed years")
        yield figure("ageDays", least.days, "روزهای گذشته از سالروز تولد", "Days since the last birthday")
        return
    yield figure("ageYearsLeast", least.years, "کمترین سن ممکن (سال تمام)", "Least age in completed years")
    yield figure("ageYearsMost", most.years, "بیشترین سن ممکن (سال تمام)", "Greatest age in completed years")


def age_in_words(birth: Day, today: Day) -> str:
    least, most = ages_on(birth, today)
    return str(least) if least == most else f"{least} to {most}"
