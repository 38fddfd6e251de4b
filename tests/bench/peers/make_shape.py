#!/usr/bin/env python3
"""Writes a Chat-UniVi folder of a published shape with random weights that takes 0.4 GB on disk, whatever its size:
the tensors of pytorch_model.bin are views of one storage, as torch.save keeps them.
    make_shape.py OUT 7b|13b TOKENIZER_FOLDER
Weights are normal with deviation 0.02 and begin at different places, so that no two rows are neighbours' copies.
"""
import json
import shutil
import sys
from pathlib import Path

import torch

SHAPES = {"7b": (4096, 11008, 32), "13b": (5120, 13824, 40)}
VOCABULARY, TOWER, TOWER_LAYERS = 32000, 1024, 24


class Weights:
    """Hands out views of one random storage."""

    def __init__(self, largest):
        torch.manual_seed(7)
        self.values = (torch.randn(largest + 65536) * 0.02).half()
        self.next = 0

    def matrix(self, *shape):
        count = torch.Size(shape).numel()
        self.next = (self.next + 7919) % (self.values.numel() - count)
        return self.values[self.next:self.next + count].view(shape)


def decoder(hidden, intermediate, layers):
    weights = Weights(VOCABULARY * hidden)
    ones, zeros = torch.ones(hidden).half(), torch.zeros(hidden).half()
    table = {"model.embed_tokens.weight": weights.matrix(VOCABULARY, hidden), "lm_head.weight": weights.matrix(VOCABULARY, hidden),
             "model.norm.weight": ones, "model.mm_projector.weight": weights.matrix(hidden, TOWER), "model.mm_projector.bias": zeros}
    for layer in range(layers):
        at = f"model.layers.{layer}."
        for name in "qkvo":
            table[f"{at}self_attn.{name}_proj.weight"] = weights.matrix(hidden, hidden)
        table[at + "mlp.gate_proj.weight"] = weights.matrix(intermediate, hidden)
        table[at + "mlp.up_proj.weight"] = weights.matrix(intermediate, hidden)
        table[at + "mlp.down_proj.weight"] = weights.matrix(hidden, intermediate)
        table[at + "input_layernorm.weight"] = table[at + "post_attention_layernorm.weight"] = ones
    return table


def tower():
    weights = Weights(4 * TOWER * TOWER)
    ones, zeros, wide = torch.ones(TOWER).half(), torch.zeros(TOWER).half(), torch.zeros(4 * TOWER).half()
    table = {"embeddings.class_embedding": zeros, "embeddings.patch_embedding.weight": weights.matrix(TOWER, 3, 14, 14),
             "embeddings.position_embedding.weight": weights.matrix(257, TOWER), "pre_layrnorm.weight": ones, "pre_layrnorm.bias": zeros}
    for layer in range(TOWER_LAYERS):
        at = f"encoder.layers.{layer}."
        for name in ("k_proj", "v_proj", "q_proj", "out_proj"):
            table[f"{at}self_attn.{name}.weight"] = weights.matrix(TOWER, TOWER)
            table[f"{at}self_attn.{name}.bias"] = zeros
        for norm in ("layer_norm1", "layer_norm2"):
            table[f"{at}{norm}.weight"], table[f"{at}{norm}.bias"] = ones, zeros
        table[at + "mlp.fc1.weight"], table[at + "mlp.fc1.bias"] = weights.matrix(4 * TOWER, TOWER), wide
        table[at + "mlp.fc2.weight"], table[at + "mlp.fc2.bias"] = weights.matrix(TOWER, 4 * TOWER), zeros
    return {"vision_model." + name: value for name, value in table.items()}


def main():
    out, shape, tokenizer = Path(sys.argv[1]), SHAPES[sys.argv[2]], Path(sys.argv[3])
    hidden, intermediate, layers = shape
    heads = hidden // 128
    (out / "vision_tower").mkdir(parents=True, exist_ok=True)
    torch.save(decoder(*shape), out / "pytorch_model.bin")
    torch.save(tower(), out / "vision_tower/pytorch_model.bin")
    config = {
        "model_type": "ChatUniVi", "architectures": ["ChatUniViLlamaForCausalLM"], "torch_dtype": "float16", "vocab_size": VOCABULARY,
        "hidden_size": hidden, "intermediate_size": intermediate, "num_hidden_layers": layers, "num_attention_heads": heads,
        "num_key_value_heads": heads, "max_position_embeddings": 2048, "rms_norm_eps": 1e-6, "hidden_act": "silu",
        "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0, "tie_word_embeddings": False, "use_mm_proj": True,
        "mm_hidden_size": TOWER, "mm_vision_tower": "vision_tower", "mm_vision_select_layer": -2, "mm_vision_select_feature": "patch",
        "mm_use_im_start_end": False, "mm_use_im_patch_token": False, "image_aspect_ratio": "square",
        "config": {"use_cluster": True, "freeze": False, "mm_tune": True, "vision_tune": False, "spatial_cluster_rate0": 64,
                   "spatial_cluster_rate1": 32, "spatial_cluster_rate2": 16, "temporal_cluster_rate": 0.0625}}
    (out / "config.json").write_text(json.dumps(config, indent=1))
    (out / "vision_tower/config.json").write_text(json.dumps({
        "model_type": "clip_vision_model", "hidden_size": TOWER, "intermediate_size": 4 * TOWER, "num_hidden_layers": TOWER_LAYERS,
        "num_attention_heads": 16, "image_size": 224, "patch_size": 14, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5}))
    for name in ("tokenizer.model", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(tokenizer / name, out)


if __name__ == "__main__":
    main()
