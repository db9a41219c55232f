"""Golden values of the trainer: PyTorch's AdamW, LSTM and GRU on small numbers. Writes test/golden/training.json.

Run: python packages/neural/oracle/training.py (needs torch; CPU, float32).
"""

import json
import pathlib

import torch


def numbers(tensor):
    return [float(x) for x in tensor.detach().reshape(-1)]


def adamw(clip):
    torch.manual_seed(1)
    matrix = torch.nn.Parameter(torch.randn(3, 2))
    vector = torch.nn.Parameter(torch.randn(4))
    optimiser = torch.optim.AdamW(
        [{"params": [matrix], "weight_decay": 0.1}, {"params": [vector], "weight_decay": 0.0}],
        lr=0.05,
        betas=(0.8, 0.95),
        eps=1e-6,
    )
    start = {"matrix": numbers(matrix), "vector": numbers(vector)}
    steps = []
    for step in range(5):
        optimiser.zero_grad()
        loss = ((matrix**3).sum() + (vector**2 * torch.arange(1.0, 5.0)).sum()) / (step + 1)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_([matrix, vector], clip if clip else float("inf"))
        optimiser.step()
        steps.append(
            {
                "loss": loss.item(),
                "norm": float(norm),
                "matrix": numbers(matrix),
                "vector": numbers(vector),
            }
        )
    return {"clip": clip, "start": start, "steps": steps}


def recurrent(kind, seed):
    torch.manual_seed(seed)
    inputs, hidden, layers, steps, batch = 3, 4, 2, 5, 2
    net = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind](inputs, hidden, num_layers=layers)
    x = torch.randn(steps, batch, inputs, requires_grad=True)
    weights = torch.randn(steps, batch, hidden)
    sequence, _ = net(x)
    (sequence * weights).sum().backward()
    return {
        "inputs": inputs,
        "hidden": hidden,
        "layers": layers,
        "steps": steps,
        "batch": batch,
        "x": numbers(x),
        "weights": numbers(weights),
        "sequence": numbers(sequence),
        "dx": numbers(x.grad),
        "parameters": {
            name: {"shape": list(p.shape), "data": numbers(p), "slope": numbers(p.grad)}
            for name, p in net.named_parameters()
        },
    }


def transformer():
    torch.manual_seed(6)
    width, heads, inner, batch, length = 8, 2, 12, 2, 5
    block = torch.nn.TransformerEncoderLayer(
        width,
        heads,
        inner,
        dropout=0.0,
        activation=lambda x: torch.nn.functional.gelu(x, approximate="tanh"),
        batch_first=True,
        norm_first=True,
    )
    for p in block.parameters():
        torch.nn.init.normal_(p, std=0.5)
    x = torch.randn(batch, length, width, requires_grad=True)
    weights = torch.randn(batch, length, width)
    mask = torch.triu(torch.full((length, length), -1e9), diagonal=1)
    y = block(x, src_mask=mask)
    (y * weights).sum().backward()
    return {
        "width": width,
        "heads": heads,
        "inner": inner,
        "batch": batch,
        "length": length,
        "x": numbers(x),
        "weights": numbers(weights),
        "y": numbers(y),
        "dx": numbers(x.grad),
        "parameters": {
            name: {"shape": list(p.shape), "data": numbers(p), "slope": numbers(p.grad)}
            for name, p in block.named_parameters()
        },
    }


def losses():
    torch.manual_seed(5)
    logits = torch.randn(4, 3)
    targets = torch.tensor([2, 0, 1, 1])
    weights = torch.tensor([1.0, 0.5, 0.0, 2.0])
    each = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
    a, b = torch.randn(6) * 2, torch.randn(6)
    likely = torch.rand(6)
    return {
        "logits": numbers(logits),
        "targets": targets.tolist(),
        "weights": numbers(weights),
        "crossEntropy": float(each.mean()),
        "weighted": float((each * weights).sum() / weights.sum()),
        "a": numbers(a),
        "b": numbers(b),
        "likely": numbers(likely),
        "squaredError": float(torch.nn.functional.mse_loss(a, b)),
        "binary": float(torch.nn.functional.binary_cross_entropy_with_logits(a, likely)),
        "huber": float(torch.nn.functional.huber_loss(a, b, delta=0.7)),
    }


if __name__ == "__main__":
    golden = {
        "torch": torch.__version__,
        "adamw": [adamw(None), adamw(0.5)],
        "lstm": recurrent("lstm", 3),
        "gru": recurrent("gru", 4),
        "transformer": transformer(),
        "losses": losses(),
    }
    path = pathlib.Path(__file__).parent.parent / "test" / "golden" / "training.json"
    path.write_text(json.dumps(golden) + "\n")
