"""The delivery's file is none that was accepted as another partition before: a replay is perfect in every other way."""

from typing import Annotated

from pydantic import Field

from feature_health.checks.expectation import ExpectationType, Outcome
from feature_health.checks.expectation import Params as AllParams
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Count
from feature_health.profiles.profile import NotMeasured


class Params(AllParams):
    """The last `window` accepted partitions are looked at; a job's first has none, and so repeats none."""

    window: Annotated[int, Field(ge=1, le=400)] = 56
    row_condition: None = None


def judge(params: Params, seen: Seen) -> Outcome:
    """Success unless the sha256 of the two is the same; raises NotMeasured when it is not known or history is unread."""
    seen[Count()]  # an unreadable file is not judged at all
    past = seen.past()[-params.window :]
    if seen.sha256 is None:
        raise NotMeasured("the delivery's sha256 is not known")
    same = [str(each.revision) for each in past if each.sha256 == seen.sha256]
    return Outcome(
        success=not same,
        observed={"history": len(past), "same_as": same},
        because=f"the file is byte for byte that of {', '.join(same)}, which was accepted before",
        evidence={"same_as": same, "history": len(past)},
    )


EXPECTATION = ExpectationType(
    name="expect_delivery_not_seen_before",
    params=Params,
    needs=lambda _: (Count(),),
    judge=judge,
    columns=lambda _: (),
    window=lambda params: params.window,
)
