"""Tables of experiments in the laboratory and the workshop: settings with units, few runs, measured outcomes."""

from __future__ import annotations

import numpy as np

from benchmarks.placing_tables.sheet import Draw, Sheet, dip, write_markdown


def _few(d: Draw, n: int) -> Draw:
    return Draw(int(d.rng.integers(1 << 30)), n)


def coupling(d: Draw) -> Sheet:
    d = _few(d, 16)
    temp, hours, load = d.pick(60, 80, 100), d.pick(2, 6, 16), d.pick(0.5, 1.0, 2.5)
    return Sheet(
        [
            ("entry", "r", range(1, 17)),
            ("ligand", "c", d.pick("XPhos", "SPhos", "PPh3")),
            ("base", "c", d.pick("K2CO3", "Cs2CO3")),
            ("temperature_C", "c", temp),
            ("time_h", "c", hours),
            ("catalyst_mol_pct", "c", load),
            ("yield", "m", d.near(30 + temp / 4 + hours + 6 * load, 4, 0)),
        ],
        ["+yield"],
    )


def hydrogenation(d: Draw) -> Sheet:
    d = _few(d, 12)
    bar, temp = d.pick(5, 10, 20), d.pick(298, 313, 333)
    conv = d.near(40 + bar + (temp - 298) / 2, 3, 1)
    return Sheet(
        [
            ("Run", "ri", range(1, 13)),
            ("P (bar)", "c", bar),
            ("T (K)", "c", temp),
            ("t (min)", "c", d.pick(30, 60, 120)),
            ("S/C ratio", "c", d.pick(500, 1000)),
            ("Solvent", "c", d.pick("MeOH", "EtOH", "THF")),
            ("Conversion (%)", "m", conv),
            ("ee (%)", "m", d.near(96 - conv / 20, 0.6, 1)),
        ],
        ["+Conversion (%)", "+ee (%)"],
    )


def thin_film(d: Draw) -> Sheet:
    d = _few(d, 18)
    temp, speed = d.pick(90, 100, 120), d.pick(2000, 3000, 4000)
    pce = d.near(17 - dip(temp, 100, 15) + speed / 4000, 0.3, 2)
    return Sheet(
        [
            ("sample_id", "r", [f"PVK-{i:03d}" for i in range(18)]),
            ("annealing_temp_C", "c", temp),
            ("annealing_time_min", "c", d.pick(10, 20, 40)),
            ("spin_speed_rpm", "c", speed),
            ("precursor_conc_M", "c", d.pick(1.2, 1.4)),
            ("Voc_V", "m", d.near(1.02 + pce / 300, 0.01, 3)),
            ("Jsc_mA_cm2", "m", d.near(20 + pce / 9, 0.3, 2)),
            ("PCE_pct", "m", pce),
        ],
        ["+PCE_pct", "?Voc_V", "?Jsc_mA_cm2"],
    )


def milling(d: Draw) -> Sheet:
    d = _few(d, 27)
    speed, feed = d.pick(1000, 1500, 2000), d.pick(0.05, 0.1, 0.15)
    rough = d.near_factor(0.4 + 9 * feed - speed / 6000, 0.05, 3)
    return Sheet(
        [
            ("spindle_speed_rpm", "c", speed),
            ("feed_mm_rev", "c", feed),
            ("depth_of_cut_mm", "c", d.pick(0.5, 1.0, 1.5)),
            ("coolant", "c", d.pick("dry", "MQL", "flood")),
            ("surface_roughness_um", "m", rough),
            ("tool_wear_mm", "m", d.near_factor(0.08 + speed / 2e4, 0.08, 3)),
            ("cutting_force_N", "m", d.near_factor(90 + 900 * feed, 0.05, 4)),
        ],
        ["-surface_roughness_um", "-tool_wear_mm", "-cutting_force_N"],
    )


def sorbent(d: Draw) -> Sheet:
    d = _few(d, 15)
    acid, dose, minutes = d.pick(3, 5, 7), d.pick(0.5, 1.0, 2.0), d.pick(15, 60, 120)
    removed = d.near(55 + 4 * acid + 8 * dose + minutes / 12, 1.5, 2)
    return Sheet(
        [
            ("pH", "c", acid),
            ("dosage_g_L", "c", dose),
            ("contact_time_min", "c", minutes),
            ("initial_conc_mg_L", "c", d.pick(20, 50, 100)),
            ("removal_pct", "m", removed),
            ("qe_mg_g", "m", d.near_factor(removed / dose, 0.03, 4)),
        ],
        ["+removal_pct", "+qe_mg_g"],
    )


