"""More tables of people who train, compress and compare models, and of those who write down who ran what."""

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
)


def autoencoder(d: Draw) -> Sheet:
    weight, latent, lr = d.pick(0.1, 0.5, 1.0, 4.0), d.pick(16, 32, 64), d.log(1e-4, 1e-2)
    kl, recon = d.near_factor(9 / weight**0.5, 0.05), d.near_factor(60 + 6 * weight - latent / 8, 0.02)
    return Sheet(
        [
            ("kl_weight", "c", weight),
            ("latent_dim", "c", latent),
            ("lr", "c", lr),
            ("decoder", "c", d.pick("gaussian", "bernoulli")),
            ("kl_loss", "m", kl),
            ("recon_loss", "m", recon),
            ("val_loss", "m", (recon + weight * kl).round(3)),
            ("active_units", "m", np.minimum(latent, d.whole(6, 30))),
            ("epoch_time", "rm", d.even(20, 33, 1)),
        ],
        ["-val_loss", "-recon_loss"],
    )


def mixture_of_experts(d: Draw) -> Sheet:
    experts, alpha, lr = d.pick(4, 8, 16), d.pick(0.001, 0.01, 0.1), d.log(1e-4, 1e-3)
    ce = 3.3 - 0.06 * np.log2(experts) - 0.2 * peak(lr, 4e-4, 0.6) + 0.4 * alpha
    return Sheet(
        [
            ("git_hash", "ri", d.ids(7)),
            ("n_experts", "c", experts),
            ("top_k", "c", d.pick(1, 2)),
            ("capacity_factor", "c", d.pick(1.0, 1.25, 2.0)),
            ("aux_alpha", "c", alpha),
            ("lr", "c", lr),
            ("aux_loss", "m", d.near_factor(1.1 + 0.02 / alpha**0.5, 0.02)),
            ("lm_loss", "m", d.near(ce, 0.01)),
            ("dropped_tokens_frac", "m", d.near(0.09 - 0.3 * alpha, 0.005)),
            ("router_entropy", "m", d.near(1 + 0.2 * np.log2(experts), 0.05, 3)),
            ("tokens/s", "mr", d.near_factor(210_000 / experts**0.2, 0.03)),
            ("gpu", "cr", d.pick("H100", "A100")),
        ],
        ["-lm_loss"],
        write=write_lines,
        suffix=".jsonl",
    )


def labelled_by_people(d: Draw) -> Sheet:
    budget, query = d.pick(100, 300, 1000), d.pick("entropy", "margin", "random")
    f1 = d.near(0.62 + 0.06 * np.log10(budget) + 0.02 * (query != "random"), 0.01)
    return Sheet(
        [
            ("run_name", "ri", [f"{q}-{b}-{i}" for i, (q, b) in enumerate(zip(query, budget, strict=True))]),
            ("annotator", "rci", d.pick("ann_a", "ann_b", "ann_c")),
            ("author", "ri", d.pick("jlee", "smueller")),
            ("date", "ri", [t[:10] for t in d.times(700)]),
            ("query_strategy", "c", query),
            ("budget", "c", budget),
            ("batch", "c", d.pick(10, 50)),
            ("encoder", "c", d.pick("mpnet", "minilm")),
            ("macro-F1", "m", f1),
            ("ECE", "m", d.near(0.12 - f1 / 12, 0.006)),
            ("labelling_minutes", "mr", (budget * 0.31).round(1)),
            ("remarks", "ri", d.pick("", "guideline v2", "check")),
        ],
        ["+macro-F1"],
        write=write_indexed,
        more=(("", "ri"),),
    )


