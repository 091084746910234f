"""Tables like those of `more_learning`, read a first time only when the rules were settled."""

from __future__ import annotations

import numpy as np

from benchmarks.placing_tables.sheet import (
    Draw,
    Sheet,
    peak,
    write_indexed,
    write_markdown,
    write_objects,
    write_semicolons,
    write_tabs,
)


def voices(d: Draw) -> Sheet:
    mel, dur, lr = d.pick(10, 45, 90), d.pick(0.5, 1.0), d.log(5e-5, 5e-4)
    mos = d.near(3.6 + 0.3 * peak(lr, 2e-4, 0.5) + 0.002 * mel, 0.04, 2)
    return Sheet(
        [
            ("speaker_set", "c", d.pick("vctk", "libritts")),
            ("lambda_mel", "c", mel),
            ("lambda_dur", "c", dur),
            ("lr", "c", lr),
            ("segment_size", "c", d.pick(8192, 16384)),
            ("mel_loss", "m", d.near_factor(18 / mel**0.2, 0.02)),
            ("dur_loss", "m", d.near_factor(1.4 / dur**0.2, 0.02)),
            ("total_loss", "m", d.near_factor(30 + mel / 9, 0.02)),
            ("MOS", "m", mos),
            ("MCD (dB)", "m", d.near(8.5 - mos, 0.08, 2)),
            ("RTF", "mr", d.even(0.02, 0.09, 3)),
            ("listener", "ri", d.pick("L01", "L02", "L03")),
        ],
        ["+MOS", "-MCD (dB)"],
    )


def towers_in_korean(d: Draw) -> Sheet:
    dim, temp, neg = d.pick(32, 64, 128), d.pick(0.05, 0.1, 0.2), d.pick(4, 16, 64)
    hit = d.near(0.21 + 0.01 * np.log2(neg) + 0.02 * (temp == 0.05) + dim / 6000, 0.004)
    return Sheet(
        [
            ("실험 이름", "ri", [f"twotower_{i:02d}" for i in range(d.n)]),
            ("작성자", "ri", d.pick("김민수", "이지은")),
            ("임베딩 차원", "c", dim),
            ("온도", "c", temp),
            ("네거티브 샘플 수", "c", neg),
            ("학습률", "c", d.log(1e-4, 1e-2)),
            ("드롭아웃", "c", d.pick(0.0, 0.1, 0.3)),
            ("재현율@50", "m", hit),
            ("NDCG@50", "m", d.near(hit * 0.55, 0.003)),
            ("검증 손실", "m", d.near(4.1 - 4 * hit, 0.03)),
            ("학습 시간", "rm", [f"{m}분" for m in d.whole(12, 80)]),
        ],
        ["+재현율@50", "+NDCG@50", "-검증 손실"],
    )


def electricity_in_chinese(d: Draw) -> Sheet:
    look, heads, lr = d.pick(96, 192, 336), d.pick(4, 8, 16), d.log(1e-5, 1e-3)
    mse = d.near(0.42 - 0.06 * peak(lr, 1e-4) - look / 9000, 0.004)
    return Sheet(
        [
            ("数据集", "c", d.pick("ETTh1", "ECL")),
            ("模型", "c", d.pick("PatchTST", "DLinear", "Informer")),
            ("输入长度", "c", look),
            ("预测长度", "c", d.pick(96, 720)),
            ("注意力头数", "c", heads),
            ("隐藏层维度", "c", d.pick(128, 512)),
            ("学习率", "c", lr),
            ("随机种子", "cr", d.whole(2021, 2023)),
            ("均方误差", "m", mse),
            ("平均绝对误差", "m", d.near(mse + 0.02, 0.004)),
            ("训练耗时", "rm", [f"{m}分{s}秒" for m, s in zip(d.whole(2, 30), d.whole(0, 59), strict=True)]),
            ("负责人", "ri", d.pick("王伟", "李娜", "张敏")),
        ],
        ["-均方误差", "-平均绝对误差"],
    )


