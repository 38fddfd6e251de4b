"""What tests/bench/run measures: each work with ours, its peers and what is wanted of it."""
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Job:
    """A command that prints JSON lines, and which value of them counts."""
    who: str
    command: str
    fields: tuple  # (name, value) pairs that the line must have
    value: str = "value"
    per_frame: bool = False  # the value is seconds of a clip: frames a second are wanted

    def read(self, row):
        """Returns the value of a line that is meant, else None."""
        if any(row.get(name) != value for name, value in self.fields):
            return None
        return row["frames"] / row[self.value] if self.per_frame else row[self.value]


@dataclass(frozen=True)
class Wanted:
    """At least a share of the limit or a ratio to the best peer, at most or at least a value; one of them."""
    share: float = 0
    ratio: float = 0
    most: float = 0
    least: float = 0

    def text(self):
        if self.share:
            return f"share ≥ {self.share:.2f}"
        if self.ratio:
            return f"ratio ≥ {self.ratio:.2f}"
        if self.most:
            return f"≤ {self.most:g}"
        return f"≥ {self.least:g}" if self.least else "–"

    def is_met(self, value, ratio, share):
        """Returns None where nothing is wanted or it cannot be told."""
        for wanted, got in ((self.share, share), (self.ratio, ratio), (self.least, value)):
            if wanted:
                return None if got is None else got >= wanted
        return value <= self.most if self.most else None


@dataclass(frozen=True)
class Work:
    name: str
    unit: str
    ours: Job
    peers: tuple = ()
    wanted: Wanted = field(default_factory=Wanted)

    @property
    def more_is_better(self):
        return self.unit != "s"


@dataclass(frozen=True)
class Group:
    works: tuple
    prepare: tuple = ()  # commands that make the peers' inputs, without effect when they are there


@dataclass(frozen=True)
class Setting:
    """Of one run: numbers that the commands take, and the folder of the peers' files."""
    runs: int
    threads: int
    cache: Path

    def bench(self, what, arguments, **fields):
        command = f"$BIN/univi-cli bench {what} {arguments} --threads {self.threads} --runs {self.runs}"
        return Job("ours", command, (("what", what), *fields.items()), "median")

    def has(self, name):
        return (self.cache / name).exists()

    def subject(self, shape):
        """The peers' weights where they were made, else random ones of the same shape."""
        folder = f"llama-{shape}-univi"
        return f"--model $PEERS_CACHE/{folder}" if self.has(f"{folder}/config.json") else f"--shape {shape}"

    def peer(self, who, script, arguments, **fields):
        return Job(who, f"$PY {script} {arguments} --reps {self.runs}", tuple(fields.items()))


# Peers' names for what ours calls one precision; the precision of ours is the first one's.
LLAMA_CPP = {"bf16": ("BF16", "F16"), "int8": ("Q8_0",), "int4": ("Q4_0", "Q4_K_M"), "fp32": ()}
HUGGING_FACE = {"bf16": ("bf16-sdpa",), "fp32": ("fp32-sdpa",)}
CTRANSLATE2 = {"int8": ("int8",), "fp32": ("float32",)}


def language_peers(setting, shape, dtype, metric):
    for quant in LLAMA_CPP[dtype]:
        yield setting.peer(f"llama.cpp {quant}", "bench_llm_llamacpp.py", f"--shape {shape} --quant {quant}", metric=metric)
    for variant in HUGGING_FACE.get(dtype, ()):
        yield setting.peer(f"Transformers {variant}", "bench_llm_hf.py", f"--shape {shape} --variant {variant}", metric=metric)
    for quant in CTRANSLATE2.get(dtype, ()):
        yield setting.peer(f"CTranslate2 {quant}", "bench_llm_ct2.py", f"--shape {shape} --quant {quant}", metric=metric)


def language(setting, shape, dtypes, decode_wanted):
    works = []
    for dtype in dtypes:
        for what, wanted in (("decode", decode_wanted.get(dtype, Wanted(ratio=1))), ("prefill", Wanted(ratio=1))):
            works.append(Work(f"{what} {shape}, {dtype}", "tokens/s",
                              setting.bench(what, f"{setting.subject(shape)} --dtype {dtype} --device cpu"),
                              tuple(language_peers(setting, shape, dtype, what)), wanted))
    return Group(tuple(works), (f"$PY make_models.py --shape {shape} --only hf,univi,ct2,gguf",))


