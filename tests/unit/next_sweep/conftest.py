from collections.abc import Iterator

import pytest

from panel.next_sweep import region, surrogate


@pytest.fixture(scope="package", autouse=True)
def fewer_draws() -> Iterator[None]:
    """Known answers are found with a quarter of the draws too, four times as fast."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(region, "CANDIDATES", 2_048)
        patch.setattr(region, "BEST", 0.005)
        patch.setattr(surrogate, "TREES", 40)
        yield
