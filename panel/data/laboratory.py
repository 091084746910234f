"""Words of the laboratory and the workshop: units, what is done to a sample, what came out."""

from __future__ import annotations

MEASURES = frozenset(
    (
        " kg g mg ug ng l ml ul m cm mm um nm cm2 cm3 m2 m3 mol mmol ppm ppb wt vol j kj mj cal kcal ev mev mwh mw"
        " k c degc v mv kv ma mah kn pa kpa mpa gpa bar mbar atm psi rpm rev rad deg mmhg lmh"
    ).split()
)
"""Units of the laboratory, which end names of settings and outcomes alike: ``titer_g_L``, ``temp_C``."""

PROCESSES = frozenset(
    (
        " reaction contact residence annealing holding hold curing sintering soak soaking dwell incubation exposure"
        " mixing stirring drying etching deposition aging ageing retention irradiation sonication milling calcination"
        " pressing heating cooling pulse fermentation"
    ).split()
)
"""Before a time these say how long something was done to the sample, not how long the run went on."""

LABORATORY = frozenset(
    (
        " temperature temp catalyst solvent ligand ph pressure concentration conc equiv molar rpm dosage dose loading"
        " substrate bar mol degc"
    ).split()
)
"""Words of experiments in which a time is set, as temperatures are."""

PEAKS = frozenset("peak hotspot outlet".split())
"""Before the word of a setting these say what it came to: ``peak_temp``."""

CAME_OUT = frozenset(
    "actual achieved obtained observed measured realized realised resulting estimated predicted simulated".split()
)
"""First words of names of what a run came to, whatever the last word is: ``actual_ratio``."""
