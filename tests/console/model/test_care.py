"""Confirmations weigh one level more on a production cluster."""

import pytest

from console.model.care import USUAL, Care, Weight

PRODUCTION = Care("prod", is_production=True)


@pytest.mark.parametrize("usual", [Weight.NOTHING, Weight.YES_OR_NO, Weight.NAME])
def test_production_raises_each_weight_by_one(usual: Weight) -> None:
    assert USUAL.weight(usual) is usual
    assert PRODUCTION.weight(usual) == usual + 1


def test_the_heaviest_weight_stays() -> None:
    assert PRODUCTION.weight(Weight.BOTH_NAMES) is Weight.BOTH_NAMES


@pytest.mark.parametrize(
    ("care", "usual", "typed"),
    [
        (USUAL, Weight.NOTHING, None),
        (USUAL, Weight.YES_OR_NO, None),
        (USUAL, Weight.NAME, "orders"),
        (PRODUCTION, Weight.NOTHING, None),
        (PRODUCTION, Weight.YES_OR_NO, "orders"),
        (PRODUCTION, Weight.NAME, "prod/orders"),
    ],
)
def test_what_has_to_be_typed_follows_from_the_weight(
    care: Care, usual: Weight, typed: str | None
) -> None:
    assert care.typed_name(usual, "orders") == typed
