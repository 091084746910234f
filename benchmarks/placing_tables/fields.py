"""Tables from beside machine learning: trading, recommending, forecasting, simulation, medicine, shops."""

from __future__ import annotations

import numpy as np

from benchmarks.placing_tables.sheet import Draw, Sheet, dip, pay, peak, write_indexed, write_semicolons, write_tabs


def crossing_averages(d: Draw) -> Sheet:
    fast, slow, stop = d.whole(5, 30), d.whole(40, 200), d.even(0.5, 5, 1)
    sharpe = d.near(1.4 - dip(fast, 12, 20) - dip(slow, 110, 120) - dip(stop, 2, 5), 0.12, 2)
    return Sheet(
        [
            ("fast_ma", "c", fast),
            ("slow_ma", "c", slow),
            ("stop_loss_pct", "c", stop),
            ("Net Profit", "m", d.near(9000 * sharpe, 600, 2)),
            ("# Trades", "m", d.near(2000 / fast, 5, 0).astype(int)),
            ("Win Rate [%]", "m", d.near(42 + 7 * sharpe, 1, 2)),
            ("Max. Drawdown [%]", "m", -d.near(26 - 7 * sharpe, 1, 2)),
            ("Sharpe Ratio", "m", sharpe),
            ("Profit Factor", "m", d.near(1 + sharpe / 3, 0.04, 2)),
        ],
        ["+Sharpe Ratio", "+Net Profit", "+Profit Factor"],
    )


def mean_reversion(d: Draw) -> Sheet:
    window, entry, leave = d.pick(10, 20, 50), d.even(1, 3, 1), d.even(0, 1, 1)
    cagr = d.near(0.14 - 0.03 * dip(entry, 2, 1) - 0.02 * (window == 50), 0.01)
    return Sheet(
        [
            ("CAGR", "m", cagr),
            ("Calmar", "m", d.near(cagr * 6, 0.05, 2)),
            ("MDD", "m", d.near(0.25 - cagr, 0.01)),
            ("Volatility", "m", d.near(np.full(d.n, 0.18), 0.01)),
            ("lookback", "c", window),
            ("z_entry", "c", entry),
            ("z_exit", "c", leave),
            ("allow_short", "c", d.pick(True, False)),
            ("commission", "c", [0.001] * d.n),
        ],
        ["+CAGR", "+Calmar"],
        write=write_indexed,
        more=(("", "ri"),),
    )


def recommending(d: Draw) -> Sheet:
    factors, reg, alpha = d.pick(16, 32, 64, 128), d.log(1e-4, 1), d.pick(1, 10, 40)
    ndcg = d.near(0.2 + 0.06 * peak(reg, 0.03) + factors / 4000, 0.003)
    return Sheet(
        [
            ("algo", "c", d.pick("ALS", "BPR")),
            ("factors", "c", factors),
            ("regularization", "c", reg),
            ("alpha", "c", alpha),
            ("NDCG@10", "m", ndcg),
            ("Recall@20", "m", d.near(ndcg + 0.09, 0.004)),
            ("HR@10", "m", d.near(ndcg + 0.2, 0.006)),
            ("Coverage", "m", d.near(0.6 - ndcg, 0.03)),
        ],
        ["+NDCG@10", "+Recall@20", "+HR@10"],
    )


def forecasting(d: Draw) -> Sheet:
    p, q, season, cp = d.whole(0, 3), d.whole(0, 3), d.pick("additive", "multiplicative"), d.log(1e-3, 0.5)
    mape = d.near_factor(9 + p * (p - 2) / 2 + pay(season, additive=1.0, multiplicative=0) - 2 * peak(cp, 0.05), 0.02)
    return Sheet(
        [
            ("series", "cr", d.pick("store_1", "store_2")),
            ("p", "c", p),
            ("q", "c", q),
            ("seasonality_mode", "c", season),
            ("changepoint_prior_scale", "c", cp),
            ("horizon", "c", [28] * d.n),
            ("AIC", "m", d.near(900 + 20 * mape, 9, 1)),
            ("MAE", "m", d.near_factor(12 * mape, 0.03)),
            ("MAPE", "m", mape),
            ("coverage_95", "m", d.near(np.full(d.n, 0.93), 0.01, 3)),
        ],
        ["-MAPE", "-MAE"],
    )


