"""The lender's faults as the drill's library: told, and their truth computed from both twins."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from feature_health.drills.lender import Plant
from feature_health.errors import CallerError
from lending.drill.lender import ShadowLender
from lending.drill.library import LendingFaults
from lending.drill.split import KINDS
from tests.lending.drill.conftest import DAY


def test_every_row_of_the_failure_tables_is_there() -> None:
    """A failure that nobody has drilled is a hole that nobody knows of."""
    cards = {card.name: card for card in LendingFaults().cards()}
    assert set(KINDS) <= set(cards)
    assert sum(card.decoy for name, card in cards.items() if name not in KINDS) == 12
    assert all(len(card.strengths) == 3 and card.story and card.job for card in cards.values())


def test_two_at_once_are_one_card() -> None:
    """A combination would be told as one of its parts."""
    both = LendingFaults().card("b1+I2")
    assert (both.name, both.parts, both.decoy, both.job) == ("B1+I2", ("B1", "I2"), False, "bureau_pull")
    assert len(both.strengths) == 3
    with pytest.raises(CallerError, match="Faults: B1, "):
        LendingFaults().card("B1+I2+D2")


def test_the_truth_is_what_the_twins_differ_in(lender: ShadowLender, clean: Mapping[str, str], tmp_path: Path) -> None:
    """Impact would be asserted, not computed."""
    library, plant = LendingFaults(), Plant(fault="B1", first_day=DAY, strength=3)
    faulty = lender.night(DAY, plant=plant, folder=tmp_path, clean=clean)
    truth = library.truth(clean, faulty, plant)
    assert set(truth.rows) == set(truth.keys_sha256) == {"bureau_pull", "dti_join", "feature_vector"}
    assert truth.impact == "S1"
    assert 0 < truth.flipped < truth.decisions
    assert truth.at_stake_usd > 0
    assert library.corrupted_rows("bureau_pull", clean["bureau_pull"], faulty["bureau_pull"]) == truth.rows["bureau_pull"]
    assert library.corrupted_rows("bureau_pull", clean["bureau_pull"], clean["bureau_pull"]) == 0


def test_what_is_decided_on_a_decoys_rows_is_right(lender: ShadowLender, clean: Mapping[str, str], tmp_path: Path) -> None:
    """A campaign would be told as thousands of wrong decisions, and as a breach of rules."""
    plant = Plant(fault="decoy_campaign", first_day=DAY, strength=3)
    campaign = lender.night(DAY, plant=plant, folder=tmp_path, clean=clean)
    truth = LendingFaults().truth(clean, campaign, plant)
    assert truth.rows["application_intake"] > 0
    assert (truth.flipped, truth.at_stake_usd, truth.impact, truth.breach) == (0, 0.0, "S3", None)
