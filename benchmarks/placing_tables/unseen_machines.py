"""Tables like those of `more_machines`, read a first time only when the rules were settled."""

from __future__ import annotations

import numpy as np

from benchmarks.placing_tables.sheet import (
    Draw,
    Sheet,
    dip,
    peak,
    write_lines,
    write_objects,
    write_semicolons,
    write_tabs,
)


def transactions(d: Draw) -> Sheet:
    pool, flush, threads = d.pick("1G", "4G", "12G"), d.pick(0, 1, 2), d.pick(16, 64, 128)
    qps = d.near_factor(9000 * (1 + 0.3 * (pool != "1G")) * (1 + 0.4 * (flush != 1)) * (threads / 64) ** 0.3, 0.02)
    return Sheet(
        [
            ("trial", "ri", range(d.n)),
            ("operator", "ri", d.pick("olga", "ben")),
            ("workload", "c", d.pick("oltp_read_only", "oltp_read_write")),
            ("tables", "c", d.pick(8, 16)),
            ("threads", "c", threads),
            ("innodb_buffer_pool_size", "c", pool),
            ("innodb_flush_log_at_trx_commit", "c", flush),
            ("innodb_io_capacity", "c", d.pick(200, 2000, 10000)),
            ("max_connections", "c", d.pick(200, 500)),
            ("transactions", "m", (qps * 3).astype(int)),
            ("queries/s", "m", qps),
            ("95th percentile latency (ms)", "m", d.near_factor(threads / qps * 20_000, 0.05)),
            ("reconnects", "m", np.zeros(d.n, int)),
        ],
        ["+queries/s", "-95th percentile latency (ms)"],
    )


def loop_passes(d: Draw) -> Sheet:
    tile, vec, unroll = d.pick(4, 8, 16, 32, 64), d.pick(4, 8), d.pick(1, 2, 4, 8)
    us = d.near_factor(180 - 60 * peak(tile, 16, 0.5) - 4 * vec - 2 * unroll, 0.02)
    return Sheet(
        [
            ("config_id", "ri", range(d.n)),
            ("target", "cr", ["llvm -mcpu=skylake"] * d.n),
            ("tile_i", "c", tile),
            ("tile_j", "c", d.pick(4, 8, 16, 32)),
            ("vectorize", "c", vec),
            ("unroll_factor", "c", unroll),
            ("parallel", "c", d.pick(True, False)),
            ("exec_time_us", "m", us),
            ("std_us", "m", d.near_factor(us / 60, 0.3, 3)),
            ("build_time_s", "rm", d.even(1, 9, 2)),
            ("instructions", "m", d.near_factor(4e7 / vec, 0.02)),
            ("binary_size_kb", "m", d.near_factor(40 + 3 * unroll, 0.02)),
            ("valid", "mri", [True] * d.n),
        ],
        ["-exec_time_us"],
        write=write_lines,
        suffix=".jsonl",
    )