def long_horizon(d: Draw) -> Sheet:
    seq, pred, dm = d.pick(96, 192, 336), d.pick(96, 192, 336, 720), d.pick(128, 256, 512)
    mse = d.near(0.3 + pred / 4000 - seq / 9000, 0.005)
    return Sheet(
        [
            ("data", "cr", d.pick("ETTh1", "ETTm1", "weather")),
            ("seq_len", "c", seq),
            ("pred_len", "c", pred),
            ("d_model", "c", dm),
            ("e_layers", "c", d.pick(1, 2, 3)),
            ("itr", "rc", [0] * d.n),
            ("mse", "m", mse),
            ("mae", "m", d.near(mse + 0.05, 0.004)),
            ("rse", "m", d.near(mse * 1.4, 0.01)),
        ],
        ["-mse", "-mae"],
    )


def wing(d: Draw) -> Sheet:
    alpha, mach, sweep = d.even(-2, 12, 1), d.even(0.3, 0.85, 2), d.even(0, 35, 1)
    cl = d.near(0.1 * alpha + 0.2, 0.01, 3)
    cd = d.near(0.02 + 0.04 * cl**2 + 0.1 * np.maximum(mach - 0.7 - sweep / 300, 0), 0.0005, 5)
    return Sheet(
        [
            ("Case", "ri", [f"case_{i:03d}" for i in range(d.n)]),
            ("AoA [deg]", "c", alpha),
            ("Mach [-]", "c", mach),
            ("Sweep [deg]", "c", sweep),
            ("Mesh cells", "cm", d.pick(1_200_000, 2_400_000, 4_800_000)),
            ("Turbulence model", "c", d.pick("SA", "k-omega SST")),
            ("CL", "m", cl),
            ("CD", "m", cd),
            ("L/D", "m", d.near(cl / cd, 0.2, 2)),
            ("Residual", "m", d.log(1e-8, 1e-5)),
            ("CPU time [h]", "rm", d.even(2, 9, 1)),
        ],
        ["+L/D", "-CD"],
    )


def finite_elements(d: Draw) -> Sheet:
    thick, fillet, load = d.even(1, 6, 1), d.even(0.5, 5, 1), d.pick(500, 1000, 2000)
    return Sheet(
        [
            ("thickness_mm", "c", thick),
            ("fillet_radius_mm", "c", fillet),
            ("load_N", "c", load),
            ("material", "c", d.pick("Al6061", "S235", "Ti64")),
            ("element_size_mm", "c", d.pick(0.5, 1.0, 2.0)),
            ("mass_kg", "m", d.near_factor(thick * 0.41, 0.01, 3)),
            ("max_stress_MPa", "m", d.near_factor(load / thick**1.6 / fillet**0.3, 0.03)),
            ("max_displacement_mm", "m", d.near_factor(load / thick**3 / 900, 0.03, 3)),
        ],
        ["-max_stress_MPa", "-mass_kg", "-max_displacement_mm"],
    )


def plasma(d: Draw) -> Sheet:
    power, pressure, gas = d.pick(100, 200, 300, 400), d.even(5, 50, 1), d.even(0, 40, 0)
    return Sheet(
        [
            ("Date", "r", d.times(60 * 26)),
            ("RF Power (W)", "c", power),
            ("Pressure (mTorr)", "c", pressure),
            ("O2 Flow (sccm)", "c", gas),
            ("Wafer ID", "ri", [f"W{1000 + i}" for i in range(d.n)]),
            ("Operator", "ric", d.pick("JM", "KT")),
            ("Etch Rate (nm/min)", "m", d.near(power / 3 + gas - pressure / 2, 4, 1)),
            ("Uniformity (%)", "m", d.near(2 + pressure / 12, 0.2, 2)),
            ("Selectivity", "m", d.near(20 - gas / 4, 0.6, 1)),
        ],
        ["+Etch Rate (nm/min)", "?Uniformity (%)", "+Selectivity"],
    )


def expression(d: Draw) -> Sheet:
    genes, dims, res = d.pick(1000, 2000, 4000), d.pick(10, 20, 30, 50), d.even(0.2, 2, 1)
    ari = d.near(0.75 - 0.2 * dip(res, 0.8, 1) + dims / 900, 0.02, 3)
    return Sheet(
        [
            ("n_hvg", "c", genes),
            ("n_pcs", "c", dims),
            ("n_neighbors", "c", d.pick(10, 15, 30)),
            ("resolution", "c", res),
            ("batch_method", "c", d.pick("harmony", "scvi", "none")),
            ("n_clusters", "mc", d.near(6 + 8 * res, 0.6, 0).astype(int)),
            ("ARI", "m", ari),
            ("NMI", "m", d.near(ari + 0.07, 0.01, 3)),
            ("kBET", "m", d.near(np.full(d.n, 0.4), 0.05, 3)),
        ],
        ["+ARI", "+NMI"],
        write=write_tabs,
        suffix=".tsv",
    )


