"""Run all benchmarks and print their tables: `make bench`."""

from __future__ import annotations

from benchmarks import (
    ablation,
    adaboost,
    after_tpe,
    answering,
    browser,
    checks,
    command,
    coverage,
    failures,
    fanova,
    flat,
    grids,
    isolation,
    many_parameters,
    next_sweep,
    next_sweep_roles,
    next_sweep_ties,
    placing,
    response,
    smooth,
    sources,
    speed,
    stopping,
    tabs,
)

for title, run in (
    ("Cost", speed.main),
    ("Cost as runs grow", flat.main),
    ("Exact answers", grids.main),
    ("Functional ANOVA", fanova.main),
    ("Published importances", adaboost.main),
    ("Coverage of the intervals, and what is clear", coverage.main),
    ("Noise among many parameters", many_parameters.main),
    ("Total effects of smooth functions", smooth.main),
    ("Bands of partial dependence", response.main),
    ("One parameter alone: intervals and false alarms", isolation.main),
    ("The path to the best config", ablation.main),
    ("Checks: false alarms and power", checks.main),
    ("Failures logged as a number", failures.main),
    ("Runs that were stopped early", stopping.main),
    ("The next sweep on complete grids", next_sweep.main),
    ("The next sweep where the best are near ties", next_sweep_ties.main),
    ("The next sweep where a parameter is scientific", next_sweep_roles.main),
    ("After an adaptive search", after_tpe.main),
    ("Places of columns in tables of strangers' kinds", placing.main),
    ("Reading", sources.main),
    ("The command", command.main),
    ("What answering costs the server", answering.main),
    ("In the browser", browser.main),
    ("From a click to a painted tab", tabs.main),
):
    print(f"\n## {title}\n", flush=True)
    run()
