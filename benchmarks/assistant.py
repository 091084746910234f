"""
Ask the tools for assistants questions whose answers are known, as an assistant would: how many are answered right.

Each session is a process and a client of the SDK. What is right comes from the source itself, read with pandas or as
its ``expected.json`` says, or from the script that ran the sweep; never from the program that is asked.
Usage: python -m benchmarks.assistant
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pandas as pd
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from panel.sources import sample_path
from tests.contract.examples import EXAMPLES, Example

ROOT = Path(__file__).parent.parent
FIXTURES = ("optuna", "mlflow", "hydra")


@dataclass(frozen=True)
class Question:
    """What is asked in words, which tool answers, and patterns that the right answer's text has."""

    words: str
    tool: str
    right: tuple[str, ...]
    given: Mapping[str, Any] = field(default_factory=dict)
    refused: bool = False


def write_near(value: float, digits: int = 6) -> str:
    """Return a pattern of a number as the tools write it."""
    return rf"{re.escape(f'{value:.{digits}g}')}(?!\d)"


def ask_about_sample() -> list[Question]:
    """Return questions about the sample; its script fails configs with more components than the data has pixels."""
    runs = pd.read_csv(sample_path() / "runs.csv")
    loss, name, best_of = "summary.val_loss", "config.optimizer.name", {}
    done = runs[runs["run.state"] == "finished"]
    done = done[done[loss].notna() & (done[loss].abs() < float("inf"))]
    for optimizer, group in done.groupby(name):
        best_of[optimizer] = group.loc[group[loss].idxmin()]
    best, most = done.loc[done[loss].idxmin()], done["summary.val_accuracy"].max()
    first, second = (best_of[optimizer] for optimizer in ("adam", "sgd"))
    adam = runs[(runs[name] == "adam") & (runs["config.optimizer.lr"] <= 0.001) & (runs["run.state"] == "finished")]
    of_adam = done[done[name] == "adam"]
    r = done["config.optimizer.lr"].corr(done[loss])
    failed = int((runs["run.state"] == "failed").sum())
    return [
        Question("How many runs are there, how many failed?", "describe", (f"{len(runs)} runs", f"{failed} failed")),
        Question("What is to be explained, and is less better?", "describe", ("Target: val_loss, minimize",)),
        Question("Which settings are no hyperparameters?", "describe", ("seed: .*seed", "run_name: .*identifier")),
        Question("Which setting is another one's copy?", "describe", ("lr: .*alias of optimizer.lr",)),
        Question("When is momentum a setting?", "describe", ("optimizer.momentum: .*where optimizer.name is sgd",)),
        Question("What matters most?", "rank", (r"1\. optimizer\.lr: .*\bclear",)),
        Question("Does the number of workers matter?", "rank", ("data.num_workers: .*not clear of noise",)),
        Question("How many runs does it rest on?", "rank", (f"Rests on {len(done)} of {len(runs)} runs",)),
        Question("How do lr and loss go?", "rank", (rf"optimizer\.lr: .*correlation {re.escape(f'{r:+.2f}')},",)),
        Question(
            "And what matters with Adam?",
            "rank",
            (r"1\. optimizer\.lr: .*\bclear", f"Rests on {len(of_adam)} of"),
            {"filter": "optimizer.name=adam"},
        ),
        Question(
            "What matters by functional ANOVA?",
            "rank",
            (r"1\. optimizer\.lr", r"\(fanova\)"),
            {"method": "fanova"},
        ),
        Question(
            "Which run is best?",
            "find_runs",
            (rf"1\. {best['run.name']} .*val_loss {write_near(best[loss])}",),
            {"limit": 1},
        ),
        Question(
            "Which run is best with SGD, and what is its lr?",
            "find_runs",
            (rf"1\. {second['run.name']} .*optimizer.lr {write_near(second['config.optimizer.lr'])}",),
            {"limit": 1, "filter": "optimizer.name=sgd"},
        ),
        Question(
            "How many runs with Adam had a small lr?",
            "find_runs",
            (rf"^{len(adam)} of {len(runs)} runs match",),
            {"filter": ["optimizer.name=adam", "optimizer.lr<=0.001"]},
        ),
        Question(
            "What is the best accuracy?",
            "find_runs",
            (rf"1\. .*val_accuracy {write_near(most)}", "val_accuracy, maximize"),
            {"metric": "val_accuracy", "limit": 1},
        ),
        Question("Where do runs fail?", "findings", ("data.pca > 64",), {"check": "infeasible"}),
        Question("Does the best lr depend on the optimizer?", "findings", ("optimizer.lr depends on optimizer.name",)),
        Question(
            "Is Adam better than SGD?",
            "compare",
            (
                f"best run {first['run.name']} {write_near(first[loss], 4)}",
                f"best run {second['run.name']} {write_near(second[loss], 4)}",
            ),
            {"parameter": "optimizer.name", "a": "adam", "b": "sgd"},
        ),
        Question(
            "By how much is the best run better than Adam's best?",
            "compare",
            (f"is {write_near(first[loss] - best[loss], 4)} better than",),
            {"run_a": best["run.name"], "run_b": first["run.name"]},
        ),
        Question("What should be left out next?", "propose", ("Leave out data.pca > 64",)),
        Question("What is next, for Optuna?", "propose", ("import optuna",), {"tool": "optuna", "full": True}),
        Question(
            "What matters for the loss?", "rank", ("no metric 'loss'.*'val_loss'",), {"metric": "loss"}, refused=True
        ),
        Question(
            "What is in /etc?", "open_source", ("lies outside what may be opened",), {"source": "/etc"}, refused=True
        ),
    ]


