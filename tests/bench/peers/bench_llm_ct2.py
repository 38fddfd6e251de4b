"""Prefill and decode of CTranslate2 on the CPU.

  bench_llm_ct2.py --shape 1.1b --quant int8
The first token's time is the prefill; the callback's clock gives the decode.
"""
import argparse
import os
import sys
import time

import ctranslate2

from common import CONTEXT, DECODED, PREFILLED, THREADS, ct2_dir, emit, llm_params, median, peak_rss_mb, prompt_tokens

ap = argparse.ArgumentParser()
ap.add_argument("--shape", default="160m")
ap.add_argument("--quant", default="int8", help="int8 or float32")
ap.add_argument("--reps", type=int, default=1)
args = ap.parse_args()

t = time.perf_counter()
gen = ctranslate2.Generator(str(ct2_dir(args.shape, args.quant)), device="cpu", inter_threads=1, intra_threads=THREADS,
                            compute_type={"int8": "int8"}.get(args.quant, args.quant))
load_s = time.perf_counter() - t
prompt = [("<s>" if i == 1 else f"tok{i}") for i in prompt_tokens(PREFILLED)]


def generate(tokens, count):
    """Returns the moments at which the tokens came, the start first, and their ids."""
    stamps, ids = [time.perf_counter()], []

    def on_step(r):
        stamps.append(time.perf_counter())
        ids.append(r.token_id)
        return False

    gen.generate_batch([tokens], max_length=count, min_length=count, beam_size=1, sampling_topk=1,
                       include_prompt_in_result=False, callback=on_step)
    return stamps, ids


def once():
    first, _ = generate(prompt, 1)
    stamps, ids = generate(prompt[:CONTEXT], DECODED + 1)
    return PREFILLED / (first[1] - first[0]), DECODED / (stamps[-1] - stamps[1]), ids[1:]


once()
runs = [once() for _ in range(args.reps)]
read = llm_params(args.shape)[1]
extra = dict(reps=args.reps, weight_bytes=int(read * (1 if args.quant == "int8" else 4)), peak_rss_mb=round(peak_rss_mb()),
             load_s=round(load_s, 2), first_ids=runs[0][2][:8])
emit("llm", "ctranslate2", args.quant, args.shape, "prefill", median(r[0] for r in runs), "tok/s", **extra)
emit("llm", "ctranslate2", args.quant, args.shape, "decode", median(r[1] for r in runs), "tok/s", **extra)
sys.stdout.flush()
os._exit(0)  # the library's worker thread does not always end cleanly at interpreter exit
