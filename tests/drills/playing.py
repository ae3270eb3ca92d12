"""Plays a matrix of the bakery as a process of its own, and says each step: `python -m tests.drills.playing`."""

from feature_health.drills.matrix import Layout, run_matrix
from tests.drills.bakery import DAY, Bakery, BakeryFaults, make

if __name__ == "__main__":
    layout = Layout(faults=BakeryFaults().cards(), days=(DAY,), warm_days=1)
    run_matrix(Bakery(), BakeryFaults(), make(), layout, told=lambda one: print(one.what, flush=True), processes=2)  # noqa: T201
