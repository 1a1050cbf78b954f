"""A connection of SQLite that leaves its file to others when it is closed, whatever was under way."""

import sqlite3


class LeavingConnection(sqlite3.Connection):
    """Undoes what was begun when it is closed. SQLite itself does so only when the last cursor of the connection has
    gone: of a transaction that was broken off in the middle of a question somebody may still hold one, such as the
    traceback of the cancellation, and the file would stay locked for everybody."""

    def close(self) -> None:
        try:
            if self.in_transaction:
                self.rollback()
        except sqlite3.ProgrammingError:
            return  # it is closed
        super().close()
