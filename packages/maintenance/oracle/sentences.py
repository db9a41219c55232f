"""Golden file of sentence embeddings: transformers' BertModel on PyTorch, float32, a tiny random checkpoint.

    python oracle/sentences.py > test/golden/sentences.json      (transformers 5.23, torch 2.15)
"""

import json
import math
import sys
import tempfile
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "neural" / "oracle"))
from seeded import fill  # noqa: E402
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors  # noqa: E402
from transformers import BertConfig, BertModel  # noqa: E402

torch.set_num_threads(1)
WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] t ##24 ##5 ##0 rising falling fast silent over rows ; regime 1 2 3 ##1 ##2 n ##c nc all steady % of values missing 40".split()
TEXTS = [
    "T50 rising fast; Nc silent over 12 rows; regime 3",
    "all steady",
    "40 % of values missing",
    "T24 falling",
    "unknown words " * 12,
]

tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
tokenizer.post_processor = processors.TemplateProcessing(
    single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
)


def rule(name, shape):
    if len(shape) == 1:
        return (0.3, 1.0) if "LayerNorm" in name and name.endswith("weight") else (0.2, 0.0)
    if "embeddings" in name:
        return (1.0, 0.0)
    return (math.sqrt(3 / math.prod(shape[1:])) * 1.5, 0.0)


config = BertConfig(
    vocab_size=len(WORDS), hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40,
    max_position_embeddings=20, type_vocab_size=2,
)
model = BertModel(config, add_pooling_layer=False).eval()
tensors = fill(model, rule)
vectors = []
with torch.no_grad():
    for text in TEXTS:
        ids = tokenizer.encode(text).ids
        if len(ids) > 20:
            ids = ids[:19] + ids[-1:]
        hidden = model(input_ids=torch.tensor([ids])).last_hidden_state[0].mean(0)
        vectors.append([round(v, 7) for v in (hidden / hidden.norm()).tolist()])
json.dump(
    {
        "config": {k: v for k, v in config.to_dict().items() if isinstance(v, (int, float, str)) and k != "transformers_version"},
        "tokenizer": json.loads(tokenizer.to_str()),
        "tensors": tensors,
        "texts": TEXTS,
        "vectors": vectors,
    },
    sys.stdout,
    indent=1,
)
