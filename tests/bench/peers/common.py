"""Shared helpers of the peer measurements.

Every script prints one JSON object a line:
  bench, peer, variant, shape, metric, value, unit, better ("higher" or "lower"), and extra figures.
"""
import json
import os
import resource
import statistics
import sys
import time
from pathlib import Path

THREADS = int(os.environ.get("PEERS_THREADS", "2"))
# As univi-cli bench has them (core/bench/language_work.cpp).
PREFILLED, CONTEXT, DECODED = 256, 128, 16

LLM_SHAPES = {
    "160m": dict(hidden=768, layers=12, heads=12, inter=2048, vocab=32000),
    "1.1b": dict(hidden=2048, layers=22, heads=32, inter=5632, vocab=32000),
    "7b": dict(hidden=4096, layers=32, heads=32, inter=11008, vocab=32000),
    "13b": dict(hidden=5120, layers=40, heads=40, inter=13824, vocab=32000),
}


def cache_dir():
    base = os.environ.get("PEERS_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "univi-peers")
    path = Path(base)
    path.mkdir(parents=True, exist_ok=True)
    return path


def hf_dir(shape):
    return cache_dir() / f"llama-{shape}-hf"


def univi_dir(shape):
    return cache_dir() / f"llama-{shape}-univi"


def bin_dir(shape):
    return cache_dir() / f"llama-{shape}-bin"


def gguf_path(shape, quant):
    return cache_dir() / f"llama-{shape}-{quant.lower()}.gguf"


def ct2_dir(shape, quant):
    return cache_dir() / f"llama-{shape}-ct2-{quant}"


def llm_params(shape):
    """(all parameters, parameters read for each decoded token: everything but the embedding table)."""
    s = LLM_SHAPES[shape]
    layer = 4 * s["hidden"] ** 2 + 3 * s["hidden"] * s["inter"] + 2 * s["hidden"]
    head = s["vocab"] * s["hidden"]
    body = s["layers"] * layer + s["hidden"]
    return body + 2 * head, body + head


def prompt_tokens(n, vocab=32000):
    """The same prompt for every peer: ids 3..vocab-1 from a fixed linear congruence."""
    out, x = [], 12345
    for _ in range(n):
        x = (1103515245 * x + 12345) % 2 ** 31
        out.append(3 + x % (vocab - 3))
    out[0] = 1
    return out


def peak_rss_mb():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def emit(bench, peer, variant, shape, metric, value, unit, better="higher", **extra):
    row = dict(bench=bench, peer=peer, variant=variant, shape=shape, metric=metric,
               value=round(float(value), 5), unit=unit, better=better)
    row.update(extra)
    print(json.dumps(row), flush=True)


def median(xs):
    return statistics.median(xs)


def drop_cache(path):
    """Ask the kernel to forget the cached pages of one file or folder (nobody else's)."""
    path = Path(path)
    files = [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
    for f in files:
        fd = os.open(f, os.O_RDONLY)
        try:
            os.fsync(fd)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(fd)


def log(*a):
    print(*a, file=sys.stderr, flush=True)
