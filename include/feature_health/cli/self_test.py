"""`feature-health self-test`: does the gate still hold what it must? Nothing real is touched."""

from typing import TYPE_CHECKING

from feature_health.cli.options import Json, console, print_json

if TYPE_CHECKING:
    from feature_health.drills.self_test import Tested

OPEN = 2


def self_test(json: Json = False) -> int:
    """Send canaries through the gate's own steps, on a ledger and store of their own, and see that each is held that must be.

    Exit 0: all came to what they must. 2: one got through, or the good one was held. The DAG gate_self_test does it daily.

    [bold]Example[/bold]

      feature-health self-test
    """
    from feature_health import wiring
    from feature_health.drills.self_test import self_test as steps

    tested = steps(wiring.yard)
    if json:
        print_json([{**_record(one), "because": one.because} for one in tested])
    else:
        _show(tested)
    return 0 if all(one.as_it_should for one in tested) else OPEN


def _record(one: "Tested") -> dict[str, object]:
    canary = one.canary
    return {"canary": canary.name, "about": canary.about, "must": canary.must, "came": one.came, "good": one.as_it_should}


def _show(tested: "tuple[Tested, ...]") -> None:
    from rich.table import Table

    table = Table("canary", "must be", "was", "because")
    for one in tested:
        mark = "●" if one.as_it_should else "✗"
        table.add_row(one.canary.about, one.canary.must, f"{mark} {one.came}", one.because)
    console().print(table)
    wrong = sum(not one.as_it_should for one in tested)
    console().print(f"{len(tested)} canaries, {wrong} not as they must be.")
