"""
Golden values for SmolVLM2 from Hugging Face transformers on PyTorch, float32, tiny random checkpoints of the same
architecture. Writes ../test/golden/smolvlm.json and ../test/golden/smolvlm-images.json.

    python oracle/smolvlm.py    # transformers 5.23, torch 2.15, pillow, num2words
"""

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import torch
from seeded import fill, packed, seeded
from transformers import SmolVLMConfig, SmolVLMForConditionalGeneration
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil
from transformers.models.smolvlm.modeling_smolvlm import SmolVLMVisionEmbeddings
from transformers.models.smolvlm.processing_smolvlm import SmolVLMProcessor, get_image_prompt_string

GOLDEN = Path(__file__).parent.parent / "test" / "golden"
IMAGE_TOKEN = 90
torch.set_num_threads(1)


def rule(name, shape):
    if len(shape) == 1:
        return (0.3, 1.0) if "norm" in name and name.endswith("weight") else (0.2, 0.0)
    if "embed_tokens" in name or "position_embedding" in name:
        return (1.0, 0.0)
    return (math.sqrt(3 / math.prod(shape[1:])) * 1.5, 0.0)


def build(tied: bool, text: dict):
    config = SmolVLMConfig(
        vision_config=dict(
            hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2, image_size=64,
            patch_size=4,
        ),
        text_config=dict(
            model_type="llama", hidden_size=48, intermediate_size=80, vocab_size=96, rms_norm_eps=1e-5,
            max_position_embeddings=512, pad_token_id=0, bos_token_id=1, eos_token_id=2, **text,
        ),
        scale_factor=4, image_token_id=IMAGE_TOKEN, tie_word_embeddings=tied,
    )
    config.text_config.tie_word_embeddings = tied
    config._attn_implementation = "eager"
    torch.manual_seed(0)
    model = SmolVLMForConditionalGeneration(config).eval().float()
    tensors = fill(model, rule)
    model.tie_weights()
    return model, tensors


