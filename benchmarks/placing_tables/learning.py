"""Tables of people who train models on text, speech, tables and in environments."""

from __future__ import annotations

import numpy as np

from benchmarks.placing_tables.sheet import (
    Draw,
    Sheet,
    dip,
    peak,
    write_indexed,
    write_lines,
    write_markdown,
    write_objects,
    write_semicolons,
    write_tabs,
)


def translation(d: Draw) -> Sheet:
    smooth, warm, drop = d.pick(0, 0.1, 0.2), d.pick(1000, 4000, 8000), d.pick(0.1, 0.2, 0.3)
    bleu = d.near(24 + 8 * smooth - 10 * (drop - 0.2) ** 2 + warm / 4000, 0.15, 2)
    return Sheet(
        [
            ("arch", "c", d.pick("transformer_base", "transformer_iwslt")),
            ("label-smoothing", "c", smooth),
            ("warmup-updates", "c", warm),
            ("dropout", "c", drop),
            ("max-tokens", "c", d.pick(4096, 8192)),
            ("beam", "c", d.pick(4, 5)),
            ("lenpen", "c", d.even(0.4, 1.4, 1)),
            ("valid_ppl", "m", d.near(40 - bleu, 0.2, 2)),
            ("BLEU", "m", bleu),
            ("chrF", "m", d.near(bleu + 25, 0.3, 1)),
        ],
        ["+BLEU", "-valid_ppl"],
        write=write_tabs,
        suffix=".tsv",
    )


def text_classes(d: Draw) -> Sheet:
    lr, length, wr = d.pick(1e-5, 2e-5, 3e-5, 5e-5), d.pick(128, 256, 512), d.pick(0.0, 0.06, 0.1)
    f1 = 0.8 + 0.05 * peak(lr, 2e-5, 0.4) + length / 8000
    return Sheet(
        [
            ("eval_f1_macro", "m", d.near(f1 - 0.03, 0.004)),
            ("eval_loss", "m", d.near(1.1 - f1, 0.02)),
            ("eval_runtime", "mr", d.near(11 + length / 40, 0.4)),
            ("eval_samples_per_second", "mr", d.near(4000 / length, 1.0)),
            ("gradient_accumulation_steps", "c", d.pick(1, 2, 4)),
            ("learning_rate", "c", lr),
            ("max_seq_length", "c", length),
            ("model_name_or_path", "c", d.pick("bert-base-uncased", "roberta-base")),
            ("output_dir", "ri", [f"./out/run-{i}" for i in range(d.n)]),
            ("per_device_train_batch_size", "c", d.pick(8, 16, 32)),
            ("warmup_ratio", "c", wr),
        ],
        ["+eval_f1_macro", "-eval_loss"],
    )


def fine_tuning(d: Draw) -> Sheet:
    rank, alpha, lr = d.pick(4, 8, 16, 64), d.pick(8, 16, 32), d.log(1e-5, 1e-3)
    loss = 1.6 - 0.4 * peak(lr, 2e-4, 0.7) - 0.02 * np.log2(rank)
    return Sheet(
        [
            ("base_model", "c", d.pick("llama-7b", "mistral-7b")),
            ("lora_r", "c", rank),
            ("lora_alpha", "c", alpha),
            ("target_modules", "c", d.pick("q_proj,v_proj", "all-linear")),
            ("lr", "c", lr),
            ("lr_scheduler", "c", d.pick("cosine", "linear")),
            ("neftune_noise_alpha", "c", d.pick(0, 5)),
            ("train_loss", "m", d.near(loss - 0.1, 0.02)),
            ("eval_loss", "m", d.near(loss, 0.01)),
            ("mmlu", "m", d.near(60 - 10 * loss, 0.5, 2)),
            ("gsm8k", "m", d.near(60 - 20 * loss, 1.0, 2)),
            ("GPU mem (GB)", "mr", d.near(16 + rank / 8, 0.3, 1)),
            ("wall_clock", "rmi", [f"{h}h{m:02d}m" for h, m in zip(d.whole(1, 5), d.whole(0, 59), strict=True)]),
        ],
        ["-eval_loss", "+mmlu", "+gsm8k"],
        write=write_lines,
        suffix=".jsonl",
    )


