"""
The one palette: colours by meaning, in light and in dark.

Figures, the page's stylesheet and the report's take their colours from here; scripts read what the stylesheet has.
"""

from __future__ import annotations

from collections.abc import Mapping

FONT = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"

LIGHT = {
    "importance": "#4263eb",
    "unclear": "#adb5bd",
    "point": "#5f666d",
    "positive": "#0b9a6d",
    "negative": "#e8590c",
    "ink": "#212529",
    "muted": "#636a72",
    "line": "#dee2e6",
    "best": "#2b3fae",
    "middle": "#91a7ff",
    "worst": "#eef1ff",
    "infeasible": "#c92a2a",
    "shade1": "#24348f",
    "shade2": "#3a4fbd",
    "shade3": "#4f67d6",
    "shade4": "#6b84ea",
    "shade5": "#839aee",
    "shade6": "#9fadea",
    "shade7": "#b9c3e8",
    "hue1": "#0072b2",
    "hue2": "#d55e00",
    "hue3": "#00906a",
    "hue4": "#c2679a",
    "hue5": "#3a96d0",
    "hue6": "#b07a00",
    "hue7": "#7a3e9d",
    "hue8": "#495057",
    "band": "rgba(76,110,245,0.22)",
    "band-rest": "rgba(134,142,150,0.22)",
    "band-bad": "rgba(232,89,12,0.18)",
}
"""
Colours of meaning. Sign is told by side and label too, never by colour alone.

Shades are for lines in an order, the first for the best; hues for lines of different kinds.
"""

DARK = {
    "importance": "#748ffc",
    "unclear": "#6b6f76",
    "point": "#a8adb5",
    "positive": "#38d9a9",
    "negative": "#ff922b",
    "ink": "#e9ecef",
    "muted": "#a6a7ab",
    "line": "#373a40",
    "best": "#bac8ff",
    "middle": "#4c63c9",
    "worst": "#25283a",
    "infeasible": "#ff8787",
    "shade1": "#e5ecff",
    "shade2": "#c5d2ff",
    "shade3": "#a3b5fa",
    "shade4": "#8297ee",
    "shade5": "#6579d6",
    "shade6": "#4f61b4",
    "shade7": "#3f4c8a",
    "hue1": "#4dabf7",
    "hue2": "#ff8a4c",
    "hue3": "#2fd3a5",
    "hue4": "#f0a6cc",
    "hue5": "#8fd0ff",
    "hue6": "#ffc14d",
    "hue7": "#c49be0",
    "hue8": "#ced4da",
    "band": "rgba(76,110,245,0.22)",
    "band-rest": "rgba(134,142,150,0.22)",
    "band-bad": "rgba(232,89,12,0.18)",
}

COLOURS = {name: f"var(--{name})" for name in (*LIGHT, "card")}
"""
What figures are drawn in: the variable of a colour, and of what they lie on.

A page gives it the value that its theme has.
"""

PAGE_LIGHT = {
    "bg": "#f8f9fa",
    "card": "#ffffff",
    "line-soft": "#eceef0",
    "hover": "#f4f6f8",
    "negative-fill": "#c2410c",
    "accent": "#3b5bdb",
    "accent-soft": "#edf2ff",
    "warn": "#fff4e6",
    "warn-line": "#ffd8a8",
    "verdict-act": "#c92a2a",
    "positive-ink": "#08704f",
    "shadow": "0 4px 16px rgb(0 0 0 / 14%)",
    "run-worst": "#c3c8cf",
    "run-middle": "#7f97fb",
    "run-best": "#1f2f9a",
}
"""What pages are made of beside figures: surfaces, what can be clicked, warnings; and lines of many runs."""

PAGE_DARK = {
    "bg": "#141517",
    "card": "#1f2023",
    "line-soft": "#2c2e33",
    "hover": "#26272b",
    "negative-fill": "#c2410c",
    "accent": "#91a7ff",
    "accent-soft": "#25304f",
    "warn": "#33291a",
    "warn-line": "#5f4420",
    "verdict-act": "#ff8787",
    "positive-ink": "#38d9a9",
    "shadow": "0 4px 16px rgb(0 0 0 / 50%)",
    "run-worst": "#4b4f57",
    "run-middle": "#5f7cf5",
    "run-best": "#dbe4ff",
}


def write_page_colours() -> str:
    """Return the stylesheet's variables: light, and dark where the page says so, but not on paper."""
    light, dark = (_write(theme) for theme in ({**LIGHT, **PAGE_LIGHT}, {**DARK, **PAGE_DARK}))
    return (
        f":root{{--font:{FONT};color-scheme:light;{light}}}"
        f'@media screen{{:root[data-theme="dark"]{{color-scheme:dark;{dark}}}}}'
    )


def write_report_colours() -> str:
    """Return the variables of a file of its own: light, and dark where the system is, but not on ``paper``."""
    light, dark = (_write(theme) for theme in ({**LIGHT, **PAGE_LIGHT}, {**DARK, **PAGE_DARK}))
    return (
        f":root{{--font:{FONT};color-scheme:light dark;{light}}}"
        f"@media (prefers-color-scheme:dark){{:root:not(.paper){{{dark}}}}}"
    )


def _write(theme: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in theme.items())