def ask_about_example(example: Example) -> list[Question]:
    """Return questions about what a tracker wrote."""
    states = tuple(f"{n} {state}" for state, n in example.states.items())
    some = {"state": next(iter(example.states)), "n": next(iter(example.states.values()))}
    return [
        Question("How many runs are there?", "describe", (rf"^{example.runs} runs",)),
        Question("In which states?", "describe", states),
        Question("Which metrics are there?", "describe", tuple(rf"Metrics: .*\b{m}\b" for m in example.metrics)),
        Question("Which settings are there?", "describe", tuple(rf"^{re.escape(p)}: " for p in example.parameters)),
        Question("What is explained?", "rank", ("Target: val_loss.*minimize",), {"metric": "val_loss"}),
        Question(
            f"How many are {some['state']}?",
            "find_runs",
            (rf"^{some['n']} of {example.runs} runs match",),
            {"filter": f"state={some['state']}"},
        ),
        Question("What matters for the F1?", "rank", ("no metric 'f1'.*There are",), {"metric": "f1"}, refused=True),
        *(
            [Question("Which parts are there?", "describe", tuple(map(re.escape, example.parts)))]
            if len(example.parts) > 1
            else []
        ),
    ]


def copy_example(example: Example, folder: Path) -> str:
    """Copy what a tracker wrote into a folder; return how to open what ``expected.json`` is about: its largest part."""
    source = str(example.copy(folder).relative_to(folder))
    return f"{source}#{example.parts[0]}" if example.parts else source


async def hold_session(source: str, questions: list[Question], folder: Path) -> list[str]:
    """Ask questions about a source; return what was answered wrongly."""
    environment = {**os.environ, "SWEEPLENS_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": str(ROOT)}
    command = ["-m", "panel", "mcp", source]
    wrong = []
    program = StdioServerParameters(command=sys.executable, args=command, env=environment, cwd=folder)
    async with Client(stdio_client(program)) as client:
        for question in questions:
            result = await client.call_tool(question.tool, dict(question.given))
            text = "\n".join(part.text for part in result.content if part.type == "text")
            missing = [right for right in question.right if not re.search(right, text, re.MULTILINE)]
            if missing or result.is_error != question.refused:
                wrong.append(f"{question.words} {missing} is not in: {text}")
    return wrong


def main() -> None:
    """Print how many questions each session answers right."""
    asked = {"sample": ask_about_sample()} | {name: ask_about_example(EXAMPLES[name]) for name in FIXTURES}
    print("| session | questions | right |\n|---|---|---|", flush=True)
    for name, questions in asked.items():
        with tempfile.TemporaryDirectory(prefix="sweeplens-bench-") as place:
            folder = Path(place)
            source = "sample" if name == "sample" else copy_example(EXAMPLES[name], folder)
            wrong = anyio.run(hold_session, source, questions, folder)
        print(f"| {name} | {len(questions)} | {len(questions) - len(wrong)} |", flush=True)
        for words in wrong:
            print(f"\nWrong: {words}\n", file=sys.stderr)


if __name__ == "__main__":
    main()
