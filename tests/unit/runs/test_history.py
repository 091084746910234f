"""How a search went: the best so far and its band, the distribution, what ran at once, and what is said of it."""

from __future__ import annotations

import json
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.errors import QuestionError
from panel.question.conditions import Condition
from panel.runs import bestof, history, tell
from panel.runs.empty import Empty
from panel.runs.history import Asked
from panel.runs.history_axis import find_limits
from panel.runs.history_lanes import BINS, find_lanes, find_mean_at_once
from panel.runs.history_measures import choose_even, choose_places, find_band, find_improvements, find_shares


def runs_of(collected, loss, goal="minimize", **fields):
    n = len(loss)
    about = {key: fields.pop(key) for key in ("scale", "states", "filters") if key in fields}
    ids = [f"r{i}" for i in range(n)]
    config = pd.DataFrame({"lr": np.linspace(1, 2, n)}, index=ids)
    project = from_frames(config, pd.DataFrame({"loss": loss}, index=ids), runs=pd.DataFrame(fields, index=ids))
    return collected(project, goal=goal, **about)


def record(runs, selected=(), **asked):
    return history.record(runs, Asked.from_json({**asked, "runs": selected}))


def times(*seconds):
    return [(pd.Timestamp("2026-01-01T00:00Z") + pd.Timedelta(seconds=s)).isoformat() for s in seconds]


# ---- measures


def test_the_best_so_far_gets_better_only_where_it_does():
    assert find_improvements(np.array([3.0, 3, 2, 5, np.inf, 2, 1])).tolist() == [0, 2, 6]
    assert find_improvements(np.array([np.inf, np.inf, 4])).tolist() == [2]
    assert not len(find_improvements(np.array([np.inf]))) and not len(find_improvements(np.empty(0)))


def test_the_band_of_three_runs_is_known_by_hand():
    # of 1, 2, 3 the best of one is 1 with a third, of two it is 1 with two thirds and else 2, of three always 1
    low, high = find_band(np.array([2.0, 3.0, 1.0]), np.array([1, 2, 3]))
    assert low.tolist() == [1, 1, 1]
    assert high.tolist() == [3, 2, 1]


def test_the_band_is_that_of_all_orders_of_few_runs():
    loss = np.array([5.0, 1.0, 4.0, 4.0, 2.0, 9.0, 7.0])
    best = np.array([np.minimum.accumulate(order) for order in permutations(loss)])
    low, high = find_band(loss, np.arange(1, 8))
    for place in range(7):
        column = best[:, place]
        assert low[place] == min(v for v in loss if (column <= v).mean() >= 0.05 - 1e-12)
        assert high[place] == min(v for v in loss if (column <= v).mean() >= 0.95 - 1e-12)


def test_a_share_that_is_just_reached_counts():
    loss = np.arange(20.0)
    low, high = find_band(loss, np.array([1]))
    assert (low[0], high[0]) == (0, 18), "one of twenty, and nineteen of twenty"


def test_the_band_holds_nine_of_ten_random_orders(rng):
    loss = rng.normal(size=60)
    best = np.array([np.minimum.accumulate(rng.permutation(loss)) for _ in range(4_000)])
    places = np.array([1, 3, 7, 15, 30, 60])
    low, high = find_band(loss, places)
    below = (best[:, places - 1] < low).mean(0)
    above = (best[:, places - 1] > high).mean(0)
    assert (below <= 0.05 + 0.015).all() and (above <= 0.05 + 0.015).all()
    # and they are quantiles, not wider than needed
    assert ((best[:, places - 1] <= low).mean(0) >= 0.05 - 0.015).all()


def test_places_begin_and_end_with_the_runs():
    assert choose_places(5).tolist() == [1, 2, 3, 4, 5]
    places = choose_places(100_000)
    assert places[0] == 1 and places[-1] == 100_000 and len(places) <= 60
    assert (np.diff(places) > 0).all()


def test_shares_are_of_runs_at_or_below_a_value():
    values, shares = find_shares(np.array([3.0, 1.0, 1.0, 2.0]))
    assert values.tolist() == [1, 2, 3]
    assert shares.tolist() == [0.5, 0.75, 1]
    assert [len(part) for part in find_shares(np.empty(0))] == [0, 0]


