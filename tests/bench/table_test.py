"""tests/bench/run's table and turns, on rows and commands made here."""
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True
from table import make_table  # noqa: E402
from turns import Runner  # noqa: E402
from works import Job, Setting, Wanted, Work, all_groups  # noqa: E402

OURS, PEER, SLOW = (Job(who, who, (("what", "decode"),)) for who in ("ours", "Peer", "Slow peer"))


def rows(command, values, foreign=0.1, **more):
    return [dict(what="decode", value=value, command=command, foreign_cores=foreign, **more) for value in values]


def cells(work, measured, most_foreign=0.3):
    line = make_table((work,), measured, most_foreign).splitlines()[2]
    return [cell.strip() for cell in line.strip("|").split("|")]


class Table(unittest.TestCase):
    def test_the_best_peer_is_named_and_divided_by(self):
        work = Work("decode", "tokens/s", OURS, (SLOW, PEER), Wanted(ratio=1))
        got = cells(work, rows("ours", (9, 10, 12), share_of_limit=0.7) + rows("Peer", (20,)) + rows("Slow peer", (5,)))
        self.assertEqual(got, ["decode", "10 (9–12) tokens/s", "Peer: 20 tokens/s", "0.50", "0.70", "ratio ≥ 1.00, missed", "0.10"])

    def test_of_seconds_fewer_are_faster(self):
        work = Work("load", "s", OURS, (SLOW, PEER), Wanted(ratio=1))
        got = cells(work, rows("ours", (2,)) + rows("Peer", (3,)) + rows("Slow peer", (8,)))
        self.assertEqual(got[2:6], ["Peer: 3 s", "1.50", "–", "ratio ≥ 1.00, met"])

    def test_rows_beside_other_programs_are_left_out(self):
        work = Work("decode", "tokens/s", OURS, (PEER,), Wanted(share=0.6))
        got = cells(work, rows("ours", (10,), share_of_limit=0.7) + rows("ours", (2,), 1.5, share_of_limit=0.1) +
                    rows("Peer", (20,), 0.9))
        self.assertEqual(got[1:], ["10 tokens/s", "–", "–", "0.70", "share ≥ 0.60, met", "0.10, 1 left out"])
        self.assertIn("all 1 rows too busy", make_table((work,), rows("ours", (2,), 1.5), 0.3))

    def test_ours_alone_has_no_ratio(self):
        work = Work("decode", "tokens/s", OURS, (PEER,), Wanted(ratio=1))
        self.assertEqual(cells(work, rows("ours", (10,)))[2:6], ["–", "–", "–", "ratio ≥ 1.00"])

    def test_a_clip_is_frames_a_second(self):
        job = Job("OpenCV", "c", (("metric", "sample_1fps"),), per_frame=True)
        self.assertEqual(job.read({"metric": "sample_1fps", "value": 2.0, "frames": 60}), 30)
        self.assertIsNone(job.read({"metric": "other", "value": 2.0}))

    def test_a_value_that_must_be_small(self):
        self.assertEqual([Wanted(most=0.003).is_met(value, None, None) for value in (0.002, 0.004)], [True, False])
        self.assertIsNone(Wanted().is_met(1, 1, 1))


class Works(unittest.TestCase):
    def setUp(self):
        self.cache = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.cache)

    def groups(self):
        return all_groups(Setting(5, 2, self.cache)).values()

    def test_every_command_has_its_script_and_every_name_stands_once(self):
        names = [work.name for group in self.groups() for work in group.works]
        self.assertEqual(len(names), len(set(names)))
        commands = [job.command for group in self.groups() for work in group.works for job in (work.ours, *work.peers)]
        for command in commands + [command for group in self.groups() for command in group.prepare]:
            program, script = command.split()[:2]
            self.assertTrue(program.startswith("$BIN") or (HERE / "peers" / script).exists(), command)

    def test_ours_takes_the_peers_weights_where_they_are(self):
        ours = [work.ours.command for group in self.groups() for work in group.works]
        self.assertFalse(any("--model" in command for command in ours))
        (self.cache / "llama-160m-univi").mkdir()
        (self.cache / "llama-160m-univi" / "config.json").touch()
        ours = [work.ours.command for group in self.groups() for work in group.works]
        self.assertTrue(any("decode --model $PEERS_CACHE/llama-160m-univi" in command for command in ours))


class Turns(unittest.TestCase):
    def test_lines_of_json_are_rows_and_failures_say_why(self):
        runner = Runner(None)
        found, foreign, problem = runner.run("echo words; echo '{\"value\": 3}'")
        self.assertEqual((found, problem), ([{"value": 3}], None))
        self.assertGreaterEqual(foreign, 0)
        self.assertEqual(runner.run("echo first >&2; echo why >&2; exit 3")[2], "why")

    def test_what_takes_too_long_is_ended(self):
        self.assertEqual(Runner(None).run("sleep 100 & sleep 100", timeout=0.2)[2], "took more than 0 s")


if __name__ == "__main__":
    unittest.main()
