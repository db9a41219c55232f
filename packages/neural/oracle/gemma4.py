"""
Golden values for Gemma 4 from Hugging Face transformers on PyTorch, float32, tiny random checkpoints of the same
architecture: both kinds of layers with heads of two widths, shared keys and values, one and two key heads, per-layer
inputs, layer scalars that are not one, clipped linear layers. Writes ../test/golden/gemma4.json and
../test/golden/gemma4-images.json.

    python oracle/gemma4.py    # transformers 5.23, torch 2.15, pillow
"""

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import torch
from seeded import fill, packed, seeded
from transformers import Gemma4Config, Gemma4ForConditionalGeneration
from transformers.models.gemma4.image_processing_pil_gemma4 import (
    Gemma4ImageProcessorPil,
    get_aspect_ratio_preserving_size,
)

GOLDEN = Path(__file__).parent.parent / "test" / "golden"
IMAGE = 60
torch.set_num_threads(1)


def rule(name, shape):
    """(scale, offset) of a tensor's values: activations of order one, nothing an identity, every bound at work."""
    if name.endswith("layer_scalar"):
        return (0.2, 0.8)
    if name.endswith("_min"):
        return (0.5, -1.5)
    if name.endswith("_max"):
        return (0.5, 1.5)
    if name.endswith("q_norm.weight") or name.endswith("k_norm.weight"):
        return (0.2, 0.6)
    if "norm" in name:
        return (0.3, 1.0)
    if "embed_tokens" in name or "position_embedding" in name:
        return (0.5, 0.0)
    return (math.sqrt(3 / shape[-1]), 0.0)


def build(text: dict):
    config = Gemma4Config(
        text_config=dict(
            vocab_size=64, vocab_size_per_layer_input=64, hidden_size=48, intermediate_size=64, sliding_window=6,
            num_attention_heads=4, head_dim=16, global_head_dim=32, hidden_size_per_layer_input=8,
            final_logit_softcapping=30.0, **text,
        ),
        vision_config=dict(
            hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2,
            head_dim=16, position_embedding_size=24, use_clipped_linears=True,
        ),
        audio_config=None, image_token_id=IMAGE, boi_token_id=61, eoi_token_id=62, video_token_id=63,
        audio_token_id=59,
    )
    config._attn_implementation = "eager"
    torch.manual_seed(0)
    model = Gemma4ForConditionalGeneration(config).eval().float()
    tensors = fill(model, rule)
    model.tie_weights()
    return model, tensors


def patches_of(block: np.ndarray) -> np.ndarray:
    """[48, 48, 3] to 9 patches of [16 * 16 * 3], row by row."""
    return block.reshape(3, 16, 3, 16, 3).transpose(0, 2, 1, 3, 4).reshape(9, -1)


