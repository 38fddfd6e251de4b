#!/usr/bin/env python3
"""Holds what ptxas makes of our CUDA kernels to the table in core/model/cuda/README.md.

  tests/packaging/kernel_table.py FOLDER [--update]
      FOLDER holds what nvcc said of each source (*.cu.o.txt, written by the build). Prints one line for each kernel whose
      registers, shared memory or spills are others than the table says, and exits with 1 if there is one; with 77 (skipped)
      where nothing was compiled or by another nvcc than the table is of. --update writes the table anew.
"""

import re
import subprocess
import sys
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "core/model/cuda/README.md"
SKIPPED = 77
HEAD = "## What ptxas makes of the kernels"
FUNCTION = re.compile(r"Compiling entry function '(\S+)' for '(sm_\d+)'")
SPILL = re.compile(r"(\d+) bytes spill stores, (\d+) bytes spill loads")
USED = re.compile(r"Used (\d+) registers(?:.*?(\d+) bytes smem)?")


def short_name(name):
    """`product_kernel<Int4Rows, half, 1>` of the whole signature."""
    name = re.sub(r"^void |univi::model::cuda::|\(anonymous namespace\)::", "", name)
    depth = 0
    for place, letter in enumerate(name):
        depth += (letter == "<") - (letter == ">")
        if letter == "(" and depth == 0:
            name = name[:place]
            break
    return name.replace("__nv_bfloat16", "bf16").replace("__half", "half")


def demangled(names):
    answer = subprocess.run(["c++filt"], input="\n".join(names), capture_output=True, text=True, check=True)
    return dict(zip(names, answer.stdout.splitlines()))


def read_build(folder):
    """{(kernel, generation): "registers, shared bytes, spilled bytes"} and the version of nvcc."""
    found, version = {}, None
    for path in sorted(folder.glob("*.cu.o.txt")):
        function, spilled = None, 0
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := re.match(r"nvcc (\S+)", line):
                version = match[1]
            elif match := FUNCTION.search(line):
                function, spilled = match.groups(), 0
            elif match := SPILL.search(line):
                spilled = int(match[1]) + int(match[2])
            elif (match := USED.search(line)) and function:
                found[function] = f"{match[1]}, {match[2] or 0}, {spilled}"
                function = None
    names = demangled(sorted({name for name, _ in found})) if found else {}
    return {(short_name(names[name]), generation): used for (name, generation), used in found.items()}, version


def table_of(found, version):
    generations = sorted({generation for _, generation in found})
    lines = [HEAD, "", f"Registers of a thread, bytes of shared memory of a block, bytes spilled; nvcc {version}. Written by",
             "`tests/packaging/kernel_table.py build/release/core/model --update`, compared by the test of that name.", "",
             "| kernel | " + " | ".join(generations) + " |", "| --- |" + " --- |" * len(generations)]
    for kernel in sorted({kernel for kernel, _ in found}):
        lines.append(f"| `{kernel}` | " + " | ".join(found.get((kernel, each), "") for each in generations) + " |")
    return "\n".join(lines) + "\n"


def main():
    folder, text = Path(sys.argv[1]), TABLE.read_text(encoding="utf-8")
    found, version = read_build(folder)
    if not found:
        print(f"skipped: no nvcc compiled the kernels of {folder}")
        return SKIPPED
    wanted = table_of(found, version)
    before, _, table = text.partition(HEAD)
    if "--update" in sys.argv:
        TABLE.write_text(before + wanted, encoding="utf-8")
        return 0
    if f"nvcc {version}." not in table:
        print(f"skipped: the table is not of nvcc {version}")
        return SKIPPED
    kept = (HEAD + table).splitlines()
    others = [line for line in wanted.splitlines() if line not in kept] + \
             ["gone: " + line for line in kept if line not in wanted.splitlines()]
    print("\n".join(others))
    return 1 if others else 0


if __name__ == "__main__":
    sys.exit(main())
