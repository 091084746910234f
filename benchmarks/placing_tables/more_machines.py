"""More tables of people who tune databases, kernels, clusters, simulations and strategies."""

from __future__ import annotations

import numpy as np

from benchmarks.placing_tables.sheet import Draw, Sheet, dip, pay, peak, write_markdown, write_semicolons, write_tabs


def bench_of_queries(d: Draw) -> Sheet:
    clients, buffers, commit = d.pick(8, 16, 32, 64), d.pick("256MB", "2GB", "8GB"), d.pick("on", "off", "local")
    tps = d.near(
        900 + 30 * clients + pay(buffers, **{"256MB": 0, "2GB": 400, "8GB": 700}) + 500 * (commit == "off"), 40
    )
    return Sheet(
        [
            ("date", "ri", d.times(6)),
            ("host", "rc", d.pick("db-01", "db-02")),
            ("pg_version", "cr", ["16.2"] * d.n),
            ("scale", "c", d.pick(100, 300)),
            ("clients", "c", clients),
            ("jobs", "c", d.pick(2, 4)),
            ("shared_buffers", "c", buffers),
            ("effective_cache_size", "c", d.pick("4GB", "12GB")),
            ("seq_page_cost", "c", d.pick(0.5, 1.0)),
            ("checkpoint_timeout", "c", d.pick("5min", "15min", "30min")),
            ("synchronous_commit", "c", commit),
            ("initial connection time (ms)", "mr", d.even(9, 60, 2)),
            ("latency average (ms)", "m", d.near_factor(1000 * clients / tps, 0.01)),
            ("latency stddev (ms)", "m", d.near_factor(400 * clients / tps, 0.1)),
            ("tps", "m", tps),
            ("failed transactions", "m", d.whole(0, 3)),
        ],
        ["+tps", "-latency average (ms)"],
    )


def convolution_kernel(d: Draw) -> Sheet:
    bx, by, tile = d.pick(16, 32, 64, 128), d.pick(1, 2, 4, 8), d.pick(1, 2, 4)
    ms = d.near_factor(4 - 2 * peak(bx * by, 128, 0.6) + 0.2 * tile, 0.02)
    return Sheet(
        [
            ("block_size_x", "c", bx),
            ("block_size_y", "c", by),
            ("tile_size_x", "c", tile),
            ("use_padding", "c", d.pick(0, 1)),
            ("read_only", "c", d.pick(0, 1)),
            ("registers", "m", d.near(24 + 9 * tile, 2, 0).astype(int)),
            ("shared_mem_bytes", "mc", bx * by * tile * 4),
            ("occupancy", "m", d.near(0.9 - 0.12 * tile, 0.03, 2)),
            ("time_ms", "m", ms),
            ("compile_time", "rm", d.even(300, 900, 1)),
            ("verification_time", "rm", d.even(0, 1, 3)),
            ("device_name", "cr", ["A100-PCIE-40GB"] * d.n),
        ],
        ["-time_ms"],
    )


def plane_waves(d: Draw) -> Sheet:
    cut, k, sigma = d.pick(30, 40, 50, 60, 80), d.pick(2, 4, 6, 8), d.pick(0.005, 0.01, 0.02)
    energy = d.near(-152.3 - 0.08 * (1 - np.exp(-cut / 20)) - 0.02 * (1 - np.exp(-k / 3)), 1e-4, 6)
    return Sheet(
        [
            ("calc_id", "ri", [f"scf_{i:03d}" for i in range(d.n)]),
            ("functional", "c", d.pick("PBE", "PBEsol")),
            ("ecutwfc (Ry)", "c", cut),
            ("kpoints", "c", [f"{x}x{x}x{x}" for x in k]),
            ("smearing", "c", d.pick("mp", "mv", "gauss")),
            ("degauss", "c", sigma),
            ("mixing_beta", "c", d.pick(0.3, 0.5, 0.7)),
            ("total_energy (Ry)", "m", energy),
            ("max_force", "m", d.near_factor(0.01 / cut * 40, 0.2)),
            ("pressure (kbar)", "m", d.near(12 - cut / 10, 0.4, 2)),
            ("scf_iterations", "mr", d.whole(9, 31)),
            ("converged", "mri", [True] * d.n),
            ("wall_time", "rm", [f"{m}m{s:02d}s" for m, s in zip(d.whole(2, 40), d.whole(0, 59), strict=True)]),
        ],
        ["-total_energy (Ry)", "-max_force"],
    )


