#!/usr/bin/env python3
"""Runs clang-tidy on the lines that changed since a commit; prints what it says and exits with 1 if it says anything.

  packaging/tidy.py COMMIT [--build DIR] [--files N]
      --build   the build folder, build/release; its compile_commands.json is used without GCC's own flags
      --files   how many changed files are looked at, 40; of a larger change the first ones, and a line says so
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

# clang reads neither GCC's precompiled headers nor its OpenMP header, and it does not know all names of GCC's warnings.
GCC_ONLY = re.compile(r" -Werror(?:=\S+)?| -Wno-error=\S+|-fpch-preprocess|-Winvalid-pch|-fopenmp\b")
# GCC's precompiled header becomes the plain one that it was made of.
PRECOMPILED = re.compile(r" -include \S*cmake_pch\.hxx")
SOURCE = re.compile(r"^(?:app|core|ui|training|tests)/.*\.(?:h|cpp)$")


def header_commands(commands, names):
    """Commands for changed headers, each that of a source which includes it; clang would guess one by the name."""
    texts = [(each, Path(each["directory"], each["file"]).read_text(encoding="utf-8")) for each in commands]
    for name in names:
        if not name.endswith(".h"):
            continue
        for each, text in texts:
            if f'#include "{name}"' in text:
                yield {"directory": each["directory"], "command": each["command"], "file": str(Path(name).resolve())}
                break


def write_commands(build, names):
    """A compile_commands.json that clang understands, in BUILD/tidy; returns that folder."""
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    for each in commands:
        command = GCC_ONLY.sub("", each["command"])
        each["command"] = PRECOMPILED.sub(f" -include {os.getcwd()}/core/model/torch_pch.h", command)
    commands = [each for each in commands if Path(each["directory"], each["file"]).exists()]
    commands += list(header_commands(commands, names))
    folder = build / "tidy"
    folder.mkdir(exist_ok=True)
    (folder / "compile_commands.json").write_text(json.dumps(commands), encoding="utf-8")
    return folder


def git(*words):
    return subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout


def changed_files(base):
    names = git("diff", "--name-only", "--diff-filter=d", base).splitlines()
    names += git("ls-files", "-o", "--exclude-standard").splitlines()
    return [name for name in sorted(set(names)) if SOURCE.match(name)]


def diff_of(base, names):
    """The changes as clang-tidy-diff reads them; files that git does not know yet count as a whole."""
    known = set(git("ls-files", *names).splitlines())
    text = git("diff", "-U0", base, "--", *known) if known else ""
    for name in names:
        if name not in known:
            count = len(Path(name).read_text(encoding="utf-8").splitlines())
            text += f"+++ b/{name}\n@@ -0,0 +1,{count} @@\n"
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit")
    parser.add_argument("--build", type=Path, default=Path("build/release"))
    parser.add_argument("--files", type=int, default=40)
    arguments = parser.parse_args()
    os.chdir(Path(__file__).resolve().parent.parent)
    names = changed_files(arguments.commit)
    if len(names) > arguments.files:
        print(f"{len(names)} files changed; clang-tidy looks at the first {arguments.files}", file=sys.stderr)
        names = names[: arguments.files]
    if not names:
        return 0
    tool = ["clang-tidy-diff-14.py", "-p1", "-quiet", "-j", str(os.cpu_count() or 1), "-path", str(write_commands(arguments.build, names))]
    told = subprocess.run(tool, input=diff_of(arguments.commit, names), capture_output=True, text=True, check=False)
    findings = [line for line in told.stdout.splitlines() if line.strip() and "No relevant changes" not in line]
    print("\n".join(findings), end="\n" if findings else "")
    return 1 if re.search(r"(?:warning|error): ", told.stdout) or told.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
