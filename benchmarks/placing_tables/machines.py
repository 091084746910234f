"""Tables of people who tune programs, robots and machines."""

from __future__ import annotations

import numpy as np

from benchmarks.placing_tables.sheet import Draw, Sheet, dip, pay, peak, write_objects


def matrix_kernel(d: Draw) -> Sheet:
    bm, bn, bk, warps = d.pick(32, 64, 128), d.pick(32, 64, 128), d.pick(16, 32, 64), d.pick(2, 4, 8)
    tera = d.near_factor(30 + 50 * peak(bm * bn, 8192, 0.8) + 6 * (warps == 4) - (bk == 16) * 5, 0.03)
    return Sheet(
        [
            ("BLOCK_M", "c", bm),
            ("BLOCK_N", "c", bn),
            ("BLOCK_K", "c", bk),
            ("num_warps", "c", warps),
            ("num_stages", "c", d.pick(2, 3, 4)),
            ("regs", "m", d.near(bm * bn / 128 + 40, 4, 0).astype(int)),
            ("spills", "m", np.maximum(0, bm * bn // 128 - 100)),
            ("time_us", "m", d.near_factor(9000 / tera, 0.01)),
            ("TFLOPS", "m", tera),
        ],
        ["+TFLOPS", "-time_us"],
    )


def stencil(d: Draw) -> Sheet:
    tile, unroll, threads = d.pick(8, 16, 32, 64), d.pick(1, 2, 4, 8), d.pick(1, 2, 4, 8, 16)
    gflops = d.near_factor(2.5 * threads**0.85 * (1 + peak(tile, 24, 0.4)), 0.04)
    return Sheet(
        [
            ("tile_x", "c", tile),
            ("tile_y", "c", d.pick(8, 16, 32)),
            ("unroll", "c", unroll),
            ("threads", "c", threads),
            ("compiler", "c", d.pick("gcc", "icx")),
            ("flags", "c", d.pick("-O2", "-O3 -march=native")),
            ("GFLOPS", "m", gflops),
            ("L2 misses", "m", d.near_factor(4e6 / tile, 0.1)),
            ("correct", "mri", [True] * d.n),
        ],
        ["+GFLOPS"],
    )


def database_knobs(d: Draw) -> Sheet:
    buffers, work, wal = d.pick("128MB", "1GB", "4GB"), d.pick(4, 16, 64), d.pick("off", "on")
    tps = d.near(1200 + pay(buffers, **{"128MB": 0, "1GB": 500, "4GB": 800}) - 300 * (wal == "on"), 30, 1)
    return Sheet(
        [
            ("iteration", "ri", range(d.n)),
            ("shared_buffers", "c", buffers),
            ("work_mem_mb", "c", work),
            ("synchronous_commit", "c", wal),
            ("random_page_cost", "c", d.even(1, 4, 1)),
            ("max_parallel_workers", "c", d.pick(2, 4, 8)),
            ("tps", "m", tps),
            ("lat_avg_ms", "m", d.near_factor(16000 / tps, 0.01)),
            ("lat_p99_ms", "m", d.near_factor(70000 / tps, 0.05)),
        ],
        ["+tps", "-lat_avg_ms", "-lat_p99_ms"],
    )


def compiler_flags(d: Draw) -> Sheet:
    level, inline, lto = d.pick("O1", "O2", "O3"), d.whole(50, 600), d.pick(0, 1)
    seconds = d.near_factor(pay(level, O1=9.5, O2=8.1, O3=7.8) - lto * 0.4 - inline / 2000, 0.01)
    return Sheet(
        [
            ("benchmark", "rc", d.pick("505.mcf", "523.xalan")),
            ("opt_level", "c", level),
            ("inline_threshold", "c", inline),
            ("lto", "c", lto),
            ("unroll_loops", "c", d.pick(0, 1)),
            ("code_size", "m", d.near(210_000 + 90 * inline, 900, 0).astype(int)),
            ("runtime", "mr", seconds),
            ("speedup", "m", d.near(9.6 / seconds, 0.003, 3)),
        ],
        ["+speedup", "-runtime"],
    )


def grasping(d: Draw) -> Sheet:
    kp, kd, force = d.even(10, 200, 0), d.even(0.1, 10, 1), d.even(2, 30, 1)
    success = d.near(0.5 + 0.3 * peak(force, 12, 0.5) + 0.1 * peak(kp, 90, 0.5), 0.03, 2)
    return Sheet(
        [
            ("Kp", "c", kp),
            ("Kd", "c", kd),
            ("gripForce", "c", force),
            ("approachSpeed", "c", d.pick(0.05, 0.1, 0.2)),
            ("numTrials", "rmc", [20] * d.n),
            ("successRate", "m", success),
            ("meanTrackingError", "m", d.near_factor(0.3 / kp**0.5, 0.05, 3)),
            ("collisions", "m", d.near(9 * (1 - success), 0.6, 0).astype(int)),
            ("completionTime", "m", d.near(20 - 6 * success, 0.6, 1)),
        ],
        ["+successRate", "-meanTrackingError"],
    )


def drone_controller(d: Draw) -> Sheet:
    p, i, dd = d.even(0.5, 8, 2), d.even(0, 2, 2), d.even(0, 1, 3)
    return Sheet(
        [
            ("P", "c", p),
            ("I", "c", i),
            ("D", "c", dd),
            ("overshoot", "m", d.near_factor(4 * p / (1 + 8 * dd), 0.05, 3)),
            ("settling_time", "m", d.near_factor(5 / p + i, 0.05, 3)),
            ("steady_state_error", "m", d.near_factor(0.3 / (1 + 3 * i), 0.05, 3)),
        ],
        ["-overshoot", "-settling_time", "-steady_state_error"],
    )


def circuits(d: Draw) -> Sheet:
    layers, shots, rate = d.whole(1, 8), d.pick(1024, 4096, 8192), d.log(1e-3, 0.3)
    energy = d.near(-1.05 - 0.03 * np.minimum(layers, 4) - 0.04 * peak(rate, 0.05), 0.004, 5)
    return Sheet(
        [
            ("ansatz", "c", d.pick("UCCSD", "HEA")),
            ("layers", "c", layers),
            ("optimizer", "c", d.pick("COBYLA", "SPSA")),
            ("stepsize", "c", rate),
            ("shots", "c", shots),
            ("energy", "m", energy),
            ("error_vs_exact", "m", (energy + 1.1723).round(5)),
            ("fidelity", "m", d.near(0.9 - 0.3 * (energy + 1.17), 0.004)),
            ("n_evals", "mr", d.whole(60, 400)),
        ],
        ["-energy", "-error_vs_exact", "+fidelity"],
        write=write_objects,
        suffix=".json",
    )


def routing(d: Draw) -> Sheet:
    ants, alpha, rho = d.pick(10, 20, 50), d.even(0.5, 3, 1), d.even(0.1, 0.9, 1)
    length = d.near(8200 - ants * 4 + 200 * dip(alpha, 1, 1) + 300 * dip(rho, 0.5, 0.5), 30, 0)
    return Sheet(
        [
            ("instance", "cr", ["berlin52"] * d.n),
            ("num_ants", "c", ants),
            ("alpha", "c", alpha),
            ("beta", "c", d.even(1, 6, 1)),
            ("rho", "c", rho),
            ("tour_length", "m", length),
            ("gap_to_opt", "m", (length / 7542 - 1).round(4)),
            ("cpu_s", "mr", d.near_factor(ants / 7, 0.05, 3)),
        ],
        ["-tour_length", "-gap_to_opt"],
    )
