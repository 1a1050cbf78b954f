"""How the threads of the process share its interpreter: the loop, and SQLite's, which writes the record.

SQLite's thread lets go of the interpreter at each statement, and has to be given it again. Python gives it after five
milliseconds if the loop does not rest before: a busy loop made a commit of some statements take as many times five.
"""

import sys

TURN = 0.001  # seconds


def share() -> None:
    """Once, when the process has started."""
    sys.setswitchinterval(TURN)