@torch.no_grad()
def golden(tied: bool, text: dict) -> dict:
    model, tensors = build(tied, text)
    pixels = seeded("pixels", [64, 64, 3], 0.5, 0.5)
    values = torch.from_numpy((pixels - 0.5) / 0.5).permute(2, 0, 1)[None, None].contiguous()
    ids = [1, 17, 5, *[IMAGE_TOKEN] * 16, 33, 60, 61, 7, 8, 9, 2]
    features = model.get_image_features(values).pooler_output[0]
    logits = model(input_ids=torch.tensor([ids]), pixel_values=values).logits[0]

    # Some blocks alone: the same modules, on the patches of these blocks (block after block) with their positions.
    vision = model.model.vision_model
    blocks = [13, 2, 7, 6]
    grid = torch.arange(256).reshape(16, 16)
    keep = torch.cat([grid[b // 4 * 4 :, b % 4 * 4 :][:4, :4].reshape(-1) for b in blocks])
    embedded = vision.embeddings(values[0], torch.ones(1, 16, 16, dtype=torch.bool))
    hidden = vision.encoder(inputs_embeds=embedded[:, keep]).last_hidden_state
    hidden = vision.post_layernorm(hidden).reshape(1, len(blocks), -1)
    subset = model.model.connector.modality_projection(hidden)[0]
    return {
        "config": json.loads(model.config.to_json_string()),
        "tensors": tensors,
        "ids": ids,
        "features": packed(features),
        "logits": packed(logits),
        "blocks": blocks,
        "subset": packed(subset),
    }


@torch.no_grad()
def positions() -> list:
    """Position ids of whole grids [down, across] under a table of side x side."""
    listed = []
    for side, down, across in [(32, 32, 32), (32, 16, 32), (32, 48, 20), (8, 12, 24), (32, 4, 128), (32, 68, 120)]:
        config = SmolVLMConfig(vision_config=dict(hidden_size=8, image_size=side * 2, patch_size=2)).vision_config
        embeddings = SmolVLMVisionEmbeddings(config)
        seen = {}
        embeddings.position_embedding.register_forward_hook(lambda module, given, result: seen.update(ids=given[0]))
        embeddings(torch.zeros(1, 3, down * 2, across * 2), torch.ones(1, down, across, dtype=torch.bool))
        ids = seen["ids"][0].reshape(down, across)
        # The table's row and column are independent of each other.
        assert (ids == ids[:, :1] + ids[:1] - ids[0, 0]).all()
        listed.append({"side": side, "rows": (ids[:, 0] // side).tolist(), "columns": (ids[0] % side).tolist()})
    return listed


def picture(width: int, height: int) -> np.ndarray:
    """A picture of gradients and edges, 8 bit, [height, width, 3]; integers only, so that it can be made anywhere."""
    y, x = np.mgrid[0:height, 0:width]
    red = (x * 255) // max(width - 1, 1)
    green = (y * 255) // max(height - 1, 1)
    blue = ((x // 7 + y // 5) % 2) * 200 + (x * y) % 56
    return np.stack([red, green, blue], -1).astype(np.uint8)


def images() -> list:
    """Tiles of the image processor: rows, columns, and each tile's bytes by their SHA-256 and first row."""
    listed = []
    for width, height, longest, tile in [
        (96, 60, 128, 32), (60, 97, 128, 32), (31, 31, 64, 32), (200, 20, 128, 32), (33, 21, 32, 32), (300, 170, 128, 64),
    ]:
        for split in (True, False):
            processor = SmolVLMImageProcessorPil(
                size={"longest_edge": longest}, max_image_size={"longest_edge": tile}, do_image_splitting=split,
                do_rescale=False, do_normalize=False, return_row_col_info=True,
            )
            given = picture(width, height)
            result = processor(given, return_row_col_info=True, return_tensors="np")
            tiles = result["pixel_values"][0]  # [tiles, 3, h, w]
            assert (np.asarray(result["pixel_attention_mask"]) == 1).all()
            pixels = np.ascontiguousarray(tiles.transpose(0, 2, 3, 1).astype(np.uint8))
            assert (pixels == tiles.transpose(0, 2, 3, 1)).all()
            listed.append({
                "width": width, "height": height, "longest": longest, "tile": tile, "split": split,
                "rows": int(result["rows"][0][0]), "columns": int(result["cols"][0][0]),
                "shape": list(pixels.shape),
                "sha256": [hashlib.sha256(part.tobytes()).hexdigest() for part in pixels],
                "start": pixels[0, 0, :4].reshape(-1).tolist(),
            })
    return listed


def prompts() -> list:
    listed = []
    for rows, columns, tokens in [(0, 0, 3), (2, 3, 2), (1, 1, 64)]:
        text = get_image_prompt_string(rows, columns, tokens, "<fake_token_around_image>", "<image>", "<global-img>")
        listed.append({"rows": rows, "columns": columns, "tokens": tokens, "text": text})
    return listed


def videos() -> list:
    """What stands for a video in a prompt, by the times of its frames."""
    from types import SimpleNamespace

    own = SimpleNamespace(
        image_seq_len=2, image_token="<image>", fake_image_token="<fake_token_around_image>",
        global_image_token="<global-img>",
    )
    listed = []
    for count, step in [(1, 0.0), (3, 0.5), (21, 4.0), (64, 1.0), (100, 61.7), (128, 2.0), (1101, 7.0)]:
        seconds = [i * step for i in range(count)]
        metadata = SimpleNamespace(fps=1, timestamps=seconds, duration=None)
        inputs = {"pixel_values": np.zeros((1, count, 1)), "video_metadata": [metadata]}
        text = SmolVLMProcessor.replace_video_token(own, inputs, 0)
        # The intro, and the end behind the last frame's mark; all of it by its SHA-256.
        listed.append({"count": count, "step": step, "intro": text[: text.index("\n")], "end": text[-100:],
                       "sha256": hashlib.sha256(text.encode()).hexdigest()})
    return listed


def layouts() -> list:
    """Grids that the processor of SmolVLM2 (longest edge 2048, tiles of 512) makes of common sizes."""
    processor = SmolVLMImageProcessorPil(size={"longest_edge": 2048}, max_image_size={"longest_edge": 512})
    listed = []
    for width, height in [(1920, 1080), (1280, 720), (640, 480), (480, 640), (512, 512), (3840, 2160), (5000, 100), (7, 3)]:
        image = np.zeros((3, height, width), dtype=np.uint8)
        resized = processor.resize(image, processor_size(2048), resample=1)
        fitted = processor.resize_for_vision_encoder(resized, 512)
        _, rows, columns = processor.split_images(fitted, {"longest_edge": 512})
        listed.append({"width": width, "height": height, "first": [resized.shape[2], resized.shape[1]],
                       "second": [fitted.shape[2], fitted.shape[1]], "rows": rows, "columns": columns})
    return listed


def processor_size(edge: int):
    from transformers.image_utils import SizeDict

    return SizeDict(longest_edge=edge)


def write(name: str, value) -> None:
    path = GOLDEN / name
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")
    print(path.name, path.stat().st_size)


if __name__ == "__main__":
    models = {
        "grouped": golden(False, dict(num_hidden_layers=3, num_attention_heads=6, num_key_value_heads=2, head_dim=16,
                                      rope_parameters={"rope_type": "default", "rope_theta": 100000.0})),
        "tied": golden(True, dict(num_hidden_layers=1, num_attention_heads=3, num_key_value_heads=3)),
    }
    write("smolvlm.json", {"models": models, "positions": positions()})
    write("smolvlm-images.json", {"images": images(), "prompts": prompts(), "layouts": layouts(), "videos": videos()})