def preference_tuning(d: Draw) -> Sheet:
    beta, lr = d.pick(0.01, 0.1, 0.3, 0.5), d.log(1e-7, 1e-5)
    win = d.near(0.45 + 0.15 * peak(beta, 0.1, 0.6) + 0.1 * peak(lr, 1e-6), 0.015, 3)
    return Sheet(
        [
            ("run", "ri", [f"dpo-{i:02d}" for i in range(d.n)]),
            ("beta", "c", beta),
            ("lr", "c", lr),
            ("loss_type", "c", d.pick("sigmoid", "ipo", "hinge")),
            ("max_prompt_length", "c", d.pick(512, 1024)),
            ("rewards/margins", "m", d.near(1 + win, 0.1)),
            ("win_rate", "m", win),
            ("kl", "m", d.near(2 / beta**0.5, 0.1)),
        ],
        ["+win_rate"],
    )


def retrieval(d: Draw) -> Sheet:
    chunk, overlap, k = d.pick(128, 256, 512, 1024), d.pick(0, 32, 64), d.pick(3, 5, 10)
    hit = 0.6 + 0.2 * peak(chunk, 300, 0.5) + 0.02 * k
    return Sheet(
        [
            ("chunk_size", "c", chunk),
            ("chunk_overlap", "c", overlap),
            ("top_k", "c", k),
            ("embedding", "c", d.pick("bge-small", "e5-base", "ada-002")),
            ("rerank", "c", d.pick("yes", "no")),
            ("temperature", "c", d.pick(0.0, 0.3)),
            ("hit_rate", "m", d.near(hit, 0.01)),
            ("mrr", "m", d.near(hit - 0.2, 0.01)),
            ("faithfulness", "m", d.near(hit - 0.05, 0.03)),
            ("latency_ms", "m", d.near(120 * k + chunk / 2, 30, 0)),
        ],
        ["+hit_rate", "+mrr", "+faithfulness"],
        write=write_objects,
        suffix=".json",
    )


def speech(d: Draw) -> Sheet:
    layers, mask, lr = d.pick(6, 12, 16), d.even(0, 0.1, 3), d.log(1e-4, 1e-2)
    wer = d.near_factor(12 - 4 * peak(lr, 1e-3) - layers / 8 + 300 * (mask - 0.05) ** 2, 0.02, 3)
    return Sheet(
        [
            ("encoder_layers", "c", layers),
            ("time_mask_ratio", "c", mask),
            ("peak_lr", "c", lr),
            ("ctc_weight", "c", d.pick(0.1, 0.3, 0.5)),
            ("beam_size", "c", d.pick(1, 10, 20)),
            ("lm_weight", "c", d.even(0, 0.8, 1)),
            ("wer_clean", "m", wer),
            ("wer_other", "m", d.near_factor(2.2 * wer, 0.03, 3)),
            ("RTF", "m", d.near_factor(layers / 60, 0.05, 3)),
        ],
        ["-wer_clean", "-wer_other"],
    )


def proximal_policy(d: Draw) -> Sheet:
    clip, gamma, ent = d.even(0.05, 0.4, 2), d.pick(0.9, 0.95, 0.99, 0.995), d.log(1e-4, 0.1)
    reward = d.near(150 - 120 * dip(clip, 0.2, 0.3) + 2000 * (gamma - 0.95) - 200 * ent, 12, 1)
    return Sheet(
        [
            ("env_id", "c", ["Hopper-v4"] * d.n),
            ("clip_range", "c", clip),
            ("gamma", "c", gamma),
            ("gae_lambda", "c", d.even(0.8, 1.0, 2)),
            ("ent_coef", "c", ent),
            ("n_steps", "c", d.pick(512, 1024, 2048)),
            ("vf_coef", "c", d.even(0.2, 1.0, 2)),
            ("seed", "cr", d.whole(0, 4)),
            ("ep_rew_mean", "m", reward),
            ("ep_len_mean", "m", d.near(200 + reward, 9, 1)),
            ("fps", "mr", d.near(np.full(d.n, 1300.0), 60, 0)),
        ],
        ["+ep_rew_mean"],
    )


def q_learning(d: Draw) -> Sheet:
    alpha, eps, decay = d.pick(0.01, 0.1, 0.5), d.pick(0.1, 0.5, 1.0), d.pick(0.99, 0.995, 0.999)
    success = d.near(60 + 20 * peak(alpha, 0.1) - 10 * eps, 3, 1)
    return Sheet(
        [
            ("Alpha", "c", alpha),
            ("Epsilon", "c", eps),
            ("Epsilon Decay", "c", decay),
            ("Discount", "c", d.pick(0.9, 0.99)),
            ("Episodes", "c", d.pick(500, 1000)),
            ("Avg Reward", "m", d.near(success / 10 - 4, 0.2, 2)),
            ("Success Rate", "m", [f"{value}%" for value in success]),
            ("Collisions", "m", d.near(100 - success, 2, 0).astype(int)),
        ],
        ["+Avg Reward", "+Success Rate"],
        write=write_markdown,
        suffix=".md",
    )