def quantized(d: Draw) -> Sheet:
    bits, group = d.pick(2, 3, 4, 8), d.pick(32, 64, 128)
    ppl = d.near(5.5 + 9 * 0.25 ** (bits - 1) + group / 900, 0.03, 2)
    return Sheet(
        [
            ("Model", "c", d.pick("Llama-2-7B", "Llama-2-13B")),
            ("Method", "c", d.pick("GPTQ", "AWQ", "RTN")),
            ("Bits", "c", bits),
            ("Group size", "c", group),
            ("act-order", "c", d.pick("yes", "no")),
            ("Wiki2 PPL ↓", "m", ppl),
            ("C4 PPL ↓", "m", d.near(ppl + 1.6, 0.03, 2)),
            ("Size (GB)", "m", (bits * 0.9 + 16 / group).round(2)),
            ("tok/s", "m", d.near_factor(140 / bits**0.6, 0.03, 3)),
            ("Peak VRAM (GiB)", "mr", d.near(bits * 0.95 + 2, 0.1, 1)),
        ],
        ["-Wiki2 PPL ↓", "-C4 PPL ↓"],
        write=write_markdown,
        suffix=".md",
    )


def hospitals(d: Draw) -> Sheet:
    frac, local, mu = d.pick(0.1, 0.3, 1.0), d.pick(1, 3, 5), d.pick(0.0, 0.001, 0.01, 0.1)
    dice = d.near(0.78 + 0.04 * frac + 0.006 * local - 0.3 * mu, 0.008)
    return Sheet(
        [
            ("strategy", "c", d.pick("FedAvg", "FedProx", "Scaffold")),
            ("client_fraction", "c", frac),
            ("local_epochs", "c", local),
            ("proximal_mu", "c", mu),
            ("server_lr", "c", d.pick(0.3, 1.0)),
            ("num_rounds", "c", d.pick(30, 60)),
            ("partition", "c", d.pick("iid", "by_site")),
            ("global_dice", "m", dice),
            ("worst_site_dice", "m", d.near(dice - 0.08, 0.01)),
            ("hd95", "m", d.near(30 - 25 * dice, 0.7, 2)),
            ("comm_GB", "mr", d.near_factor(frac * 22, 0.02, 3)),
        ],
        ["+global_dice", "+worst_site_dice", "-hd95"],
    )


def sales_in_german(d: Draw) -> Sheet:
    model, lag, season = d.pick("ETS", "LightGBM", "N-BEATS"), d.pick(7, 14, 28), d.pick(7, 52)
    mape = d.near(14 - 0.1 * lag + 1.5 * (model == "ETS"), 0.4, 2)
    return Sheet(
        [
            ("Lauf-Nr.", "ri", range(1, d.n + 1)),
            ("Bearbeiter", "ri", d.pick("Schmidt", "Yılmaz", "Kowalski")),
            ("Datum", "ri", [t[8:10] + "." + t[5:7] + "." + t[:4] for t in d.times(800)]),
            ("Modell", "c", model),
            ("Horizont (Tage)", "c", d.pick(7, 28)),
            ("Verzögerungen", "c", lag),
            ("Saisonlänge", "c", season),
            ("Glättung", "c", d.even(0.05, 0.6, 2)),
            ("MAPE (%)", "m", mape),
            ("Mittlerer abs. Fehler", "m", d.near(mape * 31, 6, 1)),
            ("Dauer (min)", "rm", d.even(1, 40, 1)),
            ("Anmerkung", "ri", d.pick("", "Feiertage fehlen", "ok")),
        ],
        ["-MAPE (%)", "-Mittlerer abs. Fehler"],
        write=write_semicolons,
    )


def click_ranking(d: Draw) -> Sheet:
    dim, hidden, l2 = d.pick(8, 16, 32, 64), d.pick("[256,128]", "[512,256,128]", "[1024]"), d.log(1e-7, 1e-4, 3)
    auc = d.near(0.785 + 0.002 * np.log2(dim) + 0.004 * peak(l2, 2e-6), 0.0008, 5)
    return Sheet(
        [
            ("model", "c", d.pick("DeepFM", "DCNv2", "AutoInt")),
            ("embedding_dim", "c", dim),
            ("dnn_hidden_units", "c", hidden),
            ("l2_reg_embedding", "c", l2),
            ("use_bn", "c", d.pick(True, False)),
            ("neg_sample_rate", "c", d.pick(0.1, 0.2, 1.0)),
            ("GAUC", "m", d.near(auc - 0.07, 0.001, 5)),
            ("AUC", "m", auc),
            ("LogLoss", "m", d.near(1.24 - auc, 0.0008, 5)),
            ("pCTR/CTR", "m", d.near(np.ones(d.n), 0.02, 4)),
            ("QPS", "mr", d.near_factor(9000 / dim**0.4, 0.04)),
            ("ckpt", "ri", [f"hdfs://rec/ctr/{i:04d}/model.ckpt" for i in range(d.n)]),
        ],
        ["+AUC", "+GAUC", "-LogLoss"],
    )


