import pytest
import torch
from torch.nn import functional

from indexer.laion import layers


@pytest.mark.parametrize("n_rows", [1, 8, 40])
@pytest.mark.parametrize("has_onednn", [True, False])
def test_a_product_of_few_rows_is_the_product(
    monkeypatch: pytest.MonkeyPatch, n_rows: int, *, has_onednn: bool
) -> None:
    if has_onednn and not layers._can_lay_out(torch.ones(2, 2)):
        pytest.skip("no oneDNN on this machine")
    monkeypatch.setattr(layers, "_can_lay_out", lambda _: has_onednn)
    torch.manual_seed(0)
    weight, bias, x = torch.randn(96, 64), torch.randn(96), torch.randn(n_rows, 64)
    product = layers.product_of_few_rows(weight, bias)
    assert isinstance(product, layers.LaidOut if has_onednn else layers.Linear)
    assert torch.allclose(product(x), functional.linear(x, weight, bias), atol=1e-5)