def printing(d: Draw) -> Sheet:
    d = _few(d, 25)
    nozzle, fill, height = d.pick(200, 210, 220), d.pick(20, 50, 80), d.pick(0.1, 0.2, 0.3)
    strength = d.near(18 + 0.3 * fill + (nozzle - 200) / 5 - 10 * height, 0.8, 2)
    return Sheet(
        [
            ("nozzle_temp_C", "c", nozzle),
            ("bed_temp_C", "c", d.pick(50, 60)),
            ("layer_height_mm", "c", height),
            ("print_speed_mm_s", "c", d.pick(40, 60, 80)),
            ("infill_pct", "c", fill),
            ("tensile_strength_MPa", "m", strength),
            ("warpage_mm", "m", d.near_factor(0.3 + fill / 400, 0.1, 3)),
        ],
        ["+tensile_strength_MPa", "-warpage_mm"],
    )


def fermenting(d: Draw) -> Sheet:
    d = _few(d, 20)
    temp, acid, rpm = d.pick(28, 30, 34, 37), d.pick(5.5, 6.5, 7.0), d.pick(150, 250)
    titer = d.near_factor(9 - dip(temp, 31, 3) + acid / 3, 0.05, 4)
    return Sheet(
        [
            ("temp_C", "c", temp),
            ("pH", "c", acid),
            ("agitation_rpm", "c", rpm),
            ("glucose_g_L", "c", d.pick(20, 40, 80)),
            ("titer_g_L", "m", titer),
            ("biomass_g_L", "m", d.near_factor(3 + rpm / 90, 0.05, 4)),
            ("productivity_g_L_h", "m", d.near_factor(titer / 48, 0.02, 4)),
        ],
        ["+titer_g_L", "+productivity_g_L_h", "+biomass_g_L"],
    )


def electrolysis_plant(d: Draw) -> Sheet:
    bar, share, price = d.pick(1, 15, 30), d.pick(0.85, 0.9, 0.95), d.pick(20, 40, 60, 80)
    need = 53.7 - 0.11 * bar + 2.13 / share
    return Sheet(
        [
            ("stack_pressure_bar", "c", bar),
            ("faradaic_share", "c", share),
            ("power_price_eur_mwh", "c", price),
            ("stack_life_h", "c", d.pick(40000, 60000)),
            ("lcoh_eur_per_kg", "m", need * price / 1000 + 1.237 + 0.0213 * bar),
            ("specific_kwh_per_kg", "m", need),
            ("feasible", "mri", [True] * d.n),
        ],
        ["-lcoh_eur_per_kg"],
    )


def cold_plate(d: Draw) -> Sheet:
    watts, speed = np.repeat([100, 200, 300, 400, 500], 5), np.tile([41.9, 62.8, 94.2, 125.7, 251.3], 5)
    flow = 7.257e-05 * speed * (1 + 1e-9 * watts)
    return Sheet(
        [
            ("heat_load_W", "c", watts),
            ("pump_speed_rad_s", "c", speed),
            ("chip_temp_K", "m", 293.15 + watts * (0.061234 + 0.00041357 / flow**0.8)),
            ("flow_rate_kg_s", "m", flow),
            ("pressure_drop_Pa", "m", 3.1237e7 * flow**1.87),
        ],
        ["?chip_temp_K", "-pressure_drop_Pa"],
    )


def casting_in_german(d: Draw) -> Sheet:
    d = _few(d, 12)
    temp = d.pick(680, 700, 720)
    return Sheet(
        [
            ("Versuch", "ri", range(1, 13)),
            ("Gießtemperatur (°C)", "c", temp),
            ("Haltezeit (s)", "c", d.pick(5, 10, 20)),
            ("Druck (bar)", "c", d.pick(40, 60)),
            ("Porosität (%)", "m", d.near(3 - (temp - 680) / 40, 0.15, 2)),
            ("Zugfestigkeit (MPa)", "m", d.near(210 + (temp - 680) / 2, 4, 1)),
        ],
        ["?Porosität (%)", "?Zugfestigkeit (MPa)"],
        write=write_markdown,
        suffix=".md",
    )
