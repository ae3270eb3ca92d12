"""Every exception of the platform, in one place so that no two rooms need each other for one.

FeatureHealthError
├── CallerError             somebody called us wrongly; trying again the same way is no use
│   ├── ContractInvalid     a contract file has faults (all of them listed)
│   ├── JobUnknown          no contract of that name
│   ├── KeyRefused          not a canonical partition key
│   ├── ReleaseRefused      this revision may not be released (any more)
│   └── SettingsInvalid     a setting is missing or unusable
└── PlatformError           we failed; the partition is untouched and a retry may succeed
    ├── EngineFailed        the measuring engine could not run at all
    ├── LedgerFailed        the ledger could not be read or written
    ├── NotifierFailed      a message could not be delivered (it stays in the outbox)
    ├── OrchestratorFailed  Airflow's API did not answer or refused
    └── StoreFailed         a file could not be staged or read back

Bad data is none of these: it is a finding. Messages say what was tried, what was found and what to do.
"""


class FeatureHealthError(Exception):
    """Root of everything we raise on purpose."""


class CallerError(FeatureHealthError):
    """Called wrongly; the message says how to call rightly."""


class ContractInvalid(CallerError):
    """A contract file has faults; the message lists all of them with lines."""


class JobUnknown(CallerError):
    """There is no contract of that name; the message names the nearest ones."""


class KeyRefused(CallerError):
    """A partition key is not in its canonical form."""


class ReleaseRefused(CallerError):
    """A held revision may not be released, or not any more."""


class SettingsInvalid(CallerError):
    """One or more settings are missing or unusable; all of them are named."""


class PlatformError(FeatureHealthError):
    """We failed, not the data; nothing readable has changed."""


class EngineFailed(PlatformError):
    """The measuring engine could not run at all."""


class LedgerFailed(PlatformError):
    """The ledger could not be read or written within its time."""


class NotifierFailed(PlatformError):
    """A message could not be delivered; it waits in the outbox."""


class OrchestratorFailed(PlatformError):
    """The orchestrator did not answer, or refused."""


class StoreFailed(PlatformError):
    """A file could not be staged, kept or read back."""
