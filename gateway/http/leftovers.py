"""How often the process looks for objects that only hold each other.

Each look walks over all that has lived for a while; after the start that is the graph, its documents and plans, a
million objects that never go. They are set aside, and the rest is looked at less often than Python would: what a
request makes goes without a look when it ends.
"""

import gc

# Looks at what survived one look, and two: as many as Python has it.
OLDER, OLDEST = 10, 10


def set_aside(new_objects: int) -> None:
    """Once, when the process has started. A look is taken each time that so many objects more were made than went."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(new_objects, OLDER, OLDEST)