def scaling_out(d: Draw) -> Sheet:
    nodes, threads = d.pick(1, 2, 4, 8, 16, 32), d.pick(1, 2, 4)
    seconds = d.near_factor(820 / nodes**0.9 / threads**0.15, 0.02)
    return Sheet(
        [
            ("nodes", "c", nodes),
            ("ranks_per_node", "c", 16 // threads),
            ("omp_threads", "c", threads),
            ("binding", "c", d.pick("close", "spread")),
            ("network", "c", d.pick("ib", "roce")),
            ("job_id", "ri", d.whole(4_100_000, 4_190_000)),
            ("elapsed_s", "m", seconds),
            ("comm_fraction", "m", d.near(0.05 + 0.01 * nodes, 0.01, 3)),
            ("speedup", "m", (820 / seconds).round(2)),
            ("parallel_efficiency", "m", (820 / seconds / nodes).round(3)),
        ],
        ["-elapsed_s", "+speedup", "+parallel_efficiency"],
        write=write_tabs,
        suffix=".tsv",
    )


def evolving_in_chinese(d: Draw) -> Sheet:
    size, cross, mutate = d.pick(50, 100, 200), d.even(0.5, 0.95, 2), d.pick(0.01, 0.05, 0.1)
    return Sheet(
        [
            ("序号", "ri", range(1, d.n + 1)),
            ("种群大小", "c", size),
            ("交叉率", "c", cross),
            ("变异率", "c", mutate),
            ("选择方法", "c", d.pick("轮盘赌", "锦标赛")),
            ("最大迭代次数", "c", d.pick(200, 500)),
            ("最优适应度", "m", d.near(80 + size / 20 + 10 * cross - 60 * np.abs(mutate - 0.05), 0.5, 2)),
            ("收敛代数", "mr", d.whole(60, 190)),
            ("用时", "rm", [f"{m}分" for m in d.whole(2, 9)]),
            ("备注", "ri", d.pick("", "重跑", "可用")),
        ],
        ["+最优适应度"],
    )


def mesh_study(d: Draw) -> Sheet:
    cells, model, y = d.pick(0.4, 1.1, 2.6, 5.3), d.pick("kOmegaSST", "SpalartAllmaras", "kEpsilon"), d.pick(1, 5, 30)
    cd = d.near(0.32 + 0.02 / cells + 0.002 * y / 10 + 0.01 * (model == "kEpsilon"), 0.001)
    return Sheet(
        [
            ("case", "ri", [f"case_{i:02d}" for i in range(d.n)]),
            ("mesh_cells_M", "c", cells),
            ("turbulence_model", "c", model),
            ("y_plus", "c", y),
            ("inlet_velocity", "c", d.pick(20, 30, 40)),
            ("relaxation_U", "c", d.pick(0.5, 0.7, 0.9)),
            ("Cd", "m", cd),
            ("Cl", "m", d.near(0.08 + 0.01 * cells, 0.002)),
            ("residual_p", "m", d.log(1e-7, 1e-4, 3)),
            ("iterations", "mrc", d.whole(600, 3000)),
            ("cpu_hours", "rm", d.near_factor(12 * cells, 0.1, 3)),
            ("error_vs_exp_%", "m", ((cd - 0.318) / 0.318 * 100).round(2)),
        ],
        ["-error_vs_exp_%", "-Cd"],
    )


def controller_in_french(d: Draw) -> Sheet:
    gain, amorti = d.even(5, 150, 1), d.even(0.1, 2, 2)
    erreur = d.near_factor(12 / gain**0.6 + 0.3 * amorti, 0.05, 3)
    return Sheet(
        [
            ("N° essai", "ri", range(1, d.n + 1)),
            ("Opérateur", "ri", d.pick("Camille", "Hugo", "Léa")),
            ("Gain proportionnel", "c", gain),
            ("Amortissement", "c", amorti),
            ("Vitesse max (m/s)", "c", d.pick(0.5, 1.0, 1.5)),
            ("Raideur", "c", d.pick(200, 400, 800)),
            ("Erreur quadratique moyenne", "m", erreur),
            ("Dépassement (%)", "m", d.near(3 + gain / 12 - amorti, 0.6, 1)),
            ("Taux de réussite (%)", "m", d.near(95 - 8 * erreur, 1, 1)),
            ("Commentaire", "ri", d.pick("", "RAS", "à refaire")),
        ],
        ["-Erreur quadratique moyenne", "+Taux de réussite (%)"],
        write=write_semicolons,
    )


def backtest_in_spanish(d: Draw) -> Sheet:
    fast, slow, stop = d.whole(3, 20), d.whole(25, 90), d.pick(0.01, 0.02, 0.05)
    gain = d.near(8 - 0.2 * np.abs(fast - 9) + 40 * stop - 0.02 * slow, 0.8, 2)
    return Sheet(
        [
            ("Fecha", "ri", d.times(600)),
            ("Activo", "cr", d.pick("BTC", "ETH")),
            ("Media rápida", "c", fast),
            ("Media lenta", "c", slow),
            ("Stop loss", "c", stop),
            ("Comisión", "c", d.pick(0.0005, 0.001)),
            ("Núm. operaciones", "m", d.whole(20, 160)),
            ("Rentabilidad (%)", "m", gain),
            ("Ratio de Sharpe", "m", d.near(gain / 6, 0.05, 2)),
            ("Caída máxima (%)", "m", d.near(22 - gain, 1, 1)),
            ("% aciertos", "m", d.near(48 + gain, 1, 1)),
        ],
        ["+Rentabilidad (%)", "+Ratio de Sharpe"],
        write=write_semicolons,
    )


def store_experiment(d: Draw) -> Sheet:
    price, banner, delay = d.pick(4.99, 5.99, 7.99), d.pick("top", "side", "none"), d.pick(0, 3, 10)
    rate = d.near(3.2 + pay(banner, top=0.6, side=0.2, none=0) - 0.25 * price, 0.08, 2)
    visits = d.whole(8_000, 15_000)
    return Sheet(
        [
            ("experiment_id", "ri", [f"EXP-{1000 + i}" for i in range(d.n)]),
            ("owner", "ri", d.pick("maria", "tom", "yuki")),
            ("start_date", "ri", [t[:10] for t in d.times(2000)]),
            ("price", "c", price),
            ("banner_position", "c", banner),
            ("popup_delay_s", "c", delay),
            ("free_shipping_threshold", "c", d.pick(25, 35, 50)),
            ("visitors", "mr", visits),
            ("orders", "m", (visits * rate / 100).astype(int)),
            ("conversion", "m", [f"{r:.2f}%" for r in rate]),
            ("bounce_rate", "m", [f"{b:.1f}%" for b in d.near(48 - 3 * rate + delay / 5, 0.7, 1)]),
            ("revenue_per_visitor", "m", (rate / 100 * price).round(4)),
        ],
        ["+conversion", "+revenue_per_visitor"],
    )


def tree_search_player(d: Draw) -> Sheet:
    sims, c, alpha = d.pick(100, 200, 400, 800), d.even(0.8, 4, 2), d.pick(0.03, 0.3, 1.0)
    win = d.near(0.35 + 0.08 * np.log2(sims / 100) - 0.05 * dip(c, 2, 1), 0.02, 3)
    return Sheet(
        [
            ("simulations", "c", sims),
            ("c_puct", "c", c),
            ("dirichlet_alpha", "c", alpha),
            ("temp_moves", "c", d.pick(10, 20, 30)),
            ("fpu_reduction", "c", d.pick(0.0, 0.2, 0.4)),
            ("opponent", "cr", ["minimax-d4"] * d.n),
            ("games", "mrc", [200] * d.n),
            ("wins", "m", (win * 200).astype(int)),
            ("draws", "m", d.whole(2, 25)),
            ("win_rate", "m", win),
            ("elo_diff", "m", (-400 * np.log10(1 / win - 1)).round(1)),
            ("sec_per_move", "mr", d.near_factor(sims / 350, 0.05, 3)),
        ],
        ["+win_rate", "+elo_diff"],
        write=write_markdown,
        suffix=".md",
    )
