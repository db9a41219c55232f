"""Golden values of sampling: Hugging Face transformers' logits processors.

Usage: python packages/neural/oracle/sampling.py; needs torch and transformers. Writes test/golden/sampling.json.
"""

import json
from pathlib import Path

import torch
from transformers.generation.logits_process import (
    LogitsProcessorList,
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    SequenceBiasLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

GOLDEN = Path(__file__).parent.parent / "test" / "golden"
VOCABULARY = 40

CASES = [
    {"temperature": 0.7},
    {"topK": 5},
    {"topK": 40},
    {"topP": 0.9},
    {"topP": 0.05},
    {"minP": 0.1},
    {"repetitionPenalty": 1.3},
    {"logitBias": {"3": 4.5, "7": -2.25}},
    {"temperature": 1.6, "topK": 12, "topP": 0.8, "minP": 0.05},
    {"temperature": 0.4, "topP": 0.95, "repetitionPenalty": 0.8, "logitBias": {"11": 3.0}},
    {"temperature": 1.0, "topK": 64, "topP": 0.95},
]


def processors(case):
    """In the order of transformers' `_get_logits_processor`."""
    found = LogitsProcessorList()
    if "logitBias" in case:
        bias = {(int(token),): float(value) for token, value in case["logitBias"].items()}
        found.append(SequenceBiasLogitsProcessor(sequence_bias=[[list(k), v] for k, v in bias.items()]))
    if "repetitionPenalty" in case:
        found.append(RepetitionPenaltyLogitsProcessor(case["repetitionPenalty"]))
    if case.get("temperature", 1.0) != 1.0:
        found.append(TemperatureLogitsWarper(case["temperature"]))
    if "topK" in case:
        found.append(TopKLogitsWarper(case["topK"]))
    if "topP" in case:
        found.append(TopPLogitsWarper(case["topP"]))
    if "minP" in case:
        found.append(MinPLogitsWarper(case["minP"]))
    return found


def sampling():
    generator = torch.Generator().manual_seed(4)
    cases = []
    for options in CASES:
        logits = torch.randn(1, VOCABULARY, generator=generator) * 3
        prompt = torch.randint(0, VOCABULARY, (1, 6), generator=generator)
        scores = processors(options)(prompt, logits.clone())
        cases.append(
            {
                "options": options,
                "prompt": prompt[0].tolist(),
                "logits": logits[0].tolist(),
                "scores": [None if s == float("-inf") else s for s in scores[0].tolist()],
            }
        )
    (GOLDEN / "sampling.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    sampling()
