"""Numbers as the sentences of findings write them: a share next to its limit must not round to look equal to it."""


def share_in_words(part: int, whole: int) -> str:
    """`part` of `whole` as a percentage with as many digits as tell it from nothing and from all; "0 %" of nothing."""
    return percent(part / whole) if whole else "0 %"


def percent(share: float) -> str:
    """A share, 0 to 1, as a percentage: two decimals, more where the share is so near to 0 or 1 that two would hide it."""
    for digits in (2, 4, 6, 8, 10):
        text = f"{100 * share:.{digits}f}"
        if 0 < float(text) < 100 or share in {0, 1}:
            break
    else:
        return f"{100 * share!r} %"
    return f"{text.rstrip('0').rstrip('.')} %"


def hours(age_hours: float) -> str:
    """A length of time in hours, in days too where that is easier to picture."""
    text = f"{age_hours:,.2f}".rstrip("0").rstrip(".") + " h"
    return f"{text} ({age_hours / 24:.1f} days)" if age_hours >= 72 else text