def variant_calling(d: Draw) -> Sheet:
    qual, depth, freq = d.pick(10, 20, 30), d.pick(5, 10, 20), d.pick(0.05, 0.1, 0.2)
    recall = d.near(0.99 - qual / 900 - depth / 300 - freq / 5, 0.003)
    prec = d.near(0.9 + qual / 600 + depth / 600, 0.003)
    return Sheet(
        [
            ("sample", "cr", d.pick("HG001", "HG002")),
            ("min_base_qual", "c", qual),
            ("min_depth", "c", depth),
            ("min_vaf", "c", freq),
            ("aligner", "c", d.pick("bwa", "minimap2")),
            ("TP", "m", (recall * 3_000).astype(int)),
            ("FP", "m", ((1 - prec) * 3_000).astype(int)),
            ("FN", "m", ((1 - recall) * 3_000).astype(int)),
            ("precision", "m", prec),
            ("recall", "m", recall),
            ("f1_score", "m", (2 * prec * recall / (prec + recall)).round(4)),
        ],
        ["+f1_score"],
    )


def docking(d: Draw) -> Sheet:
    box, modes, exh = d.pick(18, 22, 26), d.pick(5, 9, 20), d.pick(8, 16, 32)
    return Sheet(
        [
            ("ligand", "ri", [f"ZINC{100200 + 37 * i}" for i in range(d.n)]),
            ("box_size", "c", box),
            ("num_modes", "c", modes),
            ("exhaustiveness", "c", exh),
            ("affinity (kcal/mol)", "m", d.near(-7 - exh / 20 + box / 40, 0.1, 2)),
            ("RMSD (A)", "m", d.near_factor(3 - exh / 20, 0.06, 3)),
        ],
        ["-affinity (kcal/mol)", "-RMSD (A)"],
    )


def climate(d: Draw) -> Sheet:
    ent, autoconv, ice = d.log(0.1, 10), d.log(0.2, 5), d.even(0.5, 2, 2)
    rmse = d.near(2 + 0.5 * np.log10(ent) ** 2 + 0.3 * dip(ice, 1.2, 1), 0.05, 3)
    return Sheet(
        [
            ("member", "ri", range(1, d.n + 1)),
            ("entrainment_factor", "c", ent),
            ("autoconversion", "c", autoconv),
            ("ice_fall_speed", "c", ice),
            ("ECS", "m", d.near(3 - 0.6 * np.log10(ent), 0.1, 2)),
            ("toa_imbalance", "m", d.near(np.log10(autoconv), 0.1, 2)),
            ("rmse_tas", "m", rmse),
            ("pattern_corr", "m", d.near(1.05 - rmse / 10, 0.01, 3)),
        ],
        ["-rmse_tas", "+pattern_corr"],
        write=write_semicolons,
    )


def landing_page(d: Draw) -> Sheet:
    colour, text, price = d.pick("green", "orange"), d.pick("Buy now", "Try free"), d.pick(9, 12, 15)
    visits = d.whole(800, 1500)
    bought = (visits * (0.02 + 0.01 * (text == "Try free") + (15 - price) / 900)).astype(int)
    return Sheet(
        [
            ("variant_id", "ri", [f"v{i}" for i in range(d.n)]),
            ("button_color", "c", colour),
            ("cta_text", "c", text),
            ("price", "c", price),
            ("visitors", "mr", visits),
            ("conversions", "m", bought),
            ("conversion_rate", "m", (bought / visits).round(4)),
            ("revenue_per_visitor", "m", (bought * price / visits).round(3)),
        ],
        ["+conversion_rate", "+revenue_per_visitor"],
    )


def yields(d: Draw) -> Sheet:
    temp, hours, cat = d.pick(40, 60, 80, 100), d.even(1, 24, 1), d.pick("Pd/C", "CuI", "none")
    got = d.near(30 + temp / 4 + hours + 20 * (cat == "Pd/C"), 2, 0)
    return Sheet(
        [
            ("Entry", "ri", range(1, d.n + 1)),
            ("Temp (°C)", "c", temp),
            ("Time (h)", "crm", hours),
            ("Catalyst", "c", cat),
            ("Solvent", "c", d.pick("DMF", "THF", "toluene")),
            ("Equiv.", "c", d.pick(1.0, 1.2, 2.0)),
            ("Yield (%)", "m", got),
            ("ee (%)", "m", d.near(60 + 10 * (cat == "CuI"), 2, 0)),
        ],
        ["+Yield (%)", "+ee (%)"],
    )
