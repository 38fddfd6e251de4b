#!/usr/bin/env python3
"""Holds the sources to the table of folders in DEVELOPING.md.

  packaging/layers.py check [--root DIR]
      Prints one line for each fault, as FILE:LINE: what is wrong and what to do, and exits with 1 if there is one:
      an include that the table does not allow, a circle between the files of a folder, a folder without a row,
      a known exception that is not needed any more, a comment line over 100 columns.
  packaging/layers.py roots FOLDER [--root DIR]
      Makes FOLDER/core, FOLDER/training and FOLDER/ui, the include paths of these layers: links to the folders
      that the table lets a layer see, so that other includes do not compile.

A room is a header and the source of the same name; an arrow is an include from one room to another.
"""

import argparse
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

TABLE = "DEVELOPING.md"
LAYERS = ("core", "training", "ui", "app", "tests")
SOURCE = re.compile(r"^(?:core|training|ui|app|tests)/.*\.(?:h|cpp|cu|cuh|inc)$")
INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]')
COMMENT = re.compile(r"^\s*(?://|/\*|\*)")
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]*) \| ([^|]+) \|$")
EXCEPTION = re.compile(r"^- `([^`]+)` → `([^`]+)`(?:: .+)?$")
COLUMNS = 100


class Table:
    """The rows and the known exceptions of DEVELOPING.md."""

    def __init__(self, path):
        self.may = {}  # folder or pattern -> patterns of what it may include
        self.exceptions = {}  # (room, room) -> line of the table
        self.faults = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if row := ROW.match(line):
                self.may[row[1]] = re.findall(r"`([^`]+)`", row[2])
            elif line.startswith("| `"):
                self.faults.append(f"{TABLE}:{number}: this row is not of the form | `folder` | `what` `it` … | text |")
            elif exception := EXCEPTION.match(line):
                self.exceptions[exception[1], exception[2]] = number

    def row_of(self, folder):
        """The row with the longest name that covers the folder, or None."""
        rows = [name for name in self.may if covers(name, folder)]
        return max(rows, key=len, default=None)

    def allows(self, source, target):
        """Whether files of the folder `source` may include files of the folder `target`."""
        row = self.row_of(source)
        return row is not None and (covers(row, target) or any(covers(name, target) for name in self.may[row]))

    def seen_from(self, layer):
        """All folders that files of a layer see, those behind other folders and exceptions included."""
        rooms = [(os.path.dirname(a), os.path.dirname(b)) for a, b in self.exceptions]
        seen, waiting = set(), [name for name in self.may if name.split("/")[0] == layer]
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            waiting += [row for row in self.may for target in self.may[name] if covers(target, row)]
            waiting += [target for source, target in rooms if source == name]
        return {name for name in seen if name.split("/")[0] != layer}


def covers(pattern, folder):
    """`core/base` covers itself; `core/*` covers core and every folder in it."""
    if pattern.endswith("/*"):
        return (folder + "/").startswith(pattern[:-1])
    return pattern == folder


def room_of(path):
    return os.path.splitext(path)[0]


def sources(root):
    """Sources that git knows or would add; every source where there is no git."""
    listing = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"],
                             capture_output=True, text=True, check=False)
    if listing.returncode == 0 and listing.stdout:
        found = listing.stdout.splitlines()
    else:
        found = [str(path.relative_to(root)) for path in Path(root).rglob("*")]
    return sorted(path for path in set(found) if SOURCE.match(path) and (Path(root) / path).is_file())


class Tree:
    """The arrows between the rooms of a source tree, and what the lines of its files say."""

    def __init__(self, root):
        self.root = Path(root)
        self.files = sources(root)
        self.known = set(self.files)
        self.arrows = defaultdict(list)  # (room, room) -> [(file, line, included file)]
        self.faults = []
        for path in self.files:
            text = (self.root / path).read_text(encoding="utf-8", errors="replace")
            for number, line in enumerate(text.splitlines(), 1):
                self.read(path, number, line)

    def read(self, path, number, line):
        if len(line) > COLUMNS and COMMENT.match(line):
            self.faults.append(f"{path}:{number}: this comment line has {len(line)} columns; wrap it at {COLUMNS}")
        include = INCLUDE.match(line)
        target = include and self.resolve(path, include[1])
        if target and room_of(target) != room_of(path):
            self.arrows[room_of(path), room_of(target)].append((path, number, target))

    def resolve(self, path, name):
        """The file of this tree that an include means, or None for a library's."""
        beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
        for candidate in (beside, name):
            if candidate in self.known:
                return candidate
        return None


def folder_faults(tree, table):
    """Includes that the table does not allow, and folders that it does not know."""
    for folder in sorted({os.path.dirname(path) for path in tree.files}):
        if table.row_of(folder) is None:
            yield f"{TABLE}: the folder {folder} has no row; say what it is and what it may include"
    for (source, target), places in sorted(tree.arrows.items()):
        here, there = os.path.dirname(source), os.path.dirname(target)
        if here == there or table.allows(here, there) or (source, target) in table.exceptions:
            continue
        path, line, included = places[0]
        yield (f"{path}:{line}: {here} may not include {included}: the table in {TABLE} has no arrow from {here} "
               f"to {there}; move what both need to a folder that both may include")


