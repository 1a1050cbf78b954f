"""Where the process stands between its start and its end. The server moves it; /ready tells it."""

import enum
from dataclasses import dataclass


class Stage(enum.Enum):
    STARTING = "starting"
    SERVING = "serving"
    DRAINING = "draining"


@dataclass
class Lifecycle:
    stage: Stage = Stage.STARTING

    def serve(self) -> None:
        if self.stage is Stage.STARTING:
            self.stage = Stage.SERVING

    def is_draining(self) -> bool:
        return self.stage is Stage.DRAINING

    def drain(self) -> None:
        self.stage = Stage.DRAINING
