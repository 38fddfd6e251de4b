"""Runs commands in turns and says with each how many cores other programs had meanwhile."""
import json
import os
import resource
import signal
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TICK = os.sysconf("SC_CLK_TCK")


def busy_seconds():
    """Seconds that all cores were at work since the machine started."""
    fields = [int(x) for x in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICK


def own_seconds():
    """Seconds that the commands that ended took."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def wait_until_quiet(limit, longest):
    """Waits, `longest` seconds at most, until other programs use less than `limit` cores."""
    end = time.monotonic() + longest
    while True:
        busy, began = busy_seconds(), time.monotonic()
        time.sleep(1)  # the span that the load is taken over
        if (busy_seconds() - busy) / (time.monotonic() - began) < limit or time.monotonic() > end:
            return


def rows_of(output):
    rows = []
    for line in output.splitlines():
        if line.startswith("{"):
            rows.append(json.loads(line))
    return rows


class Runner:
    """Runs one command at a time; ending this program ends the command too."""

    def __init__(self, environment):
        self.environment, self.process = environment, None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)

    def stop(self, *_):
        self.kill()
        raise SystemExit(1)

    def kill(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)

    def run(self, command, timeout=None):
        """Returns (rows, foreign cores, what went wrong or None). `timeout` in seconds."""
        busy, own, began = busy_seconds(), own_seconds(), time.monotonic()
        self.process = subprocess.Popen(["bash", "-c", command], cwd=HERE / "peers", env=self.environment, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        try:
            output, errors = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            self.process.communicate()
            return [], 0, f"took more than {timeout:.0f} s"
        seconds = time.monotonic() - began
        foreign = max(0.0, (busy_seconds() - busy - (own_seconds() - own)) / seconds)
        if self.process.returncode:
            last = (errors.strip().splitlines() or [f"exit code {self.process.returncode}"])[-1]
            return rows_of(output), foreign, last[:200]
        return rows_of(output), foreign, None