def test_a_thinned_distribution_keeps_true_shares_and_both_ends(rng):
    targets = rng.normal(size=20_000)
    values, shares = find_shares(targets)
    assert len(values) <= 500
    assert (values[0], values[-1]) == (targets.min(), targets.max()) and shares[-1] == 1
    assert np.allclose([(targets <= v).mean() for v in values], shares)
    assert np.diff(shares).max() < 0.005


def test_an_even_choice_has_one_of_each_stretch():
    assert choose_even(5, 10).tolist() == [0, 1, 2, 3, 4]
    chosen = choose_even(100_000, 1_000)
    assert np.array_equal(chosen // 100, np.arange(1_000))
    assert np.array_equal(chosen, choose_even(100_000, 1_000))
    assert len(set((chosen % 10).tolist())) == 10, "in no rhythm of the runs"


@pytest.mark.parametrize("sign", [1, -1])
def test_few_runs_far_on_the_bad_side_do_not_squeeze_the_others(sign):
    values = np.r_[np.linspace(1, 2, 99), 1000] * sign
    low, high = sorted(sign * end for end in find_limits(values, sign == 1, log=False))
    assert low == 1 and high < 2.1
    assert find_limits(np.linspace(1, 2, 100), True, log=False) == (1, 2)
    assert find_limits(np.ones(12), True, log=False) == (1, 1)
    assert find_limits(np.array([1.0, 1000]), True, log=False) == (1, 1000), "with few runs none is an outlier"


def test_a_good_value_far_from_the_others_stays():
    values = np.r_[np.linspace(1, 2, 50), 0.01]
    assert find_limits(values, True, log=True)[0] == 1, "so far that nothing else could be seen"
    assert find_limits(np.r_[np.linspace(1, 2, 50), -1], True, log=False)[0] == -1


# ---- what ran at once


def test_lanes_by_hand():
    start = np.array([0.0, 0, 1, 2, 3, 5])
    end = np.array([2.0, 5, 3, 4, 6, 5])
    assert find_lanes(start, end).tolist() == [0, 1, 2, 0, 2, 0], "the lowest that is free"
    assert find_lanes(np.array([0.0, 1, 2]), np.array([1.0, 2, 3])).tolist() == [0, 0, 0], "one makes room for the next"
    assert not len(find_lanes(np.empty(0), np.empty(0)))


def test_there_are_as_many_lanes_as_ran_at_once_and_none_overlap(rng):
    start = np.sort(rng.uniform(0, 100, 300))
    end = start + rng.exponential(5, 300)
    lanes = find_lanes(start, end)
    assert lanes.max() + 1 == max(((start <= t) & (end > t)).sum() for t in start)
    for lane in range(lanes.max() + 1):
        own = np.flatnonzero(lanes == lane)
        assert (end[own[:-1]] <= start[own[1:]]).all()


def test_the_mean_is_over_the_time_in_which_any_ran():
    assert find_mean_at_once(np.array([0.0, 0, 100]), np.array([10.0, 10, 110])) == pytest.approx(30 / 20)
    assert find_mean_at_once(np.array([0.0, 5]), np.array([10.0, 10])) == pytest.approx(1.5)
    assert find_mean_at_once(np.array([1.0]), np.array([1.0])) == 0


def test_the_timeline_says_how_many_ran_at_once_and_when_runs_failed(collected):
    n = 30
    loss = np.where(np.arange(n) < 6, np.nan, 1.0 + np.arange(n))
    state = ["failed"] * 6 + ["finished"] * 24
    created = times(*(10 * (i // 2) for i in range(n)))
    found = record(runs_of(collected, loss, state=state, created=created, runtime=[10.0] * n)).timeline
    assert (found.kind, found.lanes, found.states) == ("bars", 2, ("finished", "failed"))
    assert found.said == "At most 2 ran at once, 2.0 on average while any ran. 6 of 30 failed, mostly early."
    assert set(found.bars.lane) == {0, 1}
    assert found.bars.end[0] - found.bars.start[0] == 10_000


def test_without_times_states_are_counted_in_their_order_and_it_says_why(collected):
    state = ["failed" if i >= 50 else "finished" for i in range(60)]
    loss = np.where(np.arange(60) >= 50, np.nan, 1.0)
    found = record(runs_of(collected, loss, state=state)).timeline
    assert found.kind == "order" and found.why.startswith("The source does not tell when runs started")
    assert found.said == "10 of 60 failed, mostly late."
    assert {name: sum(counts) for name, counts in found.counts.items()} == {"finished": 50, "failed": 10}
    assert len(found.edges) == BINS + 1
    starts = runs_of(collected, loss, state=state, created=times(*range(60)))
    assert "how long runs took" in record(starts).timeline.why
    few = runs_of(collected, loss, state=state, created=times(*range(60)), runtime=[1.0] * 3 + [np.nan] * 57)
    assert "Only of 3 of 60 runs" in record(few).timeline.why
    none = runs_of(collected, loss, state=state, created=times(*range(60)), runtime=[0.0] * 60)
    assert "0 seconds" in record(none).timeline.why


def test_runs_without_a_time_are_counted(collected):
    runs = runs_of(collected, np.arange(1.0, 11), created=times(*range(10)), runtime=[2.0] * 8 + [np.nan] * 2)
    found = record(runs).timeline
    assert len(found.bars.run) == 8
    assert "Of 2 of 10 runs it is not known when they ran" in found.said


def test_many_runs_are_counted_over_time(collected):
    n = 2_500
    runs = runs_of(collected, np.arange(1.0, n + 1), created=times(*range(n)), runtime=[3.0] * n)
    found = record(runs).timeline
    assert found.kind == "time" and not found.bars.run and found.lanes == 3
    assert sum(found.counts["unknown"]) == n and len(found.counts["unknown"]) == BINS


# ---- the record


def test_the_best_so_far_follows_the_goal_and_the_order_of_start(collected):
    found = record(runs_of(collected, [3.0, 1.0, 2.0, 5.0], goal="maximize", created=times(30, 20, 10, 0)))
    (part,) = found.parts
    assert (part.x, part.best) == ((1,), (5,)), "the last one was started first"
    found = record(runs_of(collected, [3.0, 1.0, 2.0, 5.0, 5.0], goal="maximize"))
    assert (found.parts[0].x, found.parts[0].best) == ((1, 4), (3, 5)), "of equal ones the first counts"
    assert found.lead == "The best loss, 5, came with run 4 of 5."
    assert found.band.better == (5, 5, 5, 5, 5) and found.band.worse == (1, 2, 3, 5, 5)


def test_along_the_time_runs_lie_where_they_were_started(collected):
    runs = runs_of(collected, [3.0, 1.0, 2.0, 0.5], created=[*times(0, 60, 120), None])
    found = record(runs, x="time")
    assert found.x == "time" and found.along == ("order", "time")
    assert np.diff(found.points.x).tolist() == [60_000, 60_000]
    assert found.parts[0].best == (3, 1), "the best has no time"
    assert any("1 of 4 runs has no time of start and is left out" in note for note in found.notes)
    assert found.lead == "The best loss, 0.5, came with run 4 of 4."


@pytest.mark.parametrize("created", [None, times(0, 0, 0)])
def test_without_times_or_with_one_alone_runs_lie_in_their_order(collected, created):
    runs = runs_of(collected, [3.0, 1.0, 2.0], **({"created": created} if created else {}))
    found = record(runs, x="time")
    assert (found.x, found.along, found.points.x) == ("order", ("order",), (1, 2, 3))
    assert any("times of start are not known" in note for note in found.notes)


def test_pruned_and_running_runs_are_drawn_and_no_part_of_the_best(collected):
    state = ["finished", "pruned", "running", "killed", "finished"]
    found = record(runs_of(collected, [3.0, 0.1, 0.2, np.nan, 2.0], state=state))
    assert (found.runs, found.feasible) == (5, 2)
    assert found.points.run == ("r0", "r1", "r2", "r4"), "one has no value to be drawn at"
    assert found.points.kind == ("feasible", "aside", "aside", "feasible")
    assert found.points.why == ("", "pruned", "running", "")
    assert found.parts[0].best == (3, 2) and found.parts[0].x == (1, 5)
    assert any(
        note == "Not part of the best so far: 1 killed, 1 pruned, 1 running; drawn as open diamonds at the last value "
        "they logged (1 without one not drawn)."
        for note in found.notes
    )
    counted = record(runs_of(collected, [3.0, 0.1, 2.0], state=["finished", "pruned", "finished"], states=("pruned",)))
    assert counted.parts[0].best == (0.1,), "unless they are made to count"


def test_infeasible_runs_lie_at_the_bad_edge(collected):
    found = record(runs_of(collected, [3.0, np.nan, np.inf, 2.0], state=["finished", "failed", "finished", "finished"]))
    lies = [y for y, kind in zip(found.points.y, found.points.kind, strict=True) if kind == "infeasible"]
    assert lies == [found.axis.edge] * 2 and found.axis.edge > found.axis.high
    assert found.points.target == (3, None, None, 2)
    assert any(note.startswith("2 infeasible runs") for note in found.notes)
    other = record(runs_of(collected, [3.0, np.nan, 2.0], goal="maximize"))
    assert other.axis.edge < other.axis.low


def test_where_no_run_has_a_target_it_says_so(collected):
    assert isinstance(record(runs_of(collected, [np.nan, np.nan, np.inf])), Empty)


def test_where_the_filter_leaves_only_failed_runs_it_says_so(collected):
    told = record(runs_of(collected, [1.0, np.nan], state=["failed", "crashed"]))
    assert told.empty.startswith("No run that counts is left, only 2 failed runs.")


def test_one_run_is_the_best(collected):
    found = record(runs_of(collected, [3.0]))
    assert found.lead == "The best loss, 3, came with run 1 of 1."
    assert found.band is None and found.distribution == "One run has a target: 3."
    assert found.order == ()


def test_it_says_what_the_last_runs_brought(collected):
    loss = np.full(40, 5.0)
    loss[10] = 1
    found = record(runs_of(collected, loss))
    assert (
        found.lead
        == "The best loss, 1, came with run 11 of 40; 29 runs since then, 72 % of all, brought nothing better."
    )
    loss[35] = 0.5
    assert record(runs_of(collected, loss)).lead == (
        "The best loss, 0.5, came with run 36 of 40; the last 10 runs made it better by 0.5."
    )


def test_it_says_that_the_good_runs_came_late_or_early(collected, rng):
    loss = rng.permutation(np.arange(1.0, 101))
    late = np.sort(loss)[::-1]
    (said,) = record(runs_of(collected, late)).order
    assert "The best of the first half (50 runs with a target) was 51" in said
    assert "in 95 of 100 random orders of the same runs it is 5 or better" in said and "came late" in said
    assert bestof.survival(100, 50)[5] <= 0.05 < bestof.survival(100, 50)[4]
    early = record(runs_of(collected, np.sort(loss))).order
    assert "not unusual for a random order" in early[0]
    assert early[1] == "The best came as number 1 of 100 runs with a target; it comes so early in 1 % of random orders."
    assert not record(runs_of(collected, np.ones(100))).order, "equal runs have no order"
    assert not record(runs_of(collected, late[:19])).order, "too few"


def test_random_orders_are_seldom_called_late(collected, rng):
    loss = rng.normal(size=80)
    called = sum(
        any("came late" in said for said in record(runs_of(collected, rng.permutation(loss))).order) for _ in range(100)
    )
    assert called <= 10


def test_a_gain_within_the_noise_of_seeds_is_called_so(collected, rng):
    lr, seed = np.repeat(np.linspace(1, 2, 20), 2), np.tile([0, 1], 20)
    loss = 5 - lr + rng.normal(0, 0.5, 40)
    loss[-1] = loss[:-1].min() - 0.01
    ids = [f"r{i}" for i in range(40)]
    project = from_frames(pd.DataFrame({"lr": lr, "seed": seed}, index=ids), pd.DataFrame({"loss": loss}, index=ids))
    found = record(collected(project, goal="minimize"))
    assert "made it better by 0.01" in found.lead
    assert found.order[0].startswith("That last gain is less than what seeds alone make")


def test_the_selected_runs_beside_the_others(collected):
    runs = runs_of(collected, [4.0, 3.0, 2.0, 1.0])
    found = record(runs, by="selected", selected=["r1", "r3", "gone"])
    assert [part.label for part in found.parts] == ["selected", "the others"]
    assert [part.best for part in found.parts] == [(3, 1), (4, 2)]
    assert [part.x for part in found.parts] == [(1, 2), (1, 2)], "each from its own first run"
    assert found.parts[0].shares == (0.5, 1) and found.band is None
    assert found.said[0] == "selected: best 1, with number 2 of 2 runs."
    for none in ([], ["gone"], ["r0", "r1", "r2", "r3"]):
        alone = record(runs, by="selected", selected=none)
        assert alone.by == "" and len(alone.parts) == 1 and "No runs, or all, are selected" in " ".join(alone.notes)


def test_the_largest_parts_have_a_line_and_the_rest_is_counted(collected):
    sweep = [name for i, name in enumerate("abcdefgh") for _ in range(i + 2)]
    loss = np.arange(1.0, len(sweep) + 1)
    loss[np.array(sweep) == "g"] = np.nan
    runs = runs_of(collected, loss, sweep=sweep, note=[f"n{i}" for i in range(len(sweep))], same=["x"] * len(sweep))
    found = record(runs, by="run.sweep")
    assert found.fields == ("run.sweep",), "neither what every run has of its own nor what all share"
    assert [part.label for part in found.parts] == list("hgfedc")
    assert "2 more with 5 runs have no line of their own; these runs are grey." in found.notes
    assert "g: 8 runs, none with a finite target." in found.said
    assert set(found.points.part) == {-1, 0, 1, 2, 3, 4, 5}
    for field in ("run.same", "run.note", "run.nosuch"):
        other = record(runs, by=field)
        assert other.by == "" and any("not drawn apart" in note for note in other.notes)


def test_a_filter_also_leaves_out_runs_that_were_stopped(collected):
    runs = runs_of(
        collected,
        [3.0, 2.0, 1.0, 0.5],
        state=["finished", "finished", "pruned", "pruned"],
        sweep=["a", "b", "a", "b"],
        filters=(Condition("run.sweep", values=("a",)),),
    )
    assert record(runs).points.run == ("r0", "r2")


def test_what_cannot_be_asked_is_named(collected):
    with pytest.raises(QuestionError, match="nosuch"):
        tell("history", runs_of(collected, [1.0, 2.0]), {"x": "nosuch"})


def test_huge_and_negative_targets_are_drawn(collected):
    found = record(runs_of(collected, [1e308, -1e308, 0.0, 5.0] * 5, scale="raw"))
    assert json.dumps(found.to_json(), allow_nan=False)
    assert all(np.isfinite(v) for v in (*found.axis.range, *found.points.y))


@pytest.mark.parametrize("worst", ["random", "every run better than the last"])
def test_a_record_of_very_many_runs_stays_small(collected, rng, worst):
    n = 100_000
    loss = rng.normal(size=n) ** 2 if worst == "random" else np.linspace(2, 1, n)
    state = rng.choice(["finished", "failed", "pruned"], n, p=[0.8, 0.1, 0.1])
    created = pd.Timestamp("2026-01-01T00:00Z") + pd.to_timedelta(np.arange(n) * 3, unit="s")
    runs = runs_of(collected, loss, state=state, created=created, runtime=rng.exponential(30, n))
    found = record(runs)
    assert len(json.dumps(found.to_json())) < 1_000_000
    drawn = set(found.points.x)
    assert set(found.parts[0].x) <= drawn and found.parts[0].best[-1] == runs.target[runs.feasible].min()
    assert any(note.endswith("lines and band are of all.") for note in found.notes)
    assert found.to_json() == record(runs).to_json()


def test_a_run_that_ended_before_the_step_is_drawn_where_it_ended(collected):
    ids = [f"r{i}" for i in range(4)]
    ends = {"r0": 5, "r1": 5, "r2": 1, "r3": 5}
    curves = pd.DataFrame(
        [(run, step, "loss", 10.0 - step - i) for i, run in enumerate(ids) for step in range(ends[run] + 1)],
        columns=["run_id", "step", "metric", "value"],
    )
    config = pd.DataFrame({"lr": np.arange(4.0)}, index=ids)
    last = pd.DataFrame({"loss": [10.0 - ends[run] - i for i, run in enumerate(ids)]}, index=ids)
    found = record(collected(from_frames(config, last, curves), goal="minimize", step=4))
    assert found.points.kind == ("feasible", "feasible", "aside", "feasible")
    assert found.points.why[2] == "ended before the step"
    assert found.points.target == (6, 5, 7, 3)