def dense_solver(d: Draw) -> Sheet:
    n, nb, p = d.pick(40_000, 80_000, 120_000), d.pick(128, 192, 256, 384), d.pick(2, 4, 8)
    gflops = d.near_factor(2100 * (n / 80_000) ** 0.2 * (1 + 0.15 * peak(nb, 200, 0.2)) * (1 - 0.02 * (p == 2)), 0.01)
    return Sheet(
        [
            ("T/V", "cr", d.pick("WR11C2R4", "WR00L2L2")),
            ("N", "c", n),
            ("NB", "c", nb),
            ("P", "c", p),
            ("Q", "c", 16 // p),
            ("BCAST", "c", d.pick("1ring", "2ringM")),
            ("hostname", "rc", d.pick("node17", "node18")),
            ("Time", "mr", (2 / 3 * n.astype(float) ** 3 / gflops / 1e9).round(2)),
            ("Gflops", "m", gflops),
            ("residual", "m", d.log(1e-3, 9e-3, 3)),
            ("status", "r", ["PASSED"] * d.n),
        ],
        ["+Gflops"],
        write=write_tabs,
        suffix=".tsv",
    )


def force_field(d: Draw) -> Sheet:
    cutoff, weight, channels = d.pick(4.0, 5.0, 6.0), d.pick(1, 10, 100), d.pick(32, 64, 128)
    force = d.near_factor(28 - 2 * cutoff - 3 * np.log10(weight) - channels / 30, 0.03)
    return Sheet(
        [
            ("r_max", "c", cutoff),
            ("l_max", "c", d.pick(0, 1, 2)),
            ("num_channels", "c", channels),
            ("energy_weight", "c", d.pick(1, 4)),
            ("forces_weight", "c", weight),
            ("ema", "c", d.pick(True, False)),
            ("mae_e (meV/atom)", "m", d.near_factor(1.2 + 0.1 * np.log10(weight), 0.05)),
            ("mae_f (meV/Å)", "m", force),
            ("mae_stress", "m", d.near_factor(force / 12, 0.1)),
            ("us/atom/step", "mr", d.near_factor(channels / 9, 0.03)),
            ("commit", "ri", d.ids(8)),
        ],
        ["-mae_f (meV/Å)", "-mae_e (meV/atom)"],
    )


def assembling(d: Draw) -> Sheet:
    k, cov = d.pick(21, 33, 55, 77, 99), d.pick(20, 40, 80)
    n50 = d.near_factor(30_000 + 40_000 * peak(k, 60, 0.2) + 200 * cov, 0.04).astype(int)
    return Sheet(
        [
            ("sample", "rc", d.pick("SRR001", "SRR002")),
            ("assembler", "c", d.pick("spades", "megahit")),
            ("kmer", "c", k),
            ("min_coverage", "c", d.pick(2, 5)),
            ("subsample_x", "c", cov),
            ("contigs", "m", d.near_factor(9e6 / n50, 0.05).astype(int)),
            ("total_length", "m", d.near_factor(4.6e6 * np.ones(d.n), 0.01).astype(int)),
            ("N50", "m", n50),
            ("L50", "m", d.near_factor(2e6 / n50, 0.05).astype(int)),
            ("GC (%)", "m", d.near(50.7 * np.ones(d.n), 0.05, 2)),
            ("misassemblies", "m", d.whole(0, 9)),
            ("BUSCO complete (%)", "m", d.near(88 + n50 / 9000, 0.3, 1)),
        ],
        ["+N50", "+BUSCO complete (%)"],
    )


def walking(d: Draw) -> Sheet:
    track, smooth, slip = d.pick(0.5, 1.0, 2.0), d.log(1e-3, 1e-1, 2), d.pick(0.0, 0.1, 0.5)
    speed = d.near(0.7 + 0.2 * track - 2 * smooth - 0.1 * slip, 0.03, 3)
    return Sheet(
        [
            ("w_tracking", "c", track),
            ("w_action_smooth", "c", smooth),
            ("w_foot_slip", "c", slip),
            ("push_force_max", "c", d.pick(0, 50, 100)),
            ("terrain", "c", d.pick("flat", "rough", "stairs")),
            ("r_tracking", "m", d.near(track * speed, 0.02, 3)),
            ("r_action_smooth", "m", d.near(-8 * smooth, 0.02, 3)),
            ("mean_speed", "m", speed),
            ("falls", "m", d.whole(0, 12)),
            ("cost_of_transport", "m", d.near(1.4 - 0.5 * speed, 0.05, 3)),
            ("success", "m", d.near(0.5 + 0.4 * speed, 0.03, 2)),
        ],
        ["+success", "+mean_speed"],
    )


def engine_tuning(d: Draw) -> Sheet:
    margin, div, depth = d.whole(40, 300), d.even(1.2, 3.4, 2), d.whole(2, 9)
    elo = d.near(8 - 6 * dip(margin, 140, 100) - 4 * dip(div, 2.1, 1) + depth / 3, 1.5, 1)
    return Sheet(
        [
            ("test", "ri", [f"spsa_{i}" for i in range(d.n)]),
            ("tester", "ri", d.pick("vdv", "rook77", "noobpwn")),
            ("tc", "c", d.pick("10+0.1", "60+0.6")),
            ("RazorMargin", "c", margin),
            ("LMRDiv", "c", div),
            ("NullMoveDepth", "c", depth),
            ("AspirationWindow", "c", d.pick(8, 12, 20)),
            ("W", "m", d.near(2600 + 20 * elo, 20, 0).astype(int)),
            ("L", "m", d.near(2600 - 20 * elo, 20, 0).astype(int)),
            ("D", "m", d.near(7000 * np.ones(d.n), 60, 0).astype(int)),
            ("Elo", "m", elo),
            ("Elo error", "m", d.near(2.2 * np.ones(d.n), 0.1, 2)),
            ("LOS", "m", d.even(0, 1, 3)),
            ("nps", "mr", d.near_factor(1.2e6 * np.ones(d.n), 0.03)),
        ],
        ["+Elo"],
    )


def portfolio_in_german(d: Draw) -> Sheet:
    window, top, vol = d.pick(20, 60, 120, 250), d.pick(5, 10, 20), d.even(0.05, 0.2, 2)
    gain = d.near(6 + window / 60 + 20 * vol, 0.7, 2)
    return Sheet(
        [
            ("Strategie", "c", d.pick("Momentum", "Value", "MinVar")),
            ("Fenster", "c", window),
            ("Anzahl Titel", "c", top),
            ("Zielvolatilität", "c", vol),
            ("Umschichtung", "c", d.pick("monatlich", "quartalsweise")),
            ("Rendite p.a. (%)", "m", gain),
            ("Volatilität (%)", "m", d.near(100 * vol, 0.6, 2)),
            ("Sharpe-Quotient", "m", d.near(gain / (100 * vol), 0.04, 2)),
            ("Max. Verlust (%)", "m", d.near(-110 * vol, 2, 1)),
            ("Erstellt von", "ri", d.pick("K. Vogel", "A. Brandt")),
            ("Stand", "ri", [t[8:10] + "." + t[5:7] + "." + t[:4] for t in d.times(900)]),
        ],
        ["+Sharpe-Quotient", "+Rendite p.a. (%)"],
        write=write_semicolons,
    )


def heat_exchanger(d: Draw) -> Sheet:
    fins, flow, pitch = d.whole(12, 60), d.even(0.01, 0.2, 3), d.pick(1.5, 2.0, 3.0)
    nusselt = d.near_factor(9 + 60 * flow + fins / 8, 0.02)
    return Sheet(
        [
            ("design_point", "ri", [f"DP {i}" for i in range(d.n)]),
            ("P1 - n_fins", "c", fins),
            ("P2 - mass_flow [kg s^-1]", "c", flow),
            ("P3 - pitch [mm]", "c", pitch),
            ("P4 - fin_thickness [mm]", "c", d.pick(0.2, 0.3, 0.5)),
            ("P5 - Nusselt number", "m", nusselt),
            ("P6 - pressure_drop [Pa]", "m", d.near_factor(900 * flow**1.8 * fins + 4, 0.03)),
            ("P7 - T_out [K]", "m", d.near(300 + 2 * nusselt, 0.5, 2)),
            ("P8 - heat_transfer_rate [W]", "m", d.near_factor(nusselt * 31, 0.02)),
        ],
        ["+P8 - heat_transfer_rate [W]", "-P6 - pressure_drop [Pa]", "+P5 - Nusselt number"],
    )


def programs_that_evolve(d: Draw) -> Sheet:
    size, tour, parsimony = d.pick(200, 500, 1000), d.pick(3, 7, 20), d.log(1e-4, 1e-1, 3)
    fitness = d.near_factor(0.4 - 0.0002 * size + 0.6 * parsimony - 0.004 * tour, 0.05)
    return Sheet(
        [
            ("seed", "cr", d.whole(0, 3)),
            ("pop_size", "c", size),
            ("n_generations", "c", d.pick(30, 60)),
            ("tournament_size", "c", tour),
            ("p_crossover", "c", d.even(0.6, 0.9, 2)),
            ("p_subtree_mutation", "c", d.even(0.01, 0.2, 2)),
            ("parsimony_coefficient", "c", parsimony),
            ("function_set", "c", d.pick("arith", "arith+trig")),
            ("best_rmse_train", "m", fitness),
            ("best_rmse_test", "m", d.near_factor(fitness * 1.2, 0.05)),
            ("program_length", "m", d.near_factor(30 / parsimony**0.2, 0.1).astype(int)),
            ("n_evaluations", "mr", size * 30),
            ("runtime_min", "rm", d.near_factor(size / 40, 0.1, 3)),
        ],
        ["-best_rmse_test"],
        write=write_objects,
        suffix=".json",
    )
