"""Writes random LLaMA weights once into the cache: HF folder (safetensors, bf16), the same folder with the demo model's
tokenizer for ours, sharded pytorch .bin folder, GGUF files (F16, BF16, Q8_0, Q4_0, Q4_K_M) and CTranslate2 folders
(int8, float32).

  make_models.py --shape 160m --shape 1.1b [--only hf,univi,bin,gguf,ct2]
"""
import argparse
import gc
import json
import shutil
from pathlib import Path

import numpy as np
import torch

from common import LLM_SHAPES, bin_dir, ct2_dir, gguf_path, hf_dir, log, univi_dir

QUANTS = {"F16": 1, "Q4_0": 2, "Q8_0": 7, "Q4_K_M": 15, "BF16": 32}  # llama.cpp's llama_ftype numbers


def make_tokenizer(folder, vocab):
    """A dummy word-level vocabulary: the converters ask for one; no measured text goes through it."""
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast
    words = ["<unk>", "<s>", "</s>"] + [f"tok{i}" for i in range(3, vocab)]
    tok = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="<unk>"))
    PreTrainedTokenizerFast(tokenizer_object=tok, unk_token="<unk>", bos_token="<s>",
                            eos_token="</s>").save_pretrained(folder)


def make_hf(shape):
    from transformers import LlamaConfig, LlamaForCausalLM
    out = hf_dir(shape)
    if (out / "done").exists():
        return
    s = LLM_SHAPES[shape]
    torch.manual_seed(7)
    torch.set_default_dtype(torch.bfloat16)
    cfg = LlamaConfig(hidden_size=s["hidden"], num_hidden_layers=s["layers"], num_attention_heads=s["heads"],
                      num_key_value_heads=s["heads"], intermediate_size=s["inter"], vocab_size=s["vocab"],
                      max_position_embeddings=4096, rms_norm_eps=1e-6, bos_token_id=1, eos_token_id=2,
                      tie_word_embeddings=False, torch_dtype="bfloat16")
    model = LlamaForCausalLM(cfg)
    with torch.no_grad():
        for p in model.parameters():
            if p.dim() > 1:
                p.normal_(0, 0.02)
    torch.set_default_dtype(torch.float32)
    model.save_pretrained(out)
    make_tokenizer(out, s["vocab"])
    (out / "done").touch()
    log("wrote", out)


def make_univi(shape):
    """Links to the HF folder's weights beside a tokenizer of as many pieces: LLaMA's, which the tests unpack."""
    out, root = univi_dir(shape), Path(__file__).resolve().parents[3]
    out.mkdir(exist_ok=True)
    files = [f for f in hf_dir(shape).iterdir() if f.name == "config.json" or "safetensors" in f.name]
    files += [f for f in sorted((root / "resources/demo").glob("*token*")) if f.suffix == ".json"]
    for f in [*files, root / "build/release/golden/tokenizer/tokenizer.model"]:
        (out / f.name).unlink(missing_ok=True)
        (out / f.name).symlink_to(f)


def load_state(shape):
    from safetensors.torch import load_file
    state = {}
    for f in sorted(hf_dir(shape).glob("*.safetensors")):
        state.update(load_file(f))
    return state


def make_bin(shape, shards=3):
    out = bin_dir(shape)
    if (out / "done").exists():
        return
    out.mkdir(exist_ok=True)
    for name in ("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"):
        if (hf_dir(shape) / name).exists():
            shutil.copy(hf_dir(shape) / name, out / name)
    state = load_state(shape)
    keys, total = sorted(state), sum(v.numel() * v.element_size() for v in state.values())
    groups, size = [[]], 0
    for k in keys:
        if size > total / shards and len(groups) < shards:
            groups.append([])
            size = 0
        groups[-1].append(k)
        size += state[k].numel() * state[k].element_size()
    index = {"metadata": {"total_size": total}, "weight_map": {}}
    for i, group in enumerate(groups):
        name = f"pytorch_model-{i + 1:05d}-of-{len(groups):05d}.bin"
        torch.save({k: state[k].clone() for k in group}, out / name)
        index["weight_map"].update({k: name for k in group})
    (out / "pytorch_model.bin.index.json").write_text(json.dumps(index))
    (out / "done").touch()
    log("wrote", out)