def large(setting):
    """Shapes of which the peers' files are too large to make here: ours alone, with random weights."""
    works = tuple(Work(f"decode {shape}, int4", "tokens/s",
                       setting.bench("decode", f"--shape {shape} --dtype int4 --device cpu"), (), Wanted(share=0.65))
                  for shape in ("7b", "13b"))
    return Group(works)


def tower(setting):
    works = []
    for dtype in ("fp32", "bf16"):
        peers = tuple(setting.peer(f"Transformers {dtype}", "bench_vision.py", f"--variant {dtype}-sdpa --batch {batch}",
                                   metric="images") for batch in (1, 8))
        works.append(Work(f"ViT-L/14 tower, eight pictures, {dtype}", "pictures/s",
                          setting.bench("vision", f"--shape 160m --dtype {dtype} --device cpu"), peers, Wanted(ratio=1)))
    return Group(tuple(works))


def merging(setting):
    def work(name, shape, most):
        return Work(name, "s", setting.bench("cluster", "", shape=shape), (), Wanted(most=most))
    return Group((work("merging one picture, all stages", "picture 256x1024", 0.003),
                  work("merging 64 frames of four scenes", "64 frames of 4 scenes", 0.15)))


def video(setting):
    peers = tuple(Job(who, f"$PY bench_video.py --peer {who} --prep clip --reps {setting.runs}", (("metric", "sample_1fps"),),
                      per_frame=True) for who in ("opencv", "pyav", "decord"))
    work = Work("60 s of 720p to frames at 224", "frames/s", setting.bench("video", "--video $PEERS_CACHE/clip720.mp4"), peers,
                Wanted(ratio=1))
    return Group((work,), ("bash make_clip.sh",))


def load(setting):
    peers = tuple(Job(who, f"$PY bench_load.py --peer {peer} --state warm", (("metric", "load"),))
                  for who, peer in (("llama.cpp BF16", "llamacpp-BF16"), ("Transformers bf16", "hf-safetensors")))
    prepare = ("$PY make_models.py --shape 1.1b --only hf,univi,gguf",)
    if not setting.has("llama-1.1b-univi/config.json"):
        return Group((Work("load the demo model, warm", "s", setting.bench("load", "--device cpu")),), prepare)
    return Group((Work("load 1.1b, bf16, warm", "s",
                       setting.bench("load", "--model $PEERS_CACHE/llama-1.1b-univi --dtype bf16 --device cpu"), peers,
                       Wanted(ratio=1)),), prepare)


def turn(setting):
    return Group((Work("first word about a picture, demo model", "s", setting.bench("turn", "--device cpu")),
                  Work("the next question about it", "s",
                       Job("ours", setting.bench("turn", "--device cpu").command, (("what", "turn again"),), "median"))))


def training(setting):
    def peer(who, arguments):
        return Job(who, f"$PY bench_train.py {arguments} --steps {setting.runs}", (("metric", "step"),))

    def ranks(stage):
        command = f"bash ../ranks.sh $BIN/training_step_bench {stage} {setting.runs}"
        return Job("ours", command, (("ranks", 2), ("stage", stage)), "samples_per_s")

    works = [Work(f"training step 160m, one process, {dtype}", "samples/s",
                  setting.bench("train", f"--shape 160m --dtype {dtype}"),
                  (peer("PyTorch eager", f"--variant {variant}"),), Wanted(ratio=1))
             for dtype, variant in (("fp32", "fp32"), ("bf16", "bf16-autocast"))]
    works += [Work(f"training step 160m, two processes, ZeRO {stage}, fp32", "samples/s", ranks(stage),
                   (peer(who, f"--variant fp32 --engine {engine}"),), wanted)
              for stage, who, engine, wanted in ((0, "PyTorch DDP", "ddp", Wanted(ratio=1)),
                                                 (2, "DeepSpeed ZeRO-2", "zero2", Wanted(least=0.30)),
                                                 (3, "DeepSpeed ZeRO-3", "zero3", Wanted(least=0.27)))]
    return Group(tuple(works))


def all_groups(setting):
    """By name, in the order in which they are measured."""
    shares = {"bf16": Wanted(share=0.80), "int8": Wanted(share=0.75), "int4": Wanted(share=0.65)}
    dtypes = ("bf16", "int8", "int4", "fp32")
    return {"160m": language(setting, "160m", dtypes, {}), "1.1b": language(setting, "1.1b", dtypes, shares),
            "large": large(setting), "tower": tower(setting), "merging": merging(setting), "video": video(setting),
            "load": load(setting), "turn": turn(setting), "train": training(setting)}