def passages(d: Draw) -> Sheet:
    pool, neg, margin = d.pick("cls", "mean"), d.pick(1, 7, 15), d.pick(0.05, 0.1, 0.2)
    ndcg = d.near(46 + neg / 3 + (pool == "mean") - 10 * margin, 0.3, 2)
    return Sheet(
        [
            ("backbone", "c", d.pick("bert-base", "distilbert", "MiniLM-L6")),
            ("pooling", "c", pool),
            ("hard_negatives", "c", neg),
            ("margin", "c", margin),
            ("warmup_steps", "c", d.pick(500, 1000, 4000)),
            ("MSMARCO MRR@10", "m", d.near(ndcg - 14, 0.2, 2)),
            ("NQ", "m", d.near(ndcg + 2, 0.3, 2)),
            ("SciFact", "m", d.near(ndcg + 17, 0.5, 2)),
            ("FiQA", "m", d.near(ndcg - 15, 0.4, 2)),
            ("TREC-COVID", "m", d.near(ndcg + 22, 0.6, 2)),
            ("Avg. nDCG@10", "m", ndcg),
            ("docs/sec", "mr", d.near_factor(900 * np.ones(d.n), 0.03)),
        ],
        ["+Avg. nDCG@10"],
        write=write_markdown,
        suffix=".md",
    )


def adapter_in_spanish(d: Draw) -> Sheet:
    rank, alpha, lr = d.pick(4, 8, 16, 32), d.pick(8, 16, 64), d.log(1e-5, 1e-3)
    loss = d.near(1.5 - 0.3 * peak(lr, 2e-4, 0.7) - 0.02 * np.log2(rank), 0.012)
    return Sheet(
        [
            ("ID", "ri", d.ids(6)),
            ("Responsable", "ri", d.pick("Lucía", "Andrés")),
            ("Servidor", "rc", d.pick("gpu-a", "gpu-b")),
            ("Modelo base", "c", d.pick("Llama-3-8B", "Gemma-2-9B")),
            ("Rango LoRA", "c", rank),
            ("Alfa LoRA", "c", alpha),
            ("Tasa de aprendizaje", "c", lr),
            ("Longitud máxima", "c", d.pick(512, 2048)),
            ("Pérdida de entrenamiento", "m", d.near(loss - 0.2, 0.02)),
            ("Pérdida de evaluación", "m", loss),
            ("Exactitud (%)", "m", d.near(78 - 18 * loss, 0.6, 1)),
            ("Duración", "rm", [f"{h}h {m}min" for h, m in zip(d.whole(1, 5), d.whole(1, 59), strict=True)]),
            ("Notas", "ri", d.pick("", "repetir", "buena")),
        ],
        ["-Pérdida de evaluación", "+Exactitud (%)"],
        write=write_semicolons,
    )


def samplers(d: Draw) -> Sheet:
    steps, scale, eta = d.pick(10, 20, 50, 100), d.even(1, 12, 1), d.pick(0.0, 0.5, 1.0)
    fid = d.near(14 + 60 / steps + 0.15 * (scale - 4) ** 2 + eta, 0.3, 2)
    return Sheet(
        [
            ("sampler", "c", d.pick("ddim", "dpm++", "euler_a")),
            ("num_inference_steps", "c", steps),
            ("guidance_scale", "c", scale),
            ("eta", "c", eta),
            ("fp16", "c", d.pick(True, False)),
            ("n_images", "mrc", [5000] * d.n),
            ("FID↓", "m", fid),
            ("IS↑", "m", d.near(120 - fid, 1, 1)),
            ("CLIP-T", "m", d.near(0.24 + 0.006 * scale, 0.004)),
            ("precision", "m", d.near(0.6 + 0.02 * scale, 0.02, 3)),
            ("recall", "m", d.near(0.6 - 0.02 * scale, 0.02, 3)),
            ("s/img", "rm", d.near_factor(steps / 22, 0.02, 3)),
            ("created_by", "ri", d.pick("ivan", "mei")),
        ],
        ["-FID↓"],
    )


def engines(d: Draw) -> Sheet:
    batch, kind, streams = d.pick(1, 4, 16, 64), d.pick("fp32", "fp16", "int8"), d.pick(1, 2, 4)
    speed = np.array([{"fp32": 1.0, "fp16": 2.1, "int8": 3.4}[k] for k in kind])
    p50 = d.near_factor(2.0 + batch / 3 / speed + streams / 2, 0.03)
    return Sheet(
        [
            ("engine", "c", d.pick("tensorrt", "onnxruntime", "openvino")),
            ("precision", "c", kind),
            ("batch", "c", batch),
            ("streams", "c", streams),
            ("workspace_mb", "c", d.pick(256, 1024)),
            ("top1", "m", d.near(76.1 - 0.5 * (kind == "int8"), 0.03, 2)),
            ("p50_ms", "m", p50),
            ("p99_ms", "m", d.near_factor(p50 * 1.5, 0.08)),
            ("throughput_ips", "m", d.near_factor(batch * streams * 1000 / p50, 0.02)),
            ("mem_mb", "mr", d.near_factor(300 + 9 * batch / speed, 0.02)),
            ("power_w", "mr", d.near_factor(80 + 30 * streams, 0.03)),
        ],
        ["+throughput_ips", "-p50_ms", "-p99_ms", "+top1"],
        write=write_tabs,
        suffix=".tsv",
    )


