"""The help: how to read what the page says, the view that one is in first."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, html

from ...access.guard import SIGN_OUT
from ...importance import METHODS
from ...settings import Settings
from .. import documents, ids
from . import Context, hyphenate, register_in_browser

RUNS = ("history", "runs", "best", "parallel", "curves", "tradeoff", "footprint", "slices", "values")


def _write_methods() -> html.Ul:
    return html.Ul(
        [html.Li(f"{m.WORDS[0].upper()}{m.WORDS[1:]}: {m.QUESTION[0].lower()}{m.QUESTION[1:]}") for m in METHODS[1:]]
    )


SECTIONS: tuple[tuple[str, tuple[str, ...], tuple[Any, ...]], ...] = (
    (
        "Importance",
        ("importance",),
        (
            "How useful a parameter was to a random forest that predicts the metric from all parameters: its share of"
            " the splits' gain. It sees curves and interactions. The whiskers are its 90 % interval: where the same "
            "search, run again, would put it nine times in ten.",
            "The dotted tick is the parameter's own noise floor: the part of its bar that does not hold on runs the "
            "forest has not seen, and what a shuffled copy of the parameter reaches there by chance. A parameter is "
            "clear, and its bar blue, if it passes its tick or has an effect of its own: a curve of its values "
            "explains something that curves of all others leave. Only the latter counts in an adaptive search, and "
            "for parameters that go along with each other. A grey bar means nothing. With few runs even useless "
            "parameters get a share; it shrinks as runs are added.",
        ),
    ),
    (
        "Correlation",
        ("importance",),
        (
            "Pearson's r with the metric as logged, from −1 to +1: one straight line and nothing else. Right and "
            "green: the metric is larger where the parameter is larger. Left and orange: smaller. Beyond ±0.7 it is "
            "called strong. Outliers can make or break it: compare with the rank correlation, or with r on the "
            "parameters' own scales. Of a categorical each value has its own; η tells how much all of them together "
            "explain.",
        ),
    ),
    (
        "The two disagree on purpose",
        ("importance",),
        (
            "High importance with little correlation: a curve with an optimum inside, or an effect that depends on "
            "another parameter. High correlation with little importance: another parameter tells the same.",
        ),
    ),
    (
        "Methods",
        ("methods",),
        (
            "Each asks another question, so they may differ.",
            _write_methods(),
            "The Gaussian process needs far fewer runs than a forest where the metric follows smooth curves; of "
            "categories that act together the forest knows more. Its R² is of configs left out one by one.",
            "Kendall's W tells how far the orders agree, from 0 to 1.",
        ),
    ),
    (
        "Interactions",
        ("interactions",),
        (
            "How much of the metric's variance over the search space parameters explain alone, in pairs, and only "
            "three or more together. In a pair that explains much the effect of the one depends on the other."
            " A click shows what the forest predicts for both, with the runs on it.",
        ),
    ),
    (
        "Linear model",
        ("linear",),
        (
            "One straight line a parameter, all of them together, each on its own scale. A coefficient says by how "
            "much the metric is larger per unit, or for this value, while the others stay; the standardised one, in "
            "standard deviations of both, can be compared. Where parameters go along with each other the intervals "
            "are wide, and the page names them.",
        ),
    ),
    (
        "Targets",
        ("targets",),
        (
            "What matters for each of several metrics, side by side; or for one metric weighed out of them, as a mean"
            " of the runs' ranks.",
        ),
    ),
    (
        "Compare values",
        ("values",),
        (
            "What a value is worth once everything else is tuned. A value tried more often has a better best run by "
            "luck alone, so the best of equally many configs is compared: what one would expect of so many, drawn at "
            "random from those tried, with a 90 % interval.",
            "Beneath it two values, or two configs by their repeats: whether to adopt the one in place of the other. "
            "They hardly differ only where the whole interval is too small to matter; else it cannot be told.",
        ),
    ),
    (
        "History",
        ("history",),
        (
            "Every run in the order in which it started, and the best so far. The band holds the best so far in nine "
            "of ten random orders of the same runs: a line outside says that good runs came late, or early. Beneath "
            "it when runs ran, and how the metric is spread over them.",
        ),
    ),
    (
        "All runs",
        ("runs",),
        (
            "One row a run, with its settings and its metrics. A column's head sorts, its menu filters; what is ticked "
            "is selected in every view of runs. Columns adds others, and the file holds what the filters let pass.",
        ),
    ),
    (
        "Best runs",
        ("best",),
        (
            "What the best have in common, and where the rest differ. That the best agree in a value may be luck: "
            "only what is beyond chance is counted, corrected for how many parameters are compared. It asks about the "
            "best alone: a parameter that matters over all runs need not tell the best from the good.",
        ),
    ),
    (
        "The path to the best config",
        ("best",),
        (
            "From a baseline to the best config, one change at a time, each the one that helps most at that point. "
            "Where the configs on both sides of a step were run, it is the difference of their means; else a smooth "
            "model of the runs predicts both, with a 90 % interval. What no step explains is luck of the two ends, or "
            "what the model does not see. It is one way between two configs: importance is about all of them.",
        ),
    ),
    (
        "Parallel coordinates",
        ("parallel",),
        (
            "Every run is a line across its settings and the metric, coloured by rank. Drag along an axis to select "
            "the runs in that range; drag a name to move its axis. Bundles of one colour show which ranges go with "
            "good runs; axes side by side show pairs alone.",
        ),
    ),
    (
        "Curves",
        ("curves",),
        (
            "The metric at each step, a line a run; or a mean or median for each value of a parameter. Smoothing is "
            "drawn over the values as logged. Runs of different lengths end where they ended: a mean near the end is "
            "of those that got so far.",
        ),
    ),
    (
        "Trade-off",
        ("tradeoff",),
        (
            "Two metrics against each other, or one and the run time. A run on the front is such that no other is "
            "better in both. Which of them to take is a choice that no chart makes. Where a cost is weighed against "
            "the target, a sentence tells the cheapest run that is as good as the best but for what does not matter.",
        ),
    ),
    (
        "Map",
        ("footprint",),
        (
            "Configs near each other have settings that are alike. A plane cannot keep all distances: how much of them "
            "it keeps stands beneath it. How well the search covered its space, and whether the best lie together, is "
            "measured in the whole space: by as many configs drawn at random.",
        ),
    ),
    (
        "Slices",
        ("slices",),
        (
            "The metric against each parameter alone, with all runs; the line is a running median, the band the middle "
            "90 %. A parameter without a trend may still act with another one. Runs far from the rest are triangles at "
            "the edge, so that they do not flatten the others.",
        ),
    ),
    (
        "The runs behind the numbers",
        RUNS,
        (
            "Views of runs show failed ones too. Runs that are brushed, boxed, lassoed or ticked in one of them are "
            "selected everywhere. The switch beside the chip computes importance on the selected runs alone. Among "
            "the best runs what matters may differ: a parameter that all of them agree on no longer varies there, so "
            "it cannot matter there.",
        ),
    ),
    (
        "Checks",
        ("checks",),
        (
            "Twelve questions on whether the search was any good, each with what was found, what to do, and what it "
            "rests on. “Can't tell” is an answer, too. A verdict changes when the evidence does, not with every run.",
        ),
    ),
    (
        "Next sweep",
        ("next",),
        (
            "Where to search next, parameter by parameter, and why; how many runs; and what to repeat. Change what "
            "you know better, then take it as a file of your tool. Scientific parameters are never narrowed by the "
            "data.",
        ),
    ),
    (
        "A parameter's card",
        ("interactions", "slices"),
        (
            "A click on a name shows its values, and the metric against it. The blue curve is what a forest predicts "
            "on average if only this parameter changes; thin lines do so for single configs: where they cross, it "
            "depends on others. The band is how far the curve would move with other runs.",
        ),
    ),
    (
        "What they do not say",
        (),
        (
            html.Ul(
                [
                    html.Li("Association is not cause: a parameter can stand in for one that was changed with it."),
                    html.Li("They speak of the ranges that were tried, and of nothing beyond."),
                    html.Li("A ranking is worth what its model is worth: see the R² above the table."),
                    html.Li(
                        "Parameters held constant cannot matter here: all that is said holds for their value only."
                    ),
                ]
            ),
        ),
    ),
)
"""Title, views that it is about, and paragraphs or lists of each section; those of the view that is open come first."""


def layout(context: Context) -> dmc.Drawer:
    """Return the help."""
    return dmc.Drawer(
        [
            html.P(_write_links(context.settings), className="help-links"),
            html.Div([_write_section(*section) for section in SECTIONS], id="help-sections", className="help"),
        ],
        id=ids.HELP_TEXT,
        title="How to read this",
        position="right",
        size="md",
        opened=False,
        keepMounted=True,
    )


def _write_links(settings: Settings) -> list[html.A]:
    address = documents.write_link()
    links = [html.A("Documentation", href=address, target="_blank")] if address else []
    return [*links, html.A("Sign out", href=settings.url_prefix + SIGN_OUT)] if settings.token else links


def _write_section(title: str, views: tuple[str, ...], written: tuple[Any, ...]) -> html.Section:
    said = [html.P(text) if isinstance(text, str) else text for text in written]
    return html.Section([html.H3(title), *said], **hyphenate(data_views=" ".join(views)))


def register(app: Dash, context: Context) -> None:
    """Register the help's callbacks."""
    register_in_browser(app, "open_help", Output(ids.HELP_TEXT, "opened"), Input(ids.HELP, "n_clicks"))
