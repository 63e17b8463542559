"""The daemon's part of ci/bench: idle cost, memory, and how fast a save is captured.

Call: daemon_bench.py FOLDER FILES, after bench.py has made its repositories there. A line that
misses its mark makes the exit status 1.
"""

import os
import shutil
import signal
import statistics
import subprocess
import sys
import time

WORK, LARGE = sys.argv[1], int(sys.argv[2])
PULSAR = os.path.join(WORK, "bin", "git-pulsar")
SETTLE = 2.0
IDLE = 60
missed = 0


def run(command, folder, **more):
    subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)


def line(work, figure, limit, unit, detail="", at_least=False):
    global missed
    good = figure >= limit if at_least else figure <= limit
    missed += not good
    sign = "≥" if at_least else "≤"
    mark = "ok  " if good else "MISS"
    print(f"{mark}  {work:<58} {figure:8.2f} {unit} ({sign} {limit} {unit}{'; ' if detail else ''}"
          f"{detail})", flush=True)


def until(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"daemon_bench: {what} did not come within {seconds} s")
        time.sleep(0.005)


class Daemon:
    """A daemon of its own state folder over some repositories."""

    def __init__(self, name, folders, settings):
        self.home = os.path.join(WORK, name)
        config = os.path.join(self.home, ".config", "git-pulsar")
        os.makedirs(config)
        shutil.copy(os.path.join(WORK, "home", ".gitconfig"), self.home)
        for key, value in [("machine_name", "bench"), ("machine_id", "0123456789abcdef"),
                           ("config.toml", settings)]:
            with open(os.path.join(config, key), "w", encoding="ascii") as file:
                file.write(value)
        self.environment = {**os.environ, "HOME": self.home,
                            "XDG_STATE_HOME": os.path.join(self.home, "state")}
        self.state = os.path.join(self.home, "state", "git-pulsar")
        self.folders = folders
        for folder in folders:
            run([PULSAR], folder, env=self.environment)

    def __enter__(self):
        self.started = time.monotonic()
        self.process = subprocess.Popen([PULSAR, "daemon"], cwd="/", env=self.environment,
                                        stdin=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        if self.process.wait() != 0:
            sys.exit("daemon_bench: the daemon failed")

    def log(self):
        try:
            with open(os.path.join(self.state, "daemon.log"), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def board(self):
        try:
            with open(os.path.join(self.state, "daemon.state"), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return b""

    def settle(self, seconds=120):
        until(lambda: self.board().count(b"\x08captured") == len(self.folders),
              "a capture of everything", seconds)

    def number(self, file, name):
        with open(f"/proc/{self.process.pid}/{file}", encoding="ascii") as lines:
            return next(int(text.split()[1]) for text in lines if text.startswith(name))

    def processor_ticks(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])


def idle(source):
    folders = []
    for index in range(5):
        folder = os.path.join(WORK, f"idle{index}")
        run(["git", "clone", "-q", "--no-hardlinks", source, folder], WORK)
        run(["git", "remote", "remove", "origin"], folder)
        folders.append(folder)
    with Daemon("idle-home", folders, "") as daemon:
        daemon.settle()
        time.sleep(SETTLE)
        before = daemon.number("status", "voluntary_ctxt_switches"), daemon.processor_ticks()
        time.sleep(IDLE)
        after = daemon.number("status", "voluntary_ctxt_switches"), daemon.processor_ticks()
        line(f"daemon idle for {IDLE} s, 5 x 10,000 files: wake-ups", after[0] - before[0], 0, "")
        line("the same: processor time", (after[1] - before[1]) / os.sysconf("SC_CLK_TCK"), 0, "s")
        line("the same: private anonymous memory", daemon.number("status", "RssAnon") / 1024, 8, "MiB")
        line("the same: resident memory", daemon.number("status", "VmRSS") / 1024, 24, "MiB")


def plumbing(folder):
    """The same capture by git alone, with an index of its own that is kept."""
    index = os.path.join(WORK, "plumbing-index")
    if not os.path.exists(index):
        shutil.copy(os.path.join(folder, ".git", "index"), index)
    environment = {**os.environ, "GIT_INDEX_FILE": index}

    def output(*words):
        return subprocess.run(["git", *words], cwd=folder, env=environment, check=True,
                              capture_output=True, text=True).stdout.strip()
    start = time.perf_counter()
    output("add", "-A")
    commit = output("commit-tree", "-m", "bench", "-p", "HEAD", output("write-tree"))
    output("update-ref", "refs/bench/capture", commit)
    return (time.perf_counter() - start) * 1e3


def saves(folder, count):
    files = sorted(os.path.join(path, name) for path, folders, names in os.walk(folder)
                   if "/.git" not in path for name in names)
    with Daemon("save-home", [folder], "[daemon]\ncommit_interval = 0\n") as daemon:
        until(lambda: " watching " in daemon.log(), "a watch")
        line(f"start-up with {LARGE} files: watching after", time.monotonic() - daemon.started, 1, "s")
        daemon.settle()
        log = os.path.join(daemon.state, "daemon.log")
        taken, git = [], []
        for index in range(count):
            seen = daemon.log().count(" capture ")
            with open(files[(index + 1) * len(files) // (count + 1)], "a", encoding="ascii") as file:
                file.write(f"save {index}\n")
            saved = time.time_ns()
            time.sleep(SETTLE)
            until(lambda: daemon.log().count(" capture ") > seen, "a capture")
            taken.append((os.stat(log).st_mtime_ns - saved) / 1e6 - SETTLE * 1e3)
            if index % 4 == 0:
                git.append(plumbing(folder))
        taken.sort()
        median, high = statistics.median(taken), taken[int(len(taken) * 0.95)]
        line(f"a save in {LARGE} files, captured after, median", median, 10, "ms",
             f"least {taken[0]:.1f} ms")
        line("the same, 95th percentile", high, 30, "ms")
        line("the same, against git's plumbing", statistics.median(git) / median, 30, "x",
             f"git {statistics.median(git):.0f} ms", at_least=True)
    run(["git", "update-ref", "-d", "refs/bench/capture"], folder)


def flood(source):
    folder = os.path.join(WORK, "flood")
    run(["git", "clone", "-q", "--no-hardlinks", source, folder], WORK)
    run(["git", "remote", "remove", "origin"], folder)
    with Daemon("flood-home", [folder], "[daemon]\ncommit_interval = 0\n") as daemon:
        daemon.settle()
        start = time.monotonic()
        # So that none is read before all are made, and the system's queue overflows.
        daemon.process.send_signal(signal.SIGSTOP)
        for index in range(20_000):
            parent = os.path.join(folder, f"flood{index // 500}")
            if index % 500 == 0:
                os.makedirs(parent)
            with open(os.path.join(parent, f"{index}.txt"), "w", encoding="ascii") as file:
                file.write(f"{index}\n")
        daemon.process.send_signal(signal.SIGCONT)
        stream = "refs/pulsar/streams/bench--01234567/main"

        def captured():
            listing = subprocess.run(["git", "ls-tree", "-r", "--name-only", stream], cwd=folder,
                                     capture_output=True, text=True, check=False).stdout
            return listing.count("flood")
        until(lambda: captured() == 20_000, "a capture of the flood", 300)
        took = time.monotonic() - start
        for index in range(0, 40):
            with open(os.path.join(folder, f"flood{index}", "later.txt"), "w", encoding="ascii"):
                pass
        until(lambda: captured() == 20_040, "a capture of what came later")
        line("20,000 files at once: files not captured", 20_040 - captured(), 0, "",
             f"captured {took:.1f} s after the first was made")
        line("the same: rescans", daemon.log().count(" watch-lost "), 1, "")


def core(rounds=3):
    program = os.path.join(WORK, "bin", "scheduler-bench")
    rates = [float(subprocess.run([program], check=True, capture_output=True, text=True)
                   .stdout.split()[-1]) for _ in range(rounds)]
    line("the core alone, million events a second", max(rates) / 1e6, 1, "M/s", at_least=True)


core()
idle(os.path.join(WORK, "small"))
flood(os.path.join(WORK, "small"))
saves(os.path.join(WORK, "large"), 40)
print(f"{missed} missed")
sys.exit(1 if missed else 0)