def private_clients(d: Draw) -> Sheet:
    noise, clip, clients = d.pick(0.3, 0.8, 1.2, 2.0), d.pick(0.1, 1.0, 5.0), d.pick(20, 100)
    acc = d.near(0.83 - 0.08 * noise - 0.03 * np.abs(np.log10(clip)), 0.006)
    return Sheet(
        [
            ("dataset", "c", d.pick("femnist", "cifar10")),
            ("noise_multiplier", "c", noise),
            ("clipping_norm", "c", clip),
            ("clients_per_round", "c", clients),
            ("delta", "cr", [1e-5] * d.n),
            ("server_optimizer", "c", d.pick("sgd", "adam", "yogi")),
            ("epsilon_spent", "m", d.near_factor(9 / noise, 0.02)),
            ("test_accuracy", "m", acc),
            ("fairness_gap", "m", d.near(0.2 - 0.1 * acc, 0.01)),
            ("attack_auc", "m", d.near(0.62 - 0.05 * noise, 0.008)),
            ("run_by", "ri", d.pick("aisha", "pavel")),
            ("finished_at", "ri", d.times(45)),
        ],
        ["+test_accuracy"],
        write=write_indexed,
        more=(("", "ri"),),
    )


def physics_informed(d: Draw) -> Sheet:
    pde, bc, width = d.log(0.01, 10, 3), d.log(1, 100, 3), d.pick(32, 64, 128)
    error = d.near_factor(0.004 + 0.02 * (1 - peak(pde, 0.3)) + 0.3 / width, 0.06)
    return Sheet(
        [
            ("lambda_pde", "c", pde),
            ("lambda_bc", "c", bc),
            ("width", "c", width),
            ("depth", "c", d.whole(3, 8)),
            ("activation", "c", d.pick("tanh", "sin", "gelu")),
            ("n_collocation", "c", d.pick(2000, 10_000)),
            ("loss_pde", "m", d.near_factor(1e-4 / pde, 0.1)),
            ("loss_bc", "m", d.near_factor(1e-3 / bc, 0.1)),
            ("loss", "m", d.near_factor(3e-4 + 1e-4 * pde, 0.1)),
            ("rel_l2_error", "m", error),
            ("grad_norm", "m", d.log(1e-3, 1, 3)),
            ("wall (s)", "rm", d.near_factor(width * 5, 0.05)),
        ],
        ["-rel_l2_error", "-loss"],
        write=write_objects,
        suffix=".json",
    )


def contrastive_in_french(d: Draw) -> Sheet:
    temp, dim, crop = d.pick(0.05, 0.1, 0.2, 0.5), d.pick(64, 128, 256), d.even(0.1, 0.5, 2)
    probe = d.near(61 + 6 * peak(temp, 0.1, 0.5) + dim / 128 - 10 * np.abs(crop - 0.25), 0.5, 2)
    return Sheet(
        [
            ("Machine", "rc", d.pick("gpu01", "gpu02")),
            ("Auteur", "ri", d.pick("Noémie", "Bastien")),
            ("Date", "ri", [t[8:10] + "/" + t[5:7] + "/" + t[:4] for t in d.times(600)]),
            ("Température", "c", temp),
            ("Dimension de projection", "c", dim),
            ("Recadrage min", "c", crop),
            ("Taille du lot", "c", d.pick(256, 512, 1024)),
            ("InfoNCE", "m", d.near(5.2 - probe / 40, 0.03)),
            ("Sonde linéaire (%)", "m", probe),
            ("k-NN (%)", "m", d.near(probe - 6, 0.5, 2)),
            ("Temps de calcul", "rm", [f"{h} h {m:02d}" for h, m in zip(d.whole(3, 9), d.whole(0, 59), strict=True)]),
        ],
        ["+Sonde linéaire (%)", "+k-NN (%)"],
        write=write_semicolons,
    )
