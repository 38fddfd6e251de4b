"""Tests of packaging/layers.py on small trees with planted faults."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "packaging" / "layers.py"

TABLE = """# Folders

| folder | may include | what it is |
| --- | --- | --- |
| `core/base` | nothing of the tree | what everything stands on |
| `core/model` | `core/base` | the model |
| `ui/page` | `core/*` | a page |
| `tests/core/*` | `core/*` | tests |

{}
"""


class LayersTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("DEVELOPING.md", TABLE.format(""))
        self.write("core/base/error.h", "#pragma once\n")
        self.write("core/model/tower.h", '#include "core/base/error.h"\n#include <vector>\n')
        self.write("ui/page/page.cpp", '#include "core/model/tower.h"\n')
        self.write("tests/core/model/tower_test.cpp", '#include "core/model/tower.h"\n')

    def write(self, name, text):
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def run_script(self, *words):
        return subprocess.run([sys.executable, "-B", str(SCRIPT), *words, "--root", str(self.root)],
                              capture_output=True, text=True, check=False)

    def faults(self):
        ran = self.run_script("check")
        lines = ran.stdout.splitlines()
        self.assertEqual(ran.returncode, 1 if lines else 0, ran.stderr)
        return lines

    def only_fault(self):
        lines = self.faults()
        self.assertEqual(len(lines), 1, lines)
        return lines[0]

    def except_arrow(self, source, target):
        self.write("DEVELOPING.md", TABLE.format(f"- `{source}` → `{target}`: to be mended"))

    def test_a_tree_that_keeps_the_table_has_no_faults(self):
        self.assertEqual(self.faults(), [])

    def test_an_include_upwards_is_named_with_its_line(self):
        self.write("core/base/error.cpp", '#include "core/base/error.h"\n\n#include "core/model/tower.h"\n')
        fault = self.only_fault()
        self.assertIn("core/base/error.cpp:3: core/base may not include core/model/tower.h", fault)

    def test_an_include_with_angle_brackets_or_relative_counts_too(self):
        self.write("core/base/error.cpp", "#  include <ui/page/page.h>\n")
        self.write("core/base/other.h", '#include "../model/tower.h"\n')
        self.write("ui/page/page.h", "")
        self.assertEqual([fault.split(" ")[0] for fault in self.faults()],
                         ["core/base/error.cpp:1:", "core/base/other.h:1:"])

    def test_an_exception_lets_one_arrow_pass_until_it_is_gone(self):
        self.write("core/base/error.cpp", '#include "core/model/tower.h"\n')
        self.except_arrow("core/base/error", "core/model/tower")
        self.assertEqual(self.faults(), [])
        self.write("core/base/error.cpp", "")
        self.assertIn("the exception core/base/error → core/model/tower can go", self.only_fault())

    def plant_circle(self):
        self.write("core/base/a.h", '#include "core/base/b.h"\n')
        self.write("core/base/b.h", "#pragma once\n")
        self.write("core/base/b.cpp", '#include "core/base/b.h"\n#include "core/base/c.h"\n')
        self.write("core/base/c.h", '#include "core/base/a.h"\n')

    def test_a_circle_is_named_with_its_way(self):
        self.plant_circle()
        fault = self.only_fault()
        self.assertIn("a → b → c → a", fault)
        self.assertIn("core/base/b.cpp:2 includes core/base/c.h", fault)

    def test_a_known_circle_passes_until_it_is_mended(self):
        self.plant_circle()
        self.except_arrow("core/base/c", "core/base/a")
        self.assertEqual(self.faults(), [])
        self.write("core/base/b.cpp", "")
        self.assertIn("it closes no circle any more", self.only_fault())

    def test_a_folder_needs_a_row_and_the_table_no_circle(self):
        self.write("training/new/step.cpp", "")
        self.assertIn("the folder training/new has no row", self.only_fault())
        self.write("DEVELOPING.md", TABLE.replace("nothing of the tree", "`core/model`") +
                   "| `training/new` | `core/base` | steps |\n")
        self.assertIn("lets core/base, core/model include one another", self.only_fault())

    def test_long_comment_lines_are_named_and_long_code_is_not(self):
        self.write("core/base/long.cpp", "// " + "ä" * 97 + "\n/// " + "x" * 97 + "\nint x; // " + "y" * 99 + "\n")
        self.assertIn("core/base/long.cpp:2: this comment line has 101 columns", self.only_fault())

    def test_include_paths_hold_what_a_layer_sees(self):
        self.write("training/new/step.h", "")
        paths = self.root / "build"
        self.assertEqual(self.run_script("roots", str(paths)).returncode, 0)
        self.assertTrue((paths / "ui/core/model/tower.h").is_file())
        self.assertTrue((paths / "core/core/base/error.h").is_file())
        self.assertFalse((paths / "core/ui").exists())
        self.assertFalse((paths / "ui/training").exists())

    def test_include_paths_follow_the_table(self):
        paths = self.root / "build"
        self.run_script("roots", str(paths))
        self.write("DEVELOPING.md", TABLE.format("").replace("`core/*` | a page", "`core/base` | a page"))
        self.run_script("roots", str(paths))
        self.assertFalse(os.path.lexists(paths / "ui/core/model"))
        self.assertTrue((paths / "ui/core/base/error.h").is_file())


if __name__ == "__main__":
    unittest.main()
