"""Points can be told from what they lie on, in light and dark."""

import pytest

from panel.figures.palette import DARK, LIGHT
from panel.figures.theme import POINT_OPACITY

CARDS = [(LIGHT, "#ffffff"), (DARK, "#1f2023")]


def channels(colour: str) -> list[float]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def luminance(rgb: list[float]) -> float:
    linear = [v / 255 / 12.92 if v / 255 <= 0.04045 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour: str, card: str, opacity: float = 1.0) -> float:
    """Return the contrast by WCAG of a colour that lies on a card."""
    mixed = [opacity * a + (1 - opacity) * b for a, b in zip(channels(colour), channels(card), strict=True)]
    low, high = sorted((luminance(mixed), luminance(channels(card))))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("theme", "card"), CARDS)
@pytest.mark.parametrize(
    ("name", "opacity"), [("point", POINT_OPACITY), ("importance", 1.0), ("positive", 1.0), ("negative", 1.0)]
)
def test_points_have_a_contrast_of_three(theme, card, name, opacity):
    assert contrast(theme[name], card, opacity) >= 3