def boosting(d: Draw) -> Sheet:
    eta, depth, sub = d.log(0.01, 0.5, 3), d.whole(3, 10), d.even(0.5, 1, 2)
    auc = 0.8 + 0.08 * peak(eta, 0.08) - 0.0015 * (depth - 6) ** 2
    return Sheet(
        [
            ("eta", "c", eta),
            ("max_depth", "c", depth),
            ("subsample", "c", sub),
            ("colsample_bytree", "c", d.even(0.4, 1, 2)),
            ("min_child_weight", "c", d.whole(1, 9)),
            ("lambda", "c", d.log(0.01, 10, 3)),
            ("best_iteration", "mr", d.near_factor(30 / eta, 0.1, 3).astype(int)),
            ("train-auc", "m", d.near(auc + 0.06, 0.004)),
            ("test-auc", "m", d.near(auc, 0.003)),
        ],
        ["+test-auc"],
        write=write_indexed,
        more=(("", "ri"),),
    )


def leaves(d: Draw) -> Sheet:
    leaf, ff = d.pick(15, 31, 63, 127), d.even(0.5, 1.0, 1)
    rmse = d.near_factor(2.4 - 0.2 * np.log2(leaf / 15) + 0.4 * dip(ff, 0.8, 0.3), 0.01)
    return Sheet(
        [
            ("num_leaves", "c", leaf),
            ("feature_fraction", "c", ff),
            ("bagging_freq", "c", d.whole(0, 7)),
            ("lambda_l1", "c", d.log(1e-8, 10, 3)),
            ("cv_rmse", "m", rmse),
            ("cv_std", "m", d.near_factor(rmse / 30, 0.2, 3)),
        ],
        ["-cv_rmse"],
    )


def forest(d: Draw) -> Sheet:
    trees, depth = d.pick(100, 300, 500), d.pick("None", "5", "10", "20")
    acc = d.near(0.81 + 0.03 * (depth != "5") + trees / 20000, 0.004)
    return Sheet(
        [
            ("Anzahl Bäume", "c", trees),
            ("Maximale Tiefe", "c", depth),
            ("Kriterium", "c", d.pick("gini", "entropy")),
            ("Genauigkeit", "m", acc),
            ("Laufzeit (s)", "mr", d.near_factor(trees / 70, 0.1, 3)),
            ("Bemerkung", "ri", d.pick("", "ok", "nochmal prüfen")),
        ],
        ["+Genauigkeit"],
        write=write_semicolons,
    )


def clusters(d: Draw) -> Sheet:
    k, init = d.whole(2, 15), d.pick("k-means++", "random")
    sil = d.near(0.6 - 0.03 * np.abs(k - 5), 0.01, 3)
    return Sheet(
        [
            ("k", "c", k),
            ("init", "c", init),
            ("n_init", "c", d.pick(1, 10)),
            ("inertia", "m", d.near_factor(9000 / k, 0.03, 5)),
            ("silhouette", "m", sil),
            ("davies_bouldin", "m", d.near(1.6 - sil, 0.03, 3)),
            ("n_iter_", "mr", d.whole(4, 40)),
        ],
        ["+silhouette", "-davies_bouldin"],
    )


def federated(d: Draw) -> Sheet:
    clients, local, mu = d.pick(10, 50, 100), d.pick(1, 5, 10), d.pick(0, 0.01, 0.1)
    acc = d.near(70 - 8 * np.log10(clients) + local - 20 * mu, 0.7, 2)
    return Sheet(
        [
            ("hp_num_clients", "c", clients),
            ("hp_local_epochs", "c", local),
            ("hp_mu", "c", mu),
            ("hp_dirichlet_alpha", "c", d.pick(0.1, 0.5, 1.0)),
            ("rounds_to_target", "m", d.near(400 - 4 * acc, 6, 0).astype(int)),
            ("global_acc", "m", acc),
            ("bytes_sent", "m", (clients * local * 1.7e6).astype(int)),
            ("status", "r", ["ok"] * (d.n - 3) + ["failed"] * 3),
        ],
        ["+global_acc"],
    )
