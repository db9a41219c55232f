"""References for checkpoints, quantisation and tokenizers: test/golden/checkpoints and test/golden/tokenizers.

    python oracle/checkpoints.py          # needs torch, safetensors, numpy, tokenizers, transformers

Nothing is downloaded: tensors come from a small generator, tokenizers are trained here on the texts below.
"""

import hashlib
import json
from pathlib import Path

import numpy
import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers
from tokenizers import processors, trainers
from tokenizers.decoders import DecodeStream
from transformers import PreTrainedTokenizerFast

GOLDEN = Path(__file__).parent.parent / "test" / "golden"


def numbers(count, seed):
    """Values of a linear congruential generator, -1 to 1, of very different magnitudes: the tests make the same."""
    state = seed
    out = numpy.empty(count, dtype=numpy.float32)
    for i in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        out[i] = numpy.float32((state / 2**31 - 1) * 2.0 ** ((i // 32) % 24 - 12))
    return out


def canonical(values):
    """SHA-256 of float32 bytes, with one bit pattern for NaN."""
    values = values.astype(numpy.float32)
    bits = values.view(numpy.uint32).copy()
    bits[numpy.isnan(values)] = 0x7FC00000
    return hashlib.sha256(bits.tobytes()).hexdigest()


def types():
    halves = numpy.arange(65536, dtype=numpy.uint16)
    eights = numpy.arange(256, dtype=numpy.uint8)
    as_type = lambda array, dtype: torch.from_numpy(array.copy()).view(dtype).to(torch.float32).numpy()
    random = numbers(4096, 5)
    expected = {
        "F16": canonical(as_type(halves.view(numpy.int16), torch.float16)),
        "BF16": canonical(as_type(halves.view(numpy.int16), torch.bfloat16)),
        "F8_E4M3": canonical(as_type(eights, torch.float8_e4m3fn)),
        "F8_E5M2": canonical(as_type(eights, torch.float8_e5m2)),
        "toFloat16": hashlib.sha256(random.astype(numpy.float16).tobytes()).hexdigest(),
    }
    values = numbers(64, 1)
    tensors = {
        "f32": torch.from_numpy(values.reshape(8, 8)),
        "f16": torch.from_numpy(values).to(torch.float16).reshape(4, 16),
        "bf16": torch.from_numpy(values).to(torch.bfloat16).reshape(2, 4, 8),
        "f64": torch.from_numpy(values.astype(numpy.float64)),
        "i8": torch.arange(-4, 4, dtype=torch.int8),
        "u8": torch.arange(250, 256, dtype=torch.uint8),
        "i32": torch.tensor([-(2**31), -1, 0, 2**31 - 1], dtype=torch.int32),
        "i64": torch.tensor([-(2**53), 2**40], dtype=torch.int64),
        "bool": torch.tensor([True, False, True]),
        "f8": torch.from_numpy(values[:8]).to(torch.float8_e4m3fn),
        "scalar": torch.tensor(1.5),
        "empty": torch.zeros(0, 3),
        "名前.weight": torch.ones(2, 2),
    }
    save_file(tensors, GOLDEN / "checkpoints" / "types.safetensors", {"format": "pt", "note": "ü"})
    expected["tensors"] = {
        name: {"shape": list(t.shape), "values": t.to(torch.float32).flatten().tolist()}
        for name, t in tensors.items()
    }
    return expected


def quantised(values, bits):
    """The rule of quantise.ts, written again: float64 arithmetic on float32 values, blocks of 32."""
    codes, scales = [], []
    for block in values.reshape(-1, 32).astype(numpy.float64):
        extreme = block[numpy.argmax(numpy.abs(block))]
        if bits == 8:
            scale = numpy.float64(numpy.float32(abs(extreme) / 127))
            code = numpy.zeros(32) if scale == 0 else numpy.clip(numpy.floor(block / scale + 0.5), -127, 127)
            codes.append((code + 128).astype(numpy.uint8))
        else:
            best = None
            for scale in (numpy.float32(abs(extreme) / 7), numpy.float32(extreme / -8)):
                scale = numpy.float64(scale)
                if scale == 0:
                    continue
                code = numpy.clip(numpy.floor(block / scale + 8.5), 0, 15)
                # One after the other, as a loop adds.
                error = 0.0
                for difference in block - (code - 8) * scale:
                    error += difference * difference
                if best is None or error < best[0]:
                    best = (error, scale, code)
            _, scale, code = best or (0, 0.0, numpy.full(32, 8))
            code = code.astype(numpy.uint8)
            codes.append(code[0::2] | (code[1::2] << 4))
        scales.append(scale)
    return {
        "codes": numpy.concatenate(codes).tobytes().hex(),
        "scales": numpy.array(scales, dtype=numpy.float32).tobytes().hex(),
    }


def quantisation():
    values = numbers(32 * 48, 7)
    values[32:64] = 0
    values[64:96] = numpy.float32(1e-45)  # smallest subnormal: the scale vanishes
    values[96:128] = numpy.linspace(-7, 8, 32, dtype=numpy.float32)
    return {"seed": 7, "q8": quantised(values, 8), "q4": quantised(values, 4)}


CORPUS = [
    "The camera at the gate saw a red car leave the yard at noon.",
    "A person in a blue coat walked from left to right and left a bag behind.",
    "Nothing happened. The door is closed, the light is on; 3 boxes stand on the belt.",
    "Was fällt auf? Ein Wagen überquert die Linie. Größe: 1.234,56 mm",
    "カメラは門で赤い車を見た。何も起こらなかった。",
    "Камера увидела красную машину. 카메라가 빨간 차를 보았다.",
    "def area(width, height):\n    return width * height\n",
] * 4

TEXTS = [
    "",
    " ",
    "a",
    "The red car left the yard.",
    "  two  spaces   and\ttabs\n\n\nlines\r\nwindows ",
    "caf\u00e9 cafe\u0301 \u212b \ufb01 \u00df \u0130 \u01c6",
    "\U0001f469\u200d\U0001f4bb codes \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd \U0001f1ee\U0001f1f8 \u2764\ufe0f",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd \u0928\u092e\u0938\u094d\u0924\u0947",
    "\u1112\u1161\u11ab\uae00 \u4e2d\u6587 \u65e5\u672c\u8a9e",
    "z\u0334\u0322a\u0335l\u0336g\u0337o",
    "\u0000\u0001\u007f\u0085\u00a0\u200b\u2028\u2029\ufeff\ufffd\ufffe\U0010ffff\ue000",
    "12345 6,789.01 1e-5 \u0663\u0664 \u00bd",
    "x" * 70,
    "<|image|> and <|ima and <|turn>user\nhi<turn|>",
    "<bos>a<eos> <pad><unk>",
    "don't can't we'll it's I'M",
    "!?...;:--__**((",
    "\u2581already\u2581marked \u2581 <0x41><0xE2>",
    "gr\u00f6\u00dfer \u00dcber stra\u00dfe",
    "\u0120byte\u010a level letters",
]

SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>", "<|turn>", "<turn|>", "<|image|>"]

TEMPLATE = """{{ bos_token }}
{%- for message in messages %}
    {%- if message['role'] not in ['system', 'user', 'assistant'] %}
        {{- raise_exception('unknown role ' + message['role']) }}
    {%- endif %}
    {%- set role = 'model' if message['role'] == 'assistant' else message['role'] %}
    {{- '<|turn>' + role + '\\n' }}
    {%- if message['content'] is string %}
        {{- message['content'] | trim }}
    {%- else %}
        {%- for part in message['content'] %}
            {%- if part['type'] == 'image' %}{{ '<|image|>' }}{% else %}{{ part['text'] | trim }}{% endif %}
        {%- endfor %}
    {%- endif %}
    {%- if loop.last and tools is defined %}{{ '\\n' + tools | tojson }}{% endif %}
    {{- '<turn|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|turn>model\\n' }}
{%- endif %}"""

CHATS = [
    {"messages": [{"role": "user", "content": " What happened? "}], "tools": None},
    {
        "messages": [
            {"role": "system", "content": "Answer shortly."},
            {
                "role": "user",
                "content": [{"type": "image"}, {"type": "text", "text": "What \u00fcber \U0001f44d?\n"}],
            },
            {"role": "assistant", "content": "Nothing."},
        ],
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {"a": 1.5}}}],
    },
]