def half_split(w, heads):
    """LLaMA's HF files keep the rotary halves apart; llama.cpp wants each pair's members next to each other."""
    rows, cols = w.shape
    return w.reshape(heads, 2, rows // heads // 2, cols).swapaxes(1, 2).reshape(rows, cols)


def make_gguf(shape):
    import gguf
    base = gguf_path(shape, "BF16")
    s = LLM_SHAPES[shape]
    if not base.exists():
        tmp = base.with_suffix(".tmp")
        w = gguf.GGUFWriter(str(tmp), "llama")
        w.add_name(f"random-{shape}")
        w.add_context_length(4096)
        w.add_embedding_length(s["hidden"])
        w.add_block_count(s["layers"])
        w.add_feed_forward_length(s["inter"])
        w.add_head_count(s["heads"])
        w.add_head_count_kv(s["heads"])
        w.add_rope_dimension_count(s["hidden"] // s["heads"])
        w.add_rope_freq_base(10000.0)
        w.add_layer_norm_rms_eps(1e-6)
        w.add_vocab_size(s["vocab"])
        w.add_file_type(QUANTS["BF16"])
        w.add_tokenizer_model("llama")
        toks = [b"<unk>", b"<s>", b"</s>"] + [b"<0x%02X>" % i for i in range(256)]
        types = [2, 3, 3] + [6] * 256
        for i in range(len(toks), s["vocab"]):
            toks.append(b"tok%d" % i)
            types.append(1)
        w.add_token_list(toks)
        w.add_token_scores([0.0] * len(toks))
        w.add_token_types(types)
        w.add_bos_token_id(1)
        w.add_eos_token_id(2)
        state = load_state(shape)
        names = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
        part = {"input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
                "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
                "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
                "mlp.down_proj": "ffn_down"}
        for key in sorted(state):
            stem = key[:-len(".weight")]
            if stem in names:
                name = names[stem]
            else:
                _, _, layer, rest = stem.split(".", 3)
                name = f"blk.{layer}.{part[rest]}"
            t = state.pop(key)
            if t.dim() == 1:
                w.add_tensor(name + ".weight", t.float().numpy())
                continue
            a = t.view(torch.int16).numpy().view(np.uint16)
            if stem.endswith(("q_proj", "k_proj")):
                a = np.ascontiguousarray(half_split(a, s["heads"]))
            w.add_tensor(name + ".weight", a.view(np.uint8).reshape(a.shape[0], -1),
                         raw_dtype=gguf.GGMLQuantizationType.BF16)
        w.write_header_to_file()
        w.write_kv_data_to_file()
        w.write_tensors_to_file()
        w.close()
        tmp.rename(base)
        log("wrote", base)
    import llama_cpp
    for q in ("F16", "Q8_0", "Q4_0", "Q4_K_M"):
        dst = gguf_path(shape, q)
        if dst.exists():
            continue
        p = llama_cpp.llama_model_quantize_default_params()
        p.ftype = QUANTS[q]
        p.nthread = 2
        p.allow_requantize = True
        tmp = dst.with_suffix(".tmp")
        if llama_cpp.llama_model_quantize(str(base).encode(), str(tmp).encode(), p) != 0:
            raise SystemExit(f"llama.cpp could not quantize to {q}")
        tmp.rename(dst)
        log("wrote", dst)


def make_ct2(shape):
    import ctranslate2
    for q in ("int8", "float32"):
        out = ct2_dir(shape, q)
        if out.exists():
            continue
        conv = ctranslate2.converters.TransformersConverter(str(hf_dir(shape)))
        conv.convert(str(out), quantization=q)
        del conv
        gc.collect()
        log("wrote", out)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--shape", action="append")
    ap.add_argument("--only", default="hf,univi,bin,ct2,gguf")
    args = ap.parse_args()
    for shape in args.shape or ["160m", "1.1b"]:
        for part in args.only.split(","):
            {"hf": make_hf, "univi": make_univi, "bin": make_bin, "gguf": make_gguf, "ct2": make_ct2}[part](shape)
            gc.collect()


if __name__ == "__main__":
    main()
