"""Names of several words that mean another thing than their last word does alone."""

from __future__ import annotations

NAMES_OF_LIBRARIES = frozenset(
    (
        " base_score od_wait min_split_gain min_impurity_decrease s_churn s_noise s_tmin s_tmax train_portion work_mem"
        " maintenance_work_mem gpu_memory_utilization policy_delay color_jitter kl_target prefetch_distance"
        " max_new_tokens min_new_tokens max_tokens max_batch_tokens max_num_batched_tokens risk_per_trade"
        " blocks_per_sm threads_per_block walks_per_node clients_per_round episodes_per_batch obj_pw cls_pw"
        " risk_free_rate sim_threshold score_threshold conf_thres top_k top_p min_p typical_p loss_weights"
        " gain_type sample_weight eval_batch_size success_threshold reward_baseline recall_weight loss_fn"
        " scale_pos_weight return_lookback mask_time_prob mask_feature_prob max_stagnation iou_t anchor_t"
        " current_density smem cost_bps fee_bps slippage_bps compression_level cutting_speed scan_speed spin_speed"
        " spindle_speed print_speed feed_rate cooling_rate heating_rate charge_rate evaporation_rate"
    ).split()
)
"""Names of settings as libraries write them that hold words of outcomes, or none that is known."""

GOOD_SHARES = frozenset(
    (
        " compression acceptance accept pass completion detection survival response retention compile omega"
        " information tail"
    ).split()
)
"""Before a rate or a ratio these make an outcome of it that should be large: ``pass_rate``, ``omega_ratio`` …"""

BAD_SHARES = frozenset("rejection reject timeout refusal failure fail hallucination abstention".split())
"""… that should be small: ``timeout_rate`` …"""

SHARED = GOOD_SHARES | BAD_SHARES | frozenset("positive negative explained draw usage escape feasibility".split())
"""… or either."""

PAIRS = {
    ("profit", "factor"): "maximize",
    ("recovery", "factor"): "maximize",
    ("wall", "clock"): "minimize",
    ("ci", "width"): "minimize",
    ("pressure", "drop"): "minimize",
    ("drag", "coefficient"): "minimize",
    ("lift", "coefficient"): "maximize",
    ("tour", "length"): "minimize",
    ("route", "length"): "minimize",
    ("brier", "score"): "minimize",
    ("docking", "score"): "minimize",
    ("interval", "score"): "minimize",
    ("winkler", "score"): "minimize",
    ("self", "bleu"): "minimize",
    ("yield", "strength"): "maximize",
    ("tensile", "strength"): "maximize",
    ("compressive", "strength"): "maximize",
    ("flexural", "strength"): "maximize",
    ("shear", "strength"): "maximize",
    ("bond", "strength"): "maximize",
    ("adsorption", "capacity"): "maximize",
    ("specific", "capacity"): "maximize",
    ("discharge", "capacity"): "maximize",
}
"""Last two words of names of outcomes of which the last alone names settings as well, and what is good of them."""
