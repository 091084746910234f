"""Tables of people who train models on images."""

from __future__ import annotations

import numpy as np

from benchmarks.placing_tables.sheet import Draw, Sheet, dip, pay, peak


def image_classes(d: Draw) -> Sheet:
    lr, wd, bs, net = d.log(1e-4, 1), d.log(1e-6, 1e-2), d.pick(64, 128, 256), d.pick("resnet18", "resnet50", "vit_s")
    acc = d.near(55 + 25 * peak(lr, 0.05) + pay(net, resnet18=0, resnet50=3, vit_s=1), 0.6, 2)
    return Sheet(
        [
            ("model", "c", net),
            ("lr", "c", lr),
            ("wd", "c", wd),
            ("bs", "c", bs),
            ("epochs", "c", [90] * d.n),
            ("seed", "cr", d.pick(0, 1, 2)),
            ("acc@1", "m", acc),
            ("acc@5", "m", d.near(acc / 2 + 55, 0.3, 2)),
        ],
        ["+acc@1"],
    )


def metrics_first(d: Draw) -> Sheet:
    lr, drop, units = d.log(1e-5, 1e-1), d.even(0, 0.6, 2), d.pick(32, 64, 128, 256)
    good = 0.6 + 0.3 * peak(lr, 3e-3) - 0.1 * dip(drop, 0.25, 0.4)
    return Sheet(
        [
            ("test_f1", "m", d.near(good - 0.02, 0.01)),
            ("test_acc", "m", d.near(good, 0.01)),
            ("val_loss", "m", d.near(1.3 - good, 0.02)),
            ("lr", "c", lr),
            ("dropout", "c", drop),
            ("hidden", "c", units),
            ("tag", "ric", d.pick("baseline", "rerun", "new-aug")),
        ],
        ["+test_acc", "+test_f1", "-val_loss"],
    )


def detection(d: Draw) -> Sheet:
    lr0, mosaic, box, size = d.log(1e-3, 1e-1), d.even(0, 1, 2), d.even(0.02, 0.2), d.pick(416, 512, 640)
    quality = 0.25 + 0.2 * peak(lr0, 0.01) + 0.05 * mosaic + (size - 416) / 4000
    return Sheet(
        [
            ("Exp", "ri", [f"exp{i}" for i in range(1, d.n + 1)]),
            ("lr0", "c", lr0),
            ("momentum", "c", d.even(0.8, 0.98)),
            ("box", "c", box),
            ("mosaic", "c", mosaic),
            ("Image Size", "c", size),
            ("Precision", "m", d.near(quality + 0.2, 0.01)),
            ("Recall", "m", d.near(quality + 0.12, 0.01)),
            ("mAP50", "m", d.near(quality + 0.15, 0.008)),
            ("mAP50-95", "m", d.near(quality, 0.005)),
            ("FPS", "m", d.near(90 - (size - 416) / 6, 1.5, 1)),
        ],
        ["+mAP50-95", "+mAP50"],
    )


def tracking(d: Draw) -> Sheet:
    conf, iou, age = d.even(0.1, 0.8, 2), d.even(0.1, 0.7, 2), d.pick(5, 10, 30, 60)
    mota = d.near(66 - 12 * dip(conf, 0.4, 0.4) - 5 * dip(iou, 0.3, 0.4) + np.log(age), 0.4, 1)
    return Sheet(
        [
            ("det_thresh", "c", conf),
            ("match_iou", "c", iou),
            ("max_age", "c", age),
            ("use_reid", "c", d.pick("True", "False")),
            ("MOTA", "m", mota),
            ("IDF1", "m", d.near(mota - 4, 0.9, 1)),
            ("IDs", "m", d.near(900 - 8 * mota, 20, 0).astype(int)),
            ("FP", "m", d.near(9000 * (1 - conf), 100, 0).astype(int)),
            ("FN", "m", d.near(21000 * conf + 4000, 150, 0).astype(int)),
        ],
        ["+MOTA", "+IDF1"],
    )


