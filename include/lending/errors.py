"""What can go wrong on the lender's side. Each message says what was tried, what was found and what to do; none holds customer
data.
"""


class LendingError(Exception):
    """Anything the lender's code refuses or cannot do."""


class SettingsError(LendingError):
    """The environment does not say where deliveries and candidates live; lists every fault at once."""


class PartitionKeyRefused(LendingError):
    """A partition key that is no day and no month, or that tries to leave its folder."""


class DeliveryMissing(LendingError):
    """The vendor has delivered nothing for this partition yet."""


class DeliveryUnreadable(LendingError):
    """A delivered file is no file of its format at all (empty, truncated, wrongly encoded, rows of another shape)."""


class InputUnusable(LendingError):
    """A published partition that a join needs is absent, unreadable or lacks a column the join reads."""


class UnknownFault(LendingError):
    """A fault was asked for that the library does not have; lists those it has."""


class ScopeImpossible(LendingError):
    """A fault was to be confined to something that it cannot be confined to; lists its scopes and their values."""


class RoleMissing(LendingError):
    """A table has no column for what a fault needs; lists the roles lacking, the columns there are and how to bind them."""


class CalendarEventsInvalid(LendingError, ValueError):
    """The lender's table of calendar events cannot be used; lists everything that is wrong with it.

    A ValueError too, which is what a calendar that cannot answer raises.
    """


class WorldUnknown(LendingError):
    """A table or size was asked for that the world does not have; lists what there is."""


class DayOutsideWorld(LendingError):
    """A day before the world begins or after it ends."""