def speech_in_japanese(d: Draw) -> Sheet:
    lr, beam = d.log(1e-5, 1e-3), d.pick(1, 5, 10, 20)
    wer = d.near(18 - 7 * peak(lr, 1e-4) - beam / 12, 0.3, 2)
    return Sheet(
        [
            ("実験ID", "ri", [f"asr{i:03d}" for i in range(d.n)]),
            ("担当者", "ri", d.pick("佐藤", "鈴木", "田中")),
            ("モデル", "c", d.pick("Conformer", "Transformer")),
            ("学習率", "c", lr),
            ("ビーム幅", "c", beam),
            ("ドロップアウト率", "c", d.pick(0.1, 0.2)),
            ("言語モデル重み", "c", d.even(0, 0.6, 1)),
            ("単語誤り率(%)", "m", wer),
            ("文字誤り率(%)", "m", d.near(wer * 0.45, 0.2, 2)),
            ("学習時間", "rm", [f"{h}時間{m}分" for h, m in zip(d.whole(1, 9), d.whole(1, 59), strict=True)]),
            ("推論時間", "mr", [f"{m}分" for m in d.whole(3, 14)]),
        ],
        ["-単語誤り率(%)", "-文字誤り率(%)"],
    )


def harness(d: Draw) -> Sheet:
    shots, temp, quant = d.pick(0, 5, 25), d.pick(0.0, 0.7), d.pick("none", "int8", "nf4")
    base = 55 + shots / 4 - 3 * temp - 2 * (quant == "nf4")
    tasks = ("arc_challenge", "hellaswag", "mmlu", "truthfulqa_mc2", "winogrande", "gsm8k")
    scores = {task: d.near(base + i, 0.7, 2) for i, task in enumerate(tasks)}
    return Sheet(
        [
            ("model", "c", d.pick("mistral-7b", "qwen2-7b", "gemma-7b")),
            ("num_fewshot", "c", shots),
            ("temperature", "c", temp),
            ("quantization", "c", quant),
            ("prompt_template", "c", d.pick("plain", "chat")),
            *[(task, "m", values) for task, values in scores.items()],
            ("average", "m", np.mean(list(scores.values()), axis=0).round(3)),
            ("eval_date", "ri", d.times(90)),
            ("evaluator", "ri", d.pick("nadia", "chen")),
        ],
        ["+average"],
        write=write_objects,
        suffix=".json",
    )


def clean_policy(d: Draw) -> Sheet:
    lr, envs, clip = d.log(5e-5, 5e-3), d.pick(8, 16, 64), d.pick(0.1, 0.2, 0.3)
    back = d.near(210 + 180 * peak(lr, 3e-4) - 60 * dip(clip, 0.2, 0.1), 14, 1)
    return Sheet(
        [
            ("exp_name", "ri", ["ppo_continuous"] * d.n),
            ("env_id", "c", d.pick("HalfCheetah-v4", "Walker2d-v4")),
            ("seed", "cr", d.whole(1, 5)),
            ("learning_rate", "c", lr),
            ("num_envs", "c", envs),
            ("clip_coef", "c", clip),
            ("anneal_lr", "c", d.pick(True, False)),
            ("total_timesteps", "c", [1_000_000] * d.n),
            ("charts/episodic_return", "m", back),
            ("charts/episodic_length", "m", d.near(600 + back / 3, 20, 1)),
            ("charts/SPS", "mr", d.near_factor(90 * envs, 0.03)),
            ("losses/value_loss", "m", d.near_factor(back / 9, 0.1)),
            ("losses/approx_kl", "m", d.log(1e-3, 3e-2, 3)),
            ("losses/clipfrac", "m", d.near(0.2 - 0.3 * clip, 0.01)),
            ("losses/explained_variance", "m", d.near(0.7 + back / 2000, 0.03)),
        ],
        ["+charts/episodic_return"],
    )