def added():
    return [AddedToken(token, special=True, normalized=False) for token in SPECIAL]


def fallback():
    """BPE on characters with bytes for the rest, spaces as U+2581: the shape of Gemma's."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "\u2581")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    special = SPECIAL + [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(
        vocab_size=640, special_tokens=special, limit_alphabet=120, show_progress=False,
        max_token_length=16,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    # Training marks the bytes as special; in the file only the real ones are.
    saved = json.loads(tokenizer.to_str())
    saved["added_tokens"] = [
        {**token, "normalized": False} for token in saved["added_tokens"] if token["content"] in SPECIAL
    ]
    tokenizer = Tokenizer.from_str(json.dumps(saved))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<bos> $A", special_tokens=[("<bos>", tokenizer.token_to_id("<bos>"))]
    )
    return tokenizer


def byte_level():
    """BPE on bytes written as letters: the shape of SmolVLM's."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=480, special_tokens=SPECIAL, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def word_level():
    tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.WordLevelTrainer(vocab_size=160, special_tokens=SPECIAL, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def references(name, tokenizer):
    config = {f"{role}_token": f"<{role}>" for role in ("pad", "eos", "bos", "unk")}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **config)
    fast.chat_template = TEMPLATE
    folder = GOLDEN / "tokenizers" / name
    folder.mkdir(parents=True, exist_ok=True)
    saved = json.loads(tokenizer.to_str())
    (folder / "tokenizer.json").write_text(json.dumps(saved, ensure_ascii=False, separators=(",", ":")) + "\n")
    config["tokenizer_class"] = "PreTrainedTokenizerFast"
    (folder / "tokenizer_config.json").write_text(json.dumps(config) + "\n")
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    texts = []
    for text in TEXTS:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        stream = DecodeStream(skip_special_tokens=True)
        pieces = [stream.step(tokenizer, i) for i in ids]
        texts.append({
            "text": text,
            "ids": ids,
            "special": tokenizer.encode(text, add_special_tokens=True).ids,
            "shown": tokenizer.decode(ids, skip_special_tokens=False),
            "decoded": tokenizer.decode(ids, skip_special_tokens=True),
            "streamed": "".join(piece for piece in pieces if piece is not None),
        })
    chats = [
        {**chat, "prompt": fast.apply_chat_template(
            chat["messages"], tools=chat["tools"], add_generation_prompt=True, tokenize=False)}
        for chat in CHATS
    ]
    (folder / "expected.json").write_text(
        json.dumps({"size": tokenizer.get_vocab_size(), "texts": texts, "chats": chats}, indent=1) + "\n"
    )


if __name__ == "__main__":
    (GOLDEN / "checkpoints").mkdir(parents=True, exist_ok=True)
    expected = {"types": types(), "quantisation": quantisation()}
    (GOLDEN / "checkpoints" / "expected.json").write_text(json.dumps(expected) + "\n")
    references("fallback", fallback())
    references("byte-level", byte_level())
    references("word-level", word_level())
