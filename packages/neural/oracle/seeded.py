"""Random arrays that a test can make again: a generator per name (FNV-1a, then mulberry32), so that no weights lie here."""

import base64

import numpy as np


def uniform(name: str, count: int) -> np.ndarray:
    """`count` numbers in [-1, 1), float64, fixed by the name."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    with np.errstate(over="ignore"):
        a = np.uint32(seed) + np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
        t = (a ^ (a >> np.uint32(15))) * (a | np.uint32(1))
        t = (t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))) ^ t
        t = t ^ (t >> np.uint32(14))
    return t.astype(np.float64) / 2**31 - 1


def seeded(name: str, shape: list[int], scale: float = 1.0, offset: float = 0.0) -> np.ndarray:
    """uniform() * scale + offset, float32."""
    values = uniform(name, int(np.prod(shape, dtype=np.int64))) * scale + offset
    return values.astype(np.float32).reshape(shape)


def packed(array) -> dict:
    """Shape and little-endian float32 bytes, for JSON."""
    array = np.ascontiguousarray(np.asarray(array), dtype="<f4")
    return {"shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}


def fill(model, rule) -> list:
    """
    Gives every tensor of a model's checkpoint seeded values; rule(name, shape) says (scale, offset). Returns the list
    [name, shape, scale, offset] from which the test makes the same checkpoint.
    """
    import tempfile
    from pathlib import Path

    import torch
    from safetensors import safe_open

    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        with safe_open(Path(folder) / "model.safetensors", framework="pt") as file:
            names = {name: list(file.get_slice(name).get_shape()) for name in file.keys()}
    state = model.state_dict()
    listed = []
    with torch.no_grad():
        for name, shape in sorted(names.items()):
            scale, offset = rule(name, shape)
            values = seeded(name, shape, scale, offset)
            state[name].copy_(torch.from_numpy(values))
            listed.append([name, shape, scale, offset])
    return listed
