import pytest
import torch
from torch.nn import functional

from indexer.encoders.laion.engines import layers


@pytest.mark.parametrize("n_rows", [1, 8, 40])
@pytest.mark.parametrize("has_onednn", [True, False])
@pytest.mark.parametrize("has_gelu", [True, False])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_product_with_weights_laid_out_is_the_product(
    monkeypatch: pytest.MonkeyPatch, n_rows: int, dtype: torch.dtype, *, has_onednn: bool, has_gelu: bool
) -> None:
    if has_onednn and not layers._can_lay_out(torch.ones(2, 2), dtype):
        pytest.skip("oneDNN has no such product on this machine")
    monkeypatch.setattr(layers, "_can_lay_out", lambda *_: has_onednn)
    torch.manual_seed(0)
    weight, bias, x = torch.randn(96, 64) / 8, torch.randn(96), torch.randn(n_rows, 64)
    product = layers.product_of_rows(weight, bias, dtype=dtype, has_gelu=has_gelu)
    assert isinstance(product, layers.LaidOut if has_onednn else layers.Linear)
    expected = functional.linear(x, weight, bias)
    expected = functional.gelu(expected) if has_gelu else expected
    assert product(x).dtype is dtype
    assert torch.allclose(product(x).float(), expected, atol=1e-5 if dtype is torch.float32 else 0.05)


def test_many_rows_in_float32_are_left_to_the_usual_product() -> None:
    assert isinstance(layers.product_of_rows(torch.ones(4, 4), None, 4_096), layers.Linear)