def blocks_at(places) -> tuple[torch.Tensor, torch.Tensor]:
    """Patches and their positions, block after block."""
    pixels = np.concatenate([patches_of(seeded(f"block {x},{y}", [48, 48, 3], 0.5, 0.5)) for x, y in places])
    positions = [[3 * x + i % 3, 3 * y + i // 3] for x, y in places for i in range(9)]
    return torch.from_numpy(pixels)[None], torch.tensor([positions])


@torch.no_grad()
def golden(text: dict) -> dict:
    model, tensors = build(text)
    width, height = 3, 2
    places = [(i % width, i // width) for i in range(width * height)]
    pixels, positions = blocks_at(places)
    # The processor pads to a budget, here of eight blocks.
    pad = 18
    padded = torch.cat([pixels, torch.zeros(1, pad, 768)], 1)
    padded_positions = torch.cat([positions, torch.full((1, pad, 2), -1)], 1)
    ids = [2, 17, 5, 61, *[IMAGE] * len(places), 62, 33, 40, 41, 7, 8, 9]
    features = model.model.get_image_features(padded, padded_positions).pooler_output[0]
    logits = model(
        input_ids=torch.tensor([ids]), pixel_values=padded, image_position_ids=padded_positions,
        mm_token_type_ids=torch.tensor([[int(i == IMAGE) for i in ids]]),
    ).logits[0]
    words = [2, 17, 5, 33, 40, 41, 7, 8, 9, 11, 12]
    text_logits = model(input_ids=torch.tensor([words])).logits[0]

    # Some blocks alone: the same modules on these blocks' patches; the pooler asks for whole images, its mean does not.
    kept = [(2, 1), (0, 0), (1, 1)]
    pixels, positions = blocks_at(kept)
    tower = model.model.vision_tower
    nowhere = torch.zeros(1, len(kept) * 9, dtype=torch.bool)
    embedded = tower.patch_embedder(pixels, positions, nowhere)
    hidden = tower.encoder(embedded, attention_mask=~nowhere, pixel_position_ids=positions).last_hidden_state
    pooled = hidden.reshape(len(kept), 9, -1).mean(1) * math.sqrt(hidden.shape[-1])
    subset = model.model.embed_vision(pooled)
    return {
        "config": json.loads(model.config.to_json_string()),
        "tensors": tensors,
        "ids": ids,
        "grid": [width, height],
        "features": packed(features),
        "logits": packed(logits),
        "words": words,
        "textLogits": packed(text_logits),
        "kept": kept,
        "subset": packed(subset),
    }


def picture(width: int, height: int) -> np.ndarray:
    """A picture of gradients and edges, 8 bit, [height, width, 3]; integers only, so that it can be made anywhere."""
    y, x = np.mgrid[0:height, 0:width]
    red = (x * 255) // max(width - 1, 1)
    green = (y * 255) // max(height - 1, 1)
    blue = ((x // 7 + y // 5) % 2) * 200 + (x * y) % 56
    return np.stack([red, green, blue], -1).astype(np.uint8)


def sizes() -> list:
    """[width, height, budget, resized width, resized height]."""
    listed = []
    for width, height in [
        (640, 480), (1920, 1080), (1080, 1920), (48, 48), (100, 3000), (3000, 100), (31, 47), (4000, 20), (20, 4000),
        (768, 768), (1279, 719), (352, 288), (333, 1000), (48, 2000),
    ]:
        for budget in (70, 140, 280, 560, 1120):
            down, across = get_aspect_ratio_preserving_size(height, width, 16, budget * 9, 3)
            listed.append([width, height, budget, across, down])
    return listed


def images() -> list:
    """Bytes of resized pictures, in patch order, as the processor's patches times 255."""
    listed = []
    for width, height, budget in [(96, 60, 70), (640, 360, 70), (31, 31, 70), (200, 40, 70), (500, 400, 140)]:
        processor = Gemma4ImageProcessorPil(max_soft_tokens=budget)
        result = processor(picture(width, height), return_tensors="np")
        positions = result["image_position_ids"][0]
        valid = (positions >= 0).all(-1)
        patches = np.rint(result["pixel_values"][0][valid] * 255).astype(np.uint8)
        listed.append({
            "width": width, "height": height, "budget": budget,
            "tokens": int(result["num_soft_tokens_per_image"][0]),
            "across": int(positions[:, 0].max() + 1), "down": int(positions[:, 1].max() + 1),
            "sha256": hashlib.sha256(patches.tobytes()).hexdigest(),
            "start": patches[1, :24].tolist(),
        })
    return listed


KINDS = {"s": "sliding_attention", "f": "full_attention"}


def layers(kinds: str) -> dict:
    return dict(num_hidden_layers=len(kinds), layer_types=[KINDS[kind] for kind in kinds])


MODELS = {
    "one key head": dict(**layers("ssfsfsf"), num_kv_shared_layers=3, num_key_value_heads=1, use_double_wide_mlp=True),
    "two key heads": dict(**layers("sfsssff"), num_kv_shared_layers=2, num_key_value_heads=2),
    "nothing shared": dict(**layers("sff"), num_kv_shared_layers=0, num_key_value_heads=4),
}

GOLDEN.mkdir(parents=True, exist_ok=True)
golden_models = {name: golden(text) for name, text in MODELS.items()}
(GOLDEN / "gemma4.json").write_text(json.dumps({"models": golden_models}, separators=(",", ":")) + "\n")
golden_images = {"sizes": sizes(), "images": images()}
(GOLDEN / "gemma4-images.json").write_text(json.dumps(golden_images, separators=(",", ":")) + "\n")
