"""Proposals to write: one with everything, and small ones."""

from dataclasses import replace
from typing import Any

from panel.data.project import Domain
from panel.next_sweep import Excluded, Line, Proposal

HOSTILE = 'we"ird\n# name: \'x\' {y} \\ \u2028 é 😀"""); import os'
"""A name that breaks what is not quoted."""

PROMPT = "__import__('os').system('touch hacked')"

CODING = "-*- coding: utf-7 -*- %YAML\r\n--- !!python/object:os.system\x00 *alias &anchor"


def line(
    name: str, domain: Domain, before: Domain | None = None, action: Any = "keep", value: Any = None, why: str = ""
) -> Line:
    return Line(name, action, domain, before or domain, value, why or f"It matters: 0.31 of the importance ({name}).")


NAMES = Domain("categorical", choices=("adam", "sgd", "lion"))
SGD = ("optimizer.name", ("sgd",))

LINES = (
    # the child stands before its parent
    line(
        "optimizer.momentum",
        Domain("real", 0.5, 0.99, condition=SGD),
        Domain("real", 0.0, 0.99, condition=SGD),
        "narrow",
    ),
    line("optimizer.lr", Domain("real", 3e-4, 1e-2, scale="log"), Domain("real", 1e-5, 0.1, scale="log"), "narrow"),
    line("optimizer.name", Domain("categorical", choices=("adam", "sgd")), NAMES, "narrow"),
    line(
        "optimizer.nesterov",
        Domain("categorical", choices=(True, False), condition=("optimizer.momentum", (0.9,))),
    ),
    line("optimizer.dampening", Domain("categorical", choices=(0.0, 0.1), condition=SGD)),
    line("model.layers", Domain("integer", 2.0, 5.0), Domain("integer", 1, 8), "narrow"),
    line("model.width", Domain("integer", 32, 512, scale="log")),
    line("model.hidden", Domain("categorical", choices=("[64, 64]", "[128]", "none"))),
    line("model.norm", Domain("categorical", choices=(None, "batch", True, 3))),
    line("model.heads", Domain("categorical", choices=(1, 2, 4, 8)), None),
    line("model.heads_dropout", Domain("real", 0, 0.5, condition=("model.heads", (4, 8)))),
    line(
        "dropout", Domain("categorical", choices=(0.0, 0.15, 0.3)), Domain("categorical", choices=(0.0, 0.15, 0.3, 0.5))
    ),
    line("batch", Domain("integer", 16, 256, scale="log"), action="fix", value=64),
    line("betas", Domain("categorical", choices=("[0.9, 0.999]", "[0.8, 0.99]")), action="fix", value="[0.9, 0.999]"),
    line("warmup", Domain("real", 0, 1), action="fix", value=None),
    line("lion.beta", Domain("real", 0.8, 1, condition=("optimizer.name", ("lion",)))),
    line("single", Domain("categorical", choices=("only",))),
    line("unknown", Domain("real", None, float("inf"))),
    line("depth", Domain("integer", 1, 3)),
    line("depth.stage", Domain("real", 1e-12, 2e-12, scale="log")),
    line("a..b", Domain("real", -1.0, 1e22)),
    line(
        HOSTILE,
        Domain("categorical", choices=(PROMPT, CODING, "yes", "1e-5", "", "[not json", '[{"eval": "1/0"}]')),
        why=CODING,
    ),
    line("eval", Domain("real", 0, 1)),
    line("nested.eval", Domain("categorical", choices=(PROMPT,)), action="fix", value=PROMPT),
    line("n", Domain("real", 0, 1)),
    line("yes", Domain("real", 0, 1, scale="log")),
    line("class.def", Domain("real", 0, 1)),
)

RICH = Proposal(
    name=f"coding: latin-1 {CODING}",
    metric=HOSTILE,
    goal="maximize",
    method="random",
    why_method=f'Still exploring """\n{PROMPT}',
    budget=40,
    why_budget="As many as before.",
    explore=0.15,
    lines=LINES,
    excluded=(
        Excluded((("optimizer.lr", ">", 0.005), ("dropout", "<=", 0.15)), "9 of 9 such runs diverged"),
        Excluded(((HOSTILE, "=", "yes"), ("model.layers", ">", 3)), f"runs crashed\n{PROMPT}"),
        Excluded((("optimizer.momentum", ">", 0.9), ("optimizer.name", "=", "sgd")), "all infeasible"),
        Excluded((("batch", "=", 8),), "never drawn, since it is fixed"),
    ),
    caveats=("Holds for activation = relu, the only value tried.", CODING),
)

PLAIN = Proposal(
    name="digits",
    metric="val_loss",
    goal="minimize",
    method="random",
    why_method="",
    budget=12,
    why_budget="",
    explore=0,
    lines=(
        line("lr", Domain("real", 1e-4, 1e-2, scale="log")),
        line("layers", Domain("integer", 1, 3)),
        line("name", Domain("categorical", choices=("adam", "sgd"))),
    ),
)

FIXED = replace(PLAIN, lines=(line("lr", Domain("real", 1e-4, 1e-2), action="fix", value=0.001),))
EMPTY = replace(PLAIN, lines=(), budget=1)

ALL = {
    "rich": RICH,
    "plain": PLAIN,
    "fixed": FIXED,
    "empty": EMPTY,
    **{
        f"plain {method}": replace(PLAIN, method=method, explore=0.2) for method in ("quasi-random", "bayesian", "grid")
    },
    **{f"rich {method}": replace(RICH, method=method) for method in ("quasi-random", "bayesian", "grid")},
}
