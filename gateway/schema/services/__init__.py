"""What the applicant of each service says, one file each: a file's ASKED is found by its place."""

from collections.abc import Mapping

from gateway.domain.found import found_in
from gateway.schema.asking import Asked

ASKED: Mapping[str, Asked] = found_in(__name__, "ASKED", Asked)
