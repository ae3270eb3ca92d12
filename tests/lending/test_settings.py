import pytest

from lending.errors import SettingsError
from lending.settings import Settings


def test_names_every_fault_at_once() -> None:
    """An engineer would mend one variable, start again and meet the next."""
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({"LENDING__CANDIDATES": "build/candidates", "LENDING__SOURCE": "prosper"})
    text = str(refused.value)
    assert "LENDING__LANDING is not set" in text
    assert "LENDING__CANDIDATES is 'build/candidates', a relative path" in text
    assert "LENDING__SOURCE is 'prosper'; it must be one of simulated, lendingclub" in text


def test_the_simulated_lender_is_the_default() -> None:
    """A lender who sets two folders would be asked for a third variable."""
    found = Settings.from_environment({"LENDING__LANDING": "/landing", "LENDING__CANDIDATES": "/candidates"})
    assert (str(found.landing), str(found.candidates), found.source) == ("/landing", "/candidates", "simulated")


def test_a_folder_may_be_a_url() -> None:
    """Deliveries in an object store could not be named."""
    found = Settings.from_environment({"LENDING__LANDING": "memory://landing", "LENDING__CANDIDATES": "memory://candidates"})
    assert found.landing.protocol == "memory"