def circles(arrows):
    """Groups of rooms that include one another, each sorted, found with Tarjan's method."""
    targets = defaultdict(list)
    for source, target in sorted(arrows):
        targets[source].append(target)
    index, low, stack, found = {}, {}, [], []

    def visit(room):
        index[room] = low[room] = len(index)
        stack.append(room)
        for target in targets[room]:
            if target not in index:
                visit(target)
            if target in stack:
                low[room] = min(low[room], low[target])
        if low[room] == index[room]:
            circle = stack[stack.index(room):]
            del stack[stack.index(room):]
            if len(circle) > 1:
                found.append(sorted(circle))

    for room in sorted({room for arrow in arrows for room in arrow}):
        if room not in index:
            visit(room)
    return found


def inner_arrows(tree):
    return {arrow for arrow in tree.arrows if os.path.dirname(arrow[0]) == os.path.dirname(arrow[1])}


def shortest_circle(arrows, start):
    """The arrows of the shortest way from `start` back to it; `start` lies on a circle."""
    ways, seen = [[start]], set()
    for way in ways:
        for source, target in sorted(arrows):
            if source != way[-1] or target in seen:
                continue
            if target == start:
                return list(zip(way, way[1:] + [start]))
            seen.add(target)
            ways.append(way + [target])
    return []


def circle_faults(tree, table):
    """Circles between the files of a folder that are not known ones; of a knot its shortest."""
    allowed = inner_arrows(tree) - set(table.exceptions)
    for knot in circles(allowed):
        inside = {arrow for arrow in allowed if arrow[0] in knot and arrow[1] in knot}
        way = min((shortest_circle(inside, room) for room in knot), key=len)
        places = [tree.arrows[arrow][0] for arrow in way]
        names = " → ".join([os.path.basename(source) for source, _ in way] + [os.path.basename(way[0][0])])
        steps = ", ".join(f"{path}:{line} includes {included}" for path, line, included in places)
        yield (f"{places[0][0]}:{places[0][1]}: a circle between files of a folder, {names} ({steps}); "
               "move what both need to a header of its own")


def exception_faults(tree, table):
    """Known exceptions that are none any more: the list only gets shorter."""
    for (source, target), line in sorted(table.exceptions.items(), key=lambda item: item[1]):
        here, there = os.path.dirname(source), os.path.dirname(target)
        others = inner_arrows(tree) - (set(table.exceptions) - {(source, target)})
        if (source, target) not in tree.arrows:
            reason = f"{source} does not include {target} any more"
        elif here != there and table.allows(here, there):
            reason = "the table allows it"
        elif here == there and not any(source in circle and target in circle for circle in circles(others)):
            reason = "it closes no circle any more"
        else:
            continue
        yield f"{TABLE}:{line}: the exception {source} → {target} can go: {reason}"


def table_faults(table):
    """A table whose folders include one another in a circle orders nothing."""
    rows = [name for name in table.may if not name.startswith("tests/")]
    arrows = {(row, other) for row in rows for other in rows
              if row != other and any(covers(name, other) for name in table.may[row])}
    for circle in circles(arrows):
        yield f"{TABLE}: the table lets {', '.join(circle)} include one another in a circle"


def check(root):
    table, tree = Table(Path(root) / TABLE), Tree(root)
    faults = [*table.faults, *tree.faults, *table_faults(table), *folder_faults(tree, table),
              *circle_faults(tree, table), *exception_faults(tree, table)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def link(place, target):
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_symlink() and os.readlink(place) == str(target):
        return
    if place.is_symlink():
        place.unlink()
    place.symlink_to(target)


def roots(root, folder):
    """One folder of links a layer; links that the table does not allow any more are removed."""
    root, table = Path(root).resolve(), Table(Path(root) / TABLE)
    for layer in ("core", "training", "ui"):
        place = Path(folder) / layer
        seen = {layer} | table.seen_from(layer)
        wanted = {name for name in seen if not any(other != name and covers(other + "/*", name) for other in seen)}
        for old in [path for path in place.rglob("*") if path.is_symlink()]:
            if str(old.relative_to(place)) not in wanted:
                old.unlink()
        for name in sorted(wanted):
            link(place / name, root / name)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("do", choices=("check", "roots"))
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--root", default=str(Path(__file__).resolve().parent.parent))
    arguments = parser.parse_args()
    sys.setrecursionlimit(10000)
    if arguments.do == "check":
        return check(arguments.root)
    if not arguments.folder:
        parser.error("roots needs the folder to make")
    return roots(arguments.root, arguments.folder)


if __name__ == "__main__":
    sys.exit(main())
