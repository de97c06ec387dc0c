"""How readable one colour is on another: the contrast ratio of WCAG 2, from 1 to 21. Pure."""

from textual.color import Color


def luminance(color: Color) -> float:
    """Relative luminance, 0 for black to 1 for white."""
    channels = (color.r / 255, color.g / 255, color.b / 255)
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of two opaque colours, in either order."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
