"""Tests of packaging/translations on small trees with planted faults."""

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "packaging" / "translations"

SOURCE = """#include <QObject>
namespace univi::ui {
class Page : public QObject {
    Q_OBJECT
    QString title() { return tr("Pictures of %1"); }
    QString count(int n) { return tr("%Ln picture(s)", nullptr, n); }
};
}
"""
WORDS = {"Pictures of %1": "%1 的图片", "%Ln picture(s)": "%Ln 张图片"}


class TranslationsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in ("packaging", "ui", "app/desktop", "training/options", "resources/translations"):
            (self.root / name).mkdir(parents=True)
        shutil.copy(SCRIPT, self.root / "packaging/translations")
        self.write("ui/page.h", SOURCE)
        self.fill(WORDS)

    def write(self, name, text):
        (self.root / name).write_text(text, encoding="utf-8")

    def run_script(self, *words):
        return subprocess.run([sys.executable, "-B", str(self.root / "packaging/translations"), *words],
                              capture_output=True, text=True, check=False)

    def fill(self, words):
        self.write("words.json", json.dumps(words))
        ran = self.run_script("fill", str(self.root / "words.json"))
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran

    def faults(self):
        ran = self.run_script("check")
        lines = ran.stdout.splitlines()
        self.assertEqual(ran.returncode, 1 if lines else 0, ran.stderr)
        return lines

    def only_fault(self):
        lines = self.faults()
        self.assertEqual(len(lines), 1, lines)
        return lines[0]

    def plant(self, text):
        self.write("ui/page.h", SOURCE.replace("QString count", text + "\n    QString count"))

    def test_a_translated_tree_has_no_faults(self):
        self.assertEqual(self.faults(), [])

    def test_a_new_text_is_named_with_its_file_and_line(self):
        self.plant('QString more() { return tr("More"); }')
        self.assertIn("ui/page.h:6: “More” has no Chinese", self.only_fault())

    def test_update_prints_what_is_missing_and_fill_adds_it(self):
        self.plant('QString more() { return tr("More"); }')
        self.assertEqual(json.loads(self.run_script("update").stdout), {"More": ""})
        self.fill({"More": "更多"})
        self.assertEqual(self.faults(), [])

    def test_the_same_text_elsewhere_needs_no_second_translation(self):
        self.write("ui/other.h", SOURCE.replace("Page", "Other"))
        self.assertEqual(self.run_script("update").stdout, "")
        self.assertEqual(self.faults(), [])

    def test_places_that_differ_are_a_fault(self):
        self.fill({"Pictures of %1": "%2 的图片"})
        self.assertIn("has the places %2 in place of %1", self.only_fault())

    def test_half_width_punctuation_is_a_fault(self):
        self.fill({"Pictures of %1": "图片: %1"})
        self.assertIn("punctuation of half width", self.only_fault())

    def test_english_counts_get_two_forms(self):
        english = (self.root / "resources/translations/univi_en.ts").read_text(encoding="utf-8")
        self.assertIn("<numerusform>%Ln picture</numerusform>", english)
        self.assertIn("<numerusform>%Ln pictures</numerusform>", english)

    def test_a_count_without_forms_is_a_fault(self):
        self.plant('QString lost(int n) { return tr("%Ln lost", nullptr, n); }')
        self.run_script("update")
        faults = self.faults()
        self.assertEqual(len(faults), 2, faults)
        self.assertTrue(any("no singular and plural" in fault for fault in faults), faults)
        self.fill({"%Ln lost": ["丢失 %Ln 个", "%Ln is lost", "%Ln are lost"]})
        self.assertEqual(self.faults(), [])

    def test_a_class_that_would_not_be_found_is_a_fault(self):
        self.write("ui/page.h", SOURCE.replace("    Q_OBJECT\n", ""))
        self.assertIn("calls tr() without Q_OBJECT", self.faults()[0])

    def test_a_text_that_is_gone_is_removed(self):
        self.plant('QString more() { return tr("More"); }')
        self.fill({"More": "更多"})
        self.write("ui/page.h", SOURCE)
        self.run_script("update")
        self.assertNotIn("更多", (self.root / "resources/translations/univi_zh_CN.ts").read_text(encoding="utf-8"))

    def test_update_of_an_unchanged_tree_changes_nothing(self):
        file = self.root / "resources/translations/univi_zh_CN.ts"
        before = file.read_bytes()
        self.run_script("update")
        self.assertEqual(file.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
