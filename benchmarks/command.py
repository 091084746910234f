"""
Measure what the command costs before anything is computed: CPU seconds of all its processes, each run a new one.

Usage: python -m benchmarks.command [ROUNDS] [SOURCE]
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile

COMMAND = [sys.executable, "-m", "panel"]


def cost(command: list[str]) -> float:
    """Run a command; return its CPU seconds, those of its processes among them."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(rounds: str = "7", source: str = "sample") -> None:
    """Print the table: the median of the rounds, the least and the most, the commands taking turns."""
    with tempfile.TemporaryDirectory(prefix="sweeplens-bench-") as folder:
        commands = {
            "`--version`": [*COMMAND, "--version"],
            "`--help`": [*COMMAND, "--help"],
            "`import sweeplens`": [sys.executable, "-c", "import panel"],
            "`SOURCE --print`, known": [*COMMAND, source, "--print", "--cache-dir", folder],
        }
        cost(commands["`SOURCE --print`, known"])
        found: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(int(rounds)):
            for name, command in commands.items():
                found[name].append(cost(command))
    print("| CPU seconds | median | least | most |\n|---|---|---|---|")
    for name, seconds in found.items():
        print(f"| {name} | {statistics.median(seconds):.2f} | {min(seconds):.2f} | {max(seconds):.2f} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
