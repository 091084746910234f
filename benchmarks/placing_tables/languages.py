"""One table with headers in many languages."""

from __future__ import annotations

from benchmarks.placing_tables.sheet import Draw, Sheet, peak


def _translate(d: Draw, names: tuple[str, ...], goals: list[str]) -> Sheet:
    """Return a table of run, learning rate, batch size, epochs, optimizer, validation loss, accuracy, time, remark."""
    lr = d.log(1e-5, 1e-1)
    good = peak(lr, 1e-3)
    values = (
        range(1, d.n + 1), lr, d.pick(16, 32, 64), d.pick(10, 20), d.pick("Adam", "SGD"),
        d.near(1 - 0.5 * good, 0.02), d.near(0.5 + 0.4 * good, 0.01), d.even(30, 90, 1), d.pick("", "ok", "v2"),
    )  # fmt: skip
    places = ("ri", "c", "c", "c", "c", "m", "m", "rm", "ri")
    return Sheet(list(zip(names, places, values, strict=True)), goals)


def in_japanese(d: Draw) -> Sheet:
    names = ("実験番号", "学習率", "バッチサイズ", "エポック数", "最適化手法",
             "検証損失", "検証精度", "学習時間(秒)", "備考")  # fmt: skip
    return _translate(d, names, ["-検証損失", "+検証精度"])


def in_chinese(d: Draw) -> Sheet:
    names = ("实验编号", "学习率", "批大小", "训练轮数", "优化器", "验证损失", "准确率", "训练时间", "备注")
    return _translate(d, names, ["-验证损失", "+准确率"])


def in_korean(d: Draw) -> Sheet:
    names = ("실험번호", "학습률", "배치크기", "에폭", "옵티마이저", "검증손실", "정확도", "소요시간", "비고")
    return _translate(d, names, ["-검증손실", "+정확도"])


def in_french(d: Draw) -> Sheet:
    names = ("Essai", "Taux d'apprentissage", "Taille de lot", "Époques", "Optimiseur", "Perte de validation",
             "Exactitude", "Durée (s)", "Remarques")  # fmt: skip
    return _translate(d, names, ["-Perte de validation", "+Exactitude"])


def in_spanish(d: Draw) -> Sheet:
    names = ("Experimento", "Tasa de aprendizaje", "Tamaño de lote", "Épocas", "Optimizador", "Pérdida de validación",
             "Precisión", "Tiempo (s)", "Observaciones")  # fmt: skip
    return _translate(d, names, ["-Pérdida de validación", "+Precisión"])


def in_portuguese(d: Draw) -> Sheet:
    names = ("Execução", "Taxa de aprendizado", "Tamanho do lote", "Épocas", "Otimizador", "Perda na validação",
             "Acurácia", "Tempo de treino (s)", "Observações")  # fmt: skip
    return _translate(d, names, ["-Perda na validação", "+Acurácia"])


def in_italian(d: Draw) -> Sheet:
    names = ("Prova", "Tasso di apprendimento", "Dimensione batch", "Epoche", "Ottimizzatore", "Perdita di validazione",
             "Accuratezza", "Durata (s)", "Note")  # fmt: skip
    return _translate(d, names, ["-Perdita di validazione", "+Accuratezza"])