def segmentation(d: Draw) -> Sheet:
    lr, crop = d.log(1e-4, 1e-1), d.pick("256x256", "512x512")
    miou = 0.5 + 0.22 * peak(lr, 0.01) + np.where(crop == "512x512", 0.05, 0)
    return Sheet(
        [
            ("backbone", "c", d.pick("r50", "r101", "hrnet")),
            ("baseLR", "c", lr),
            ("cropSize", "c", crop),
            ("auxWeight", "c", d.even(0, 1, 1)),
            ("mIoU", "m", d.near(miou, 0.005)),
            ("pixelAcc", "m", d.near(miou + 0.2, 0.004)),
            ("trainTimeHours", "mr", d.near(7 + 3 * (crop == "512x512"), 0.3, 1)),
        ],
        ["+mIoU"],
    )


def super_resolution(d: Draw) -> Sheet:
    blocks, feats, lam = d.pick(8, 16, 32), d.pick(32, 64), d.log(1e-3, 1)
    psnr = d.near(30 + np.log2(blocks) * 0.4 + feats / 100 - 2 * lam, 0.05, 2)
    return Sheet(
        [
            ("n_resblocks", "c", blocks),
            ("n_feats", "c", feats),
            ("lambda_perc", "c", lam),
            ("params (M)", "mc", (blocks * feats**2 * 18 / 1e6).round(2)),
            ("FLOPs (G)", "mc", (blocks * feats**2 / 700).round(1)),
            ("psnr", "m", psnr),
            ("ssim", "m", d.near(psnr / 100 + 0.58, 0.001)),
            ("lpips", "m", d.near(0.3 - 0.1 * peak(lam, 0.3), 0.004)),
        ],
        ["+psnr", "+ssim", "-lpips"],
    )


def adversarial(d: Draw) -> Sheet:
    lr_g, lr_d, gp = d.log(1e-5, 1e-3), d.log(1e-5, 1e-3), d.pick(0, 1, 10)
    fid = d.near_factor(60 - 30 * peak(lr_d / lr_g, 2.0) - gp, 0.05, 4)
    return Sheet(
        [
            ("G_lr", "c", lr_g),
            ("D_lr", "c", lr_d),
            ("n_critic", "c", d.pick(1, 2, 5)),
            ("gp_weight", "c", gp),
            ("z_dim", "c", d.pick(64, 128)),
            ("ema_decay", "c", d.pick(0.99, 0.999, 0.9999)),
            ("G_loss", "m", d.near(2 + lr_g * 100, 0.2)),
            ("D_loss", "m", d.near(1 - lr_d * 100, 0.1)),
            ("FID", "m", fid),
            ("IS", "m", d.near(9.5 - fid / 20, 0.1, 2)),
        ],
        ["-FID", "+IS"],
    )


def diffusion(d: Draw) -> Sheet:
    steps, cfg, sampler = d.pick(10, 20, 50), d.even(1, 15, 1), d.pick("ddim", "euler_a", "dpm++")
    score = d.near(0.24 + 0.06 * peak(cfg, 7) + 0.0004 * steps, 0.003)
    return Sheet(
        [
            ("sampler", "c", sampler),
            ("steps", "c", steps),
            ("cfg_scale", "c", cfg),
            ("seed", "cr", d.whole(1, 2**31 - 2)),
            ("prompt", "cri", d.pick("a red fox in snow", "city at night, rain", "portrait of a clockmaker")),
            ("clip_score", "m", score),
            ("aesthetic", "m", d.near(4 + 5 * score, 0.2, 2)),
            ("sec_per_image", "m", d.near_factor(steps / 8, 0.05, 3)),
        ],
        ["+clip_score", "+aesthetic"],
    )


def architecture_search(d: Draw) -> Sheet:
    width, depth, expand = d.pick(0.5, 0.75, 1.0, 1.4), d.whole(2, 6), d.pick(3, 4, 6)
    flops = (width**2 * depth * expand * 12).round(1)
    top1 = d.near(62 + 4 * np.log(flops), 0.3, 2)
    return Sheet(
        [
            ("arch_id", "ri", d.ids(10)),
            ("width_mult", "c", width),
            ("depth", "c", depth),
            ("expand_ratio", "c", expand),
            ("kernel", "c", d.pick("[3, 3, 5]", "[3, 5, 7]", "[5, 5, 5]")),
            ("flops", "mc", flops),
            ("latency", "m", d.near_factor(flops / 9, 0.05, 3)),
            ("top1", "m", top1),
        ],
        ["+top1"],
    )
