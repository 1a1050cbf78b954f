"""How the threads of the process share its interpreter."""

import sys
import threading
import time

from gateway.http import turns


def test_a_thread_is_given_the_interpreter_soon_although_another_does_not_rest() -> None:
    """Not by the clock: by how often the other thread had its turn while this one never rested."""

    def counted() -> int:
        had, over = 0, False

        def other() -> None:
            nonlocal had
            while not over:
                time.sleep(0)  # lets go of the interpreter, as each statement of SQLite does
                had += 1

        thread = threading.Thread(target=other)
        thread.start()
        for _ in range(3_000_000):
            pass
        over = True
        thread.join()
        return had

    before = sys.getswitchinterval()
    try:
        sys.setswitchinterval(0.02)
        seldom = counted()
        turns.share()
        assert sys.getswitchinterval() == turns.TURN
        assert counted() > seldom
    finally:
        sys.setswitchinterval(before)
