"""
Golden values for Gemma 4's audio tower from Hugging Face transformers on PyTorch, float32, tiny random checkpoints of
the same architecture. Writes ../test/golden/audio.json.

    python oracle/audio.py    # transformers 5.23, torch 2.15
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from seeded import fill, packed, seeded
from transformers import Gemma4Config, Gemma4ForConditionalGeneration
from transformers.models.gemma4.feature_extraction_gemma4 import Gemma4AudioFeatureExtractor

GOLDEN = Path(__file__).parent.parent / "test" / "golden" / "audio.json"
torch.set_num_threads(1)


def rule(name, shape):
    if len(shape) == 0:
        bound = 1.2 if "input" in name else 1.6
        return (0.1, -bound if name.endswith("min") else bound)
    if len(shape) == 1:
        return (0.3, 1.0) if "norm" in name else (0.3, 0.0)
    return (math.sqrt(3 / math.prod(shape[1:])) * 1.5, 0.0)


@torch.no_grad()
def tower(audio: dict, lengths: list) -> dict:
    config = Gemma4Config(
        text_config=dict(
            hidden_size=40, num_hidden_layers=2, layer_types=["sliding_attention", "full_attention"],
            num_kv_shared_layers=0, num_attention_heads=2, num_key_value_heads=1, head_dim=16, global_head_dim=16,
            intermediate_size=32, vocab_size=64, vocab_size_per_layer_input=64, hidden_size_per_layer_input=8,
        ),
        vision_config=dict(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2,
                           head_dim=16, intermediate_size=32, position_embedding_size=16),
        audio_config=dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
                          subsampling_conv_channels=[16, 8], output_proj_dims=24, **audio),
        image_token_id=60, audio_token_id=61, video_token_id=62,
    )
    config._attn_implementation = "eager"
    torch.manual_seed(0)
    model = Gemma4ForConditionalGeneration(config).eval().float()
    tensors = [row for row in fill(model, rule) if "audio" in row[0]]
    results = []
    for frames, total in lengths:
        features = seeded(f"features {frames}", [total, 16], 2.0, -1.0)
        mask = np.arange(total) < frames
        features *= mask[:, None]
        out = model.model.get_audio_features(torch.from_numpy(features)[None], torch.from_numpy(mask)[None])
        valid = out.attention_mask[0]
        rows = out.pooler_output[0][valid]
        assert valid[: len(rows)].all()
        results.append({"frames": frames, "rows": packed(rows)})
    saved = json.loads(model.config.to_json_string())
    return {
        "config": {key: saved[key] for key in ("model_type", "audio_config")} | {
            "text_config": {"hidden_size": saved["text_config"]["hidden_size"]}
        },
        "tensors": tensors,
        "results": results,
    }


def signal(name: str, count: int) -> np.ndarray:
    """A tone that rises, and noise."""
    t = np.arange(count) / 16000
    tone = 0.4 * np.sin(2 * np.pi * (300 * t + 900 * t * t))
    return (tone + seeded(name, [count], 0.05).astype(np.float64)).astype(np.float32)


def features() -> list:
    extractor = Gemma4AudioFeatureExtractor()
    listed = []
    for count in [160, 161, 320, 1000, 3333]:
        result = extractor([signal("noise", count)], return_tensors="np")
        mask = result["input_features_mask"][0]
        values = result["input_features"][0]
        assert (values[~mask] == 0).all()
        listed.append({"samples": count, "frames": int(mask.sum()), "features": packed(values[mask])})
    # Longer than 30 seconds: cut. Two frames of it, the last one included.
    result = extractor([signal("noise", 480_500)], return_tensors="np")
    mask = result["input_features_mask"][0]
    values = result["input_features"][0][mask]
    listed.append({"samples": 480_500, "frames": int(mask.sum()), "features": packed(values[[1500, -1]])})
    return listed


def counts() -> list:
    from types import SimpleNamespace

    from transformers.models.gemma4.processing_gemma4 import Gemma4Processor

    own = SimpleNamespace(feature_extractor=Gemma4AudioFeatureExtractor(), audio_seq_length=750)
    return [
        [n, Gemma4Processor._compute_audio_num_tokens(own, np.zeros(n), 16000)]
        for n in [0, 160, 161, 320, 321, 640, 641, 801, 16000, 23456, 479_999, 480_000]
    ]


if __name__ == "__main__":
    value = {
        "towers": {
            "published": tower({}, [(130, 144), (101, 120), (1, 4), (48, 48), (190, 190)]),
            "other": tower(
                dict(attention_chunk_size=4, attention_context_left=7, attention_context_right=2, conv_kernel_size=3,
                     use_clipped_linears=False, residual_weight=0.7, attention_logit_cap=5.0),
                [(57, 64), (15, 16)],
            ),
        },
        "features": features(),
        "counts": counts(),
    }
    GOLDEN.write_text(json.dumps(value, separators=(",", ":")) + "\n")
    print(GOLDEN.name, GOLDEN.stat().st_size)
