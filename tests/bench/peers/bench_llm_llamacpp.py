"""Prefill and decode of llama.cpp through llama-cpp-python's bindings of its C API, with its default options.

  bench_llm_llamacpp.py --shape 1.1b --quant Q4_K_M
"""
import argparse
import ctypes
import time

import llama_cpp as L
import numpy as np

from common import CONTEXT, DECODED, LLM_SHAPES, PREFILLED, THREADS, emit, gguf_path, median, peak_rss_mb, prompt_tokens

ap = argparse.ArgumentParser()
ap.add_argument("--shape", default="160m")
ap.add_argument("--quant", default="BF16")
ap.add_argument("--reps", type=int, default=1)
args = ap.parse_args()

quiet = L.llama_log_callback(lambda level, text, data: None)
L.llama_log_set(quiet, ctypes.c_void_p(0))
L.llama_backend_init()
path = gguf_path(args.shape, args.quant)
t = time.perf_counter()
model = L.llama_model_load_from_file(str(path).encode(), L.llama_model_default_params())
cp = L.llama_context_default_params()
cp.n_ctx, cp.n_batch, cp.n_ubatch = 512, 512, 512
cp.n_threads = cp.n_threads_batch = THREADS
ctx = L.llama_init_from_model(model, cp)
load_s = time.perf_counter() - t
vocab = LLM_SHAPES[args.shape]["vocab"]
ids = prompt_tokens(PREFILLED)


def step(tokens):
    arr = (L.llama_token * len(tokens))(*tokens)
    if L.llama_decode(ctx, L.llama_batch_get_one(arr, len(tokens))) != 0:
        raise SystemExit("llama_decode failed")
    return int(np.ctypeslib.as_array(L.llama_get_logits_ith(ctx, -1), (vocab,)).argmax())


def seconds(work):
    t = time.perf_counter()
    work()
    return time.perf_counter() - t


def once():
    L.llama_memory_clear(L.llama_get_memory(ctx), True)
    prefill = PREFILLED / seconds(lambda: step(ids))
    L.llama_memory_clear(L.llama_get_memory(ctx), True)
    got = [step(ids[:CONTEXT])]

    def decode():
        for _ in range(DECODED):
            got.append(step(got[-1:]))
    return prefill, DECODED / seconds(decode), got[1:]


def read_bytes():
    """Bytes of weights that each decoded token reads: every tensor but the embedding table."""
    import gguf
    return sum(int(t.n_bytes) for t in gguf.GGUFReader(str(path)).tensors if t.name != "token_embd.weight")


once()
runs = [once() for _ in range(args.reps)]
extra = dict(reps=args.reps, weight_bytes=read_bytes(), peak_rss_mb=round(peak_rss_mb()), load_s=round(load_s, 2),
             first_ids=runs[0][2][:8])
emit("llm", "llama.cpp", args.quant, args.shape, "prefill", median(r[0] for r in runs), "tok/s", **extra)
emit("llm", "llama.cpp", args.quant, args.shape, "decode", median(r[1] for r in runs), "tok/s", **extra)
