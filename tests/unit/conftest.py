"""What unit tests share."""

import pytest


@pytest.fixture
def table(tmp_path, rng):
    file = tmp_path / "runs.csv"
    rows = ["lr,kind,val_loss,val_acc"]
    for _ in range(60):
        lr = rng.random()
        rows.append(f"{lr:.12f},{rng.choice(['a', 'b'])},{(lr - 0.5) ** 2:.12f},{rng.random():.12f}")
    file.write_text("\n".join(rows) + "\n")
    return file
