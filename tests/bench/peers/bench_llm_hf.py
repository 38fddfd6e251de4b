"""Prefill and decode of HF transformers' LLaMA on the CPU: greedy, batch 1.

  bench_llm_hf.py --shape 1.1b --variant bf16-sdpa
Variants: {fp32,bf16,fp16}-{eager,sdpa}.
"""
import argparse
import time

import torch

from common import CONTEXT, DECODED, PREFILLED, THREADS, emit, hf_dir, llm_params, median, peak_rss_mb, prompt_tokens

ap = argparse.ArgumentParser()
ap.add_argument("--shape", default="160m")
ap.add_argument("--variant", default="bf16-sdpa")
ap.add_argument("--reps", type=int, default=1)
args = ap.parse_args()

torch.set_num_threads(THREADS)
from transformers import AutoModelForCausalLM  # noqa: E402

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
kind, _, how = args.variant.partition("-")
total, read = llm_params(args.shape)
kw, bytes_per = dict(attn_implementation="sdpa"), 2
if kind in DTYPES:
    kw = dict(dtype=DTYPES[kind], attn_implementation=how or "sdpa")
    bytes_per = 4 if kind == "fp32" else 2
else:
    raise SystemExit("unknown variant")

t = time.perf_counter()
model = AutoModelForCausalLM.from_pretrained(hf_dir(args.shape), **kw).eval()
load_s = time.perf_counter() - t
ids = torch.tensor([prompt_tokens(PREFILLED)])


def choose(out):
    return out.logits[:, -1].argmax(-1, keepdim=True)


@torch.inference_mode()
def once():
    t0 = time.perf_counter()
    choose(model(input_ids=ids, use_cache=True, logits_to_keep=1))
    t1 = time.perf_counter()
    out = model(input_ids=ids[:, :CONTEXT], use_cache=True, logits_to_keep=1)
    tok, cache, got = choose(out), out.past_key_values, []
    t2 = time.perf_counter()
    for _ in range(DECODED):
        tok = choose(model(input_ids=tok, past_key_values=cache, use_cache=True))
        got.append(int(tok))
    t3 = time.perf_counter()
    return PREFILLED / (t1 - t0), DECODED / (t3 - t2), got


once()
runs = [once() for _ in range(args.reps)]
extra = dict(reps=args.reps, weight_bytes=int(read * bytes_per), peak_rss_mb=round(peak_rss_mb()), load_s=round(load_s, 2),
             first_ids=runs[0][2][:8])
emit("llm", "hf-transformers", args.variant, args.shape, "prefill", median(r[0] for r in runs), "tok/s", **extra)
emit("llm", "hf-transformers", args.variant, args.shape, "decode", median(r[1] for r in runs), "tok/s", **extra)
