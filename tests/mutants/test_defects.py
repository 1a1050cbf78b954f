"""The planted defects still fit the code: `make mutants` shows that each of them is found."""

import shutil
from pathlib import Path

import pytest

from tests.mutants.defect import ROOT, Defect
from tests.mutants.run import SUITES, Suite

DEFECTS = [defect for suite in SUITES for defect in suite.defects]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_planted_defect_fits_the_code(defect: Defect, tmp_path: Path) -> None:
    for file, _, _ in defect.changes:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    defect.plant(tmp_path)
    for file, _, _ in defect.changes:
        compile((tmp_path / file).read_text(), file, "exec")


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_there_are_ten_defects_and_more(suite: Suite) -> None:
    assert len({defect.name for defect in suite.defects}) == len(suite.defects) >= 10
