"""What ci/bench runs: builds repositories, times commands in turns, prints one line a figure.

Call: bench.py FOLDER FILES. A line that misses its mark makes the exit status 1.
"""

import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time

WORK, LARGE = sys.argv[1], int(sys.argv[2])
PULSAR = os.path.join(WORK, "bin", "git-pulsar")
missed = 0


def run(command, folder, **more):
    """Runs a command to its end; its output is dropped."""
    subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)


def milliseconds(command, folder, **more):
    start = time.perf_counter()
    run(command, folder, **more)
    return (time.perf_counter() - start) * 1e3


def make(name, files):
    """A repository of `files` files of 2 to 8 KiB in folders of 20, packed, nothing changed."""
    folder, chance = os.path.join(WORK, name), random.Random(1)
    for index in range(files):
        group = index // 20
        parent = os.path.join(folder, f"a{group % 10}", f"b{group // 10 % 10}",
                              f"c{group // 100 % 10}", f"d{group // 1000}")
        os.makedirs(parent, exist_ok=True)
        with open(os.path.join(parent, f"f{index}.txt"), "w", encoding="ascii") as file:
            file.write(f"{chance.getrandbits(256):x}\n" * chance.randint(30, 120))
    run(["git", "init", "-q"], folder)
    run(["git", "add", "-A"], folder)
    run(["git", "commit", "-qm", "start"], folder)
    run(["git", "repack", "-adq"], folder)
    time.sleep(2)
    run(["git", "status"], folder)
    return folder


def clone(source, name):
    folder = os.path.join(WORK, name)
    run(["git", "clone", "-q", "--no-hardlinks", source, folder], WORK)
    run(["git", "remote", "remove", "origin"], folder)
    time.sleep(2)
    run(["git", "status"], folder)
    return folder


def line(work, figure, limit, unit, detail, at_least=False):
    global missed
    good = figure >= limit if at_least else figure <= limit
    missed += not good
    sign = "≥" if at_least else "≤"
    mark = "ok  " if good else "MISS"
    print(f"{mark}  {work:<58} {figure:8.2f} {unit} ({sign} {limit} {unit}; {detail})", flush=True)


def turns(variants, rounds):
    """Times each variant once a round; the minimum is the figure, the median is shown."""
    taken = {name: [] for name in variants}
    for _ in range(rounds):
        for name, once in variants.items():
            taken[name].append(once())
    return {name: (min(all_), statistics.median(all_)) for name, all_ in taken.items()}


def shown(result):
    return ", ".join(f"{name} {low:.1f} ms, median {mid:.1f}" for name, (low, mid) in result.items())


def unchanged(folder, name, rounds):
    run([PULSAR], folder)
    run([PULSAR, "now", "--here", "--no-push"], folder)
    result = turns({
        "git status": lambda: milliseconds(["git", "status", "--porcelain"], folder),
        "now": lambda: milliseconds([PULSAR, "now", "--here", "--no-push"], folder),
    }, rounds)
    line(f"now, nothing changed, {name} files", result["now"][0] / result["git status"][0], 1.4, "x",
         shown(result))


def first_capture(folder, rounds):
    def once():
        run(["git", "update-ref", "-d", "refs/pulsar/streams/bench--01234567/main"], folder)
        shutil.rmtree(os.path.join(folder, ".git", "pulsar"), ignore_errors=True)
        return milliseconds([PULSAR, "now", "--here", "--no-push"], folder)
    result = turns({
        "git status": lambda: milliseconds(["git", "status", "--porcelain"], folder),
        "now": once,
    }, rounds)
    line(f"first capture of a clean clone, {LARGE} files",
         result["now"][0] / result["git status"][0], 2, "x", shown(result))


def new_files(small, rounds):
    chance = random.Random(2)

    def fill(folder):
        for index in range(1000):
            parent = os.path.join(folder, f"new{index // 50}")
            os.makedirs(parent, exist_ok=True)
            with open(os.path.join(parent, f"{index}.txt"), "wb") as file:
                file.write(chance.randbytes(2048).hex().encode())

    def clear(folder):
        for index in range(20):
            shutil.rmtree(os.path.join(folder, f"new{index}"), ignore_errors=True)

    ours, theirs = clone(small, "new-ours"), clone(small, "new-theirs")
    run([PULSAR], ours)

    def capture():
        clear(ours)
        fill(ours)
        run(["git", "update-ref", "-d", "refs/pulsar/streams/bench--01234567/main"], ours)
        return milliseconds([PULSAR, "now", "--here", "--no-push"], ours)

    def add():
        clear(theirs)
        fill(theirs)
        index = os.path.join(WORK, "private-index")
        shutil.copy(os.path.join(theirs, ".git", "index"), index)
        return milliseconds(["git", "add", "-A"], theirs, env={**os.environ, "GIT_INDEX_FILE": index})

    result = turns({"git add": add, "now": capture}, rounds)
    line("first capture with 1,000 new files of 4 KiB", result["now"][0] / result["git add"][0], 1.5,
         "x", shown(result))


def known_file(folder, rounds):
    file = sorted(os.path.join(path, name) for path, _, names in os.walk(folder)
                  if "/.git" not in path for name in names)[LARGE // 2]
    output = subprocess.run(
        [os.path.join(WORK, "bin", "capture-bench"), folder, os.path.relpath(file, folder),
         str(rounds)], check=True, capture_output=True, text=True).stdout
    figures = {}
    for text in output.splitlines():
        name, median, minimum = text.split()
        figures[name] = (float(minimum), float(median))
    git = figures["git-add-write-tree-commit-tree-update-ref"]
    detail = shown(figures)
    line(f"1 known changed file of {LARGE}, without fsync", git[0] / figures["known-file"][0], 50, "x",
         detail, at_least=True)
    line(f"1 known changed file of {LARGE}, with fsync", git[0] / figures["known-file-fsync"][0], 20,
         "x", detail, at_least=True)
    run(["git", "checkout", "-q", "--", "."], folder)


def start(folder, rounds):
    for verb in ["list", "version"]:
        result = turns({
            "git --version": lambda: milliseconds(["git", "--version"], folder),
            verb: lambda: milliseconds([PULSAR, verb], folder),
        }, rounds)
        line(f"{verb}, beyond git --version", result[verb][0] - result["git --version"][0], 10, "ms",
             shown(result))


def memory(folder):
    """The peak of the program itself, without the git it starts."""
    status = subprocess.run(
        ["python3", "-c",
         "import os, resource, subprocess, sys\n"
         "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
         "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)",
         PULSAR, "now", "--here", "--no-push"],
        cwd=folder, check=True, capture_output=True, text=True).stdout
    line(f"peak memory of now, {LARGE} files", int(status) / 1024, 64, "MiB",
         "the largest process of those it needs")


small, large = make("small", 10_000), make("large", LARGE)
start(small, 40)
unchanged(small, "10000", 30)
unchanged(large, str(LARGE), 12)
first_capture(large, 8)
new_files(small, 8)
known_file(large, 12)
memory(large)
print(f"{missed} missed")
sys.exit(1 if missed else 0)
