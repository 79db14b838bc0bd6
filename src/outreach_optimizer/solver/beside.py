"""Better plans piece by piece, while something else has one core and the other would have nothing to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from outreach_optimizer.relaxation.prices import Prices
from outreach_optimizer.solver.dual.ascent import Relaxed
from outreach_optimizer.solver.improve import Tell
from outreach_optimizer.solver.pieces import Replan, improve_pieces
from outreach_optimizer.solver.plans import Accepted, better


class Beside:
    """Pieces planned anew in processes, watched by a thread.

    Parameters
    ----------
    workers
        Pieces at a time; 0: there is nothing beside.
    best
        The best plan that is known, also afterwards.
    prices
        Those of the whole.
    """

    def __init__(
        self,
        relaxed: Relaxed,
        replan: Replan,
        *,
        workers: int,
        seed: int,
        tell: Tell,
        best: Accepted | None,
        prices: Prices,
    ) -> None:
        self.best, self.workers = best, workers
        self._relaxed, self._replan, self._seed, self._tell, self._prices = relaxed, replan, seed, tell, prices

    @contextmanager
    def going(self, candidate: Accepted | None, *, until: float) -> Iterator[None]:
        """Improve the best plan, or a better candidate, until the block or the time (``time.monotonic``) ends."""
        self.best = better(self.best, candidate)
        if not self.workers or self.best is None or not self.best.schedule.appointments:
            yield
            return
        stop, failures = Event(), list[BaseException]()
        thread = Thread(target=self._improve, args=(self.best, until, stop, failures), name="beside")
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
        if failures:
            raise failures[0]

    def _improve(self, best: Accepted, until: float, stop: Event, failures: list[BaseException]) -> None:
        try:
            improved = improve_pieces(
                self._relaxed,
                best,
                self._replan,
                until=until,
                workers=self.workers,
                seed=self._seed,
                tell=self._tell,
                stop=stop,
                prices=self._prices,
                apart=True,
            )
            self.best = better(self.best, improved.best)
        except Exception as error:  # noqa: BLE001 - raised where the search waits
            failures.append(error)
