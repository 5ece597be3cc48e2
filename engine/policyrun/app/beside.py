"""Work done beside other work: in order, by a thread of its own, with little of it waiting."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType


class Beside:
    """A thread for work that lets others run meanwhile, such as hashing, compressing or writing.

    Leaving it waits for what was asked of it; what went wrong there is raised here.

    Args:
        most: so many pieces of work may wait, with all that they hold in memory.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._worker = ThreadPoolExecutor(max_workers=1)
        self._waiting: deque[Future[object]] = deque()

    def __enter__(self) -> Beside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            while self._waiting and error is None:
                self._waiting.popleft().result()
        finally:
            self._worker.shutdown(cancel_futures=True)

    def do(self, work: Callable[..., object], *given: object) -> None:
        """Has something done after all that was asked for before; waits where too much of that is left."""
        self._waiting.append(self._worker.submit(work, *given))
        while len(self._waiting) > self._most:
            self._waiting.popleft().result()
