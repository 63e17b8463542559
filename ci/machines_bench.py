"""What several machines cost, the part of ci/bench about sync, radar, finalize and push.

Call: machines_bench.py FOLDER, after bench.py has made its repository of 10,000 files there. A line
that misses its mark makes the exit status 1.
"""

import os
import random
import shutil
import statistics
import subprocess
import sys
import time

WORK = sys.argv[1]
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 10
PULSAR = os.path.join(WORK, "bin", "git-pulsar")
IDENTITY = ["-c", "user.name=bench", "-c", "user.email=bench@example.invalid"]
missed = 0


def run(command, folder, **more):
    subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)


def output(command, folder, **more):
    return subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                          **more).stdout.strip()


def milliseconds(command, folder, **more):
    start = time.perf_counter()
    run(command, folder, **more)
    return (time.perf_counter() - start) * 1e3


def line(work, figure, limit, unit, detail):
    global missed
    good = figure <= limit
    missed += not good
    mark = "ok  " if good else "MISS"
    print(f"{mark}  {work:<58} {figure:8.2f} {unit} (≤ {limit} {unit}; {detail})", flush=True)


def turns(variants, rounds):
    """Times each variant once a round; the minimum is the figure, the median is shown."""
    taken = {name: [] for name in variants}
    for _ in range(rounds):
        for name, once in variants.items():
            taken[name].append(once())
    return {name: (min(all_), statistics.median(all_)) for name, all_ in taken.items()}


def shown(result):
    return ", ".join(f"{name} {low:.1f} ms, median {mid:.1f}" for name, (low, mid) in result.items())


class Machine:
    """A home, a state folder and an identity of its own."""

    def __init__(self, name):
        self.home = os.path.join(WORK, "machine-" + name)
        self.slug = f"{name}--{name[0].encode().hex() * 4}"
        config = os.path.join(self.home, ".config", "git-pulsar")
        os.makedirs(config)
        shutil.copy(os.path.join(WORK, "home", ".gitconfig"), self.home)
        for key, value in [("machine_name", name), ("machine_id", name[0].encode().hex() * 8)]:
            with open(os.path.join(config, key), "w", encoding="ascii") as file:
                file.write(value)
        self.environment = {**os.environ, "HOME": self.home,
                            "XDG_STATE_HOME": os.path.join(self.home, "state")}

    def pulsar(self, folder, *words):
        run([PULSAR, *words], folder, env=self.environment)

    def git(self, folder, *words):
        return output(["git", *words], folder, env=self.environment)


def settled(folder):
    """Lets git know the files, and the clock leave the second in which they were written."""
    time.sleep(1.1)
    run(["git", "update-index", "-q", "--really-refresh"], folder)


def mirror(source, target):
    """Makes a folder what another is; what is the same by size and time stays untouched."""
    there = {entry.name: entry for entry in os.scandir(target)}
    for entry in os.scandir(source):
        path = os.path.join(target, entry.name)
        old = there.pop(entry.name, None)
        if entry.is_dir(follow_symlinks=False):
            os.makedirs(path, exist_ok=True)
            mirror(entry.path, path)
            continue
        now = entry.stat(follow_symlinks=False)
        if old:
            then = old.stat(follow_symlinks=False)
            if (then.st_size, then.st_mtime_ns) == (now.st_size, now.st_mtime_ns):
                continue
            os.unlink(path)
        shutil.copy2(entry.path, path, follow_symlinks=False)
    for entry in there.values():
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)


def copy(template, folder):
    """A folder as it was, ready to be timed."""
    if os.path.isdir(folder):
        mirror(template, folder)
    else:
        run(["cp", "-a", template, folder], WORK)
    settled(folder)
    run(["sync"], WORK)


def change(folder, count, seed):
    """Changes a line in `count` of the repository's files."""
    chance = random.Random(seed)
    files = output(["git", "ls-files"], folder).splitlines()
    for name in chance.sample(files, count):
        path = os.path.join(folder, name)
        with open(path, encoding="ascii") as file:
            lines = file.readlines()
        lines[chance.randrange(len(lines))] = f"{chance.getrandbits(256):x}\n"
        with open(path, "w", encoding="ascii") as file:
            file.writelines(lines)


class Pair:
    """Two machines with a clone each of one remote, a local bare repository."""

    def __init__(self, source):
        self.remote = os.path.join(WORK, "remote.git")
        run(["git", "clone", "-q", "--bare", "--no-hardlinks", source, self.remote], WORK)
        self.desk, self.lap = Machine("desk"), Machine("lap")
        self.there, self.here = os.path.join(WORK, "there"), os.path.join(WORK, "here")
        for machine, folder in [(self.desk, self.there), (self.lap, self.here)]:
            run(["git", "clone", "-q", "--no-hardlinks", self.remote, folder], WORK)
            settled(folder)
            machine.pulsar(folder)
            machine.pulsar(folder, "now", "--here")
            machine.pulsar(folder, "work", "radar", folder)

    def streams(self):
        """The streams on the remote: name and commit."""
        lines = output(["git", "for-each-ref", "--format=%(refname) %(objectname)"], self.remote)
        return dict(text.split() for text in lines.splitlines() if "--" in text)


def sync(pair, rounds):
    before = pair.streams()
    change(pair.there, 100, 3)
    pair.desk.pulsar(pair.there, "now", "--here")
    ref, session = next(item for item in pair.streams().items() if item not in before.items())
    template = pair.here + "-before"
    run(["cp", "-a", pair.here, template], WORK)

    def check(folder):
        # What both came to, so that no shortcut is measured.
        have = output(["git", "diff", "--name-only", session], folder)
        if have:
            sys.exit(f"machines_bench: the working tree is not the session: {have[:200]}")

    def ours():
        copy(template, pair.here)
        taken = milliseconds([PULSAR, "sync", "--yes"], pair.here, env=pair.lap.environment)
        check(pair.here)
        return taken

    def theirs():
        copy(template, pair.here)
        kept = f"refs/pulsar/streams/{pair.desk.slug}/main"
        taken = milliseconds(["git", "fetch", "-q", "--no-tags", "origin", f"+{ref}:{kept}"],
                             pair.here, env=pair.lap.environment)
        taken += milliseconds(["git", "read-tree", "-m", "-u", "HEAD", kept], pair.here,
                              env=pair.lap.environment)
        check(pair.here)
        return taken

    result = turns({"git fetch, read-tree -m -u": theirs, "sync": ours}, rounds)
    line("sync of 100 changed files of 10000",
         result["sync"][0] / result["git fetch, read-tree -m -u"][0], 2, "x", shown(result))
    # Both machines as one, for what follows.
    copy(template, pair.here)
    pair.lap.pulsar(pair.here, "sync", "--yes")
    pair.lap.pulsar(pair.here, "work", "radar", pair.here)


def inventory(*folders):
    """Every name, with what a write to it, or beside it, would change."""
    found = {}
    for folder in folders:
        for path, names, files in os.walk(folder):
            for name in [".", *names, *files]:
                status = os.lstat(os.path.join(path, name))
                found[os.path.join(path, name)] = (
                    status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return found


def radar(pair):
    shim, log = os.path.join(WORK, "shim"), os.path.join(WORK, "git-calls")
    os.makedirs(shim, exist_ok=True)
    with open(os.path.join(shim, "git"), "w", encoding="ascii") as file:
        file.write(f'#!/bin/sh\nprintf "%s\\n" "$*" >>"{log}"\n'
                   f'exec "{shutil.which("git")}" "$@"\n')
    os.chmod(os.path.join(shim, "git"), 0o755)
    environment = {**pair.lap.environment, "PATH": shim + ":" + os.environ["PATH"]}
    folders = [pair.here, pair.remote, pair.lap.home]
    before = inventory(*folders)
    taken = milliseconds([PULSAR, "work", "radar", pair.here], pair.here, env=environment)
    after = inventory(*folders)
    with open(log, encoding="utf-8") as file:
        calls = [text.split() for text in file]
    listed = sum("ls-remote" in call for call in calls)
    fetched = sum("fetch" in call for call in calls)
    written = [path for path in {**before, **after} if before.get(path) != after.get(path)]
    detail = f"{len(calls)} git processes, {taken:.0f} ms"
    line("radar, nothing new: times the remote is asked", listed, 1, "", detail)
    line("radar, nothing new: fetches", fetched, 0, "", detail)
    line("radar, nothing new: files and folders written", len(written), 0, "",
         ", ".join(os.path.relpath(path, WORK) for path in sorted(written)[:5]) or "none")
    if listed != 1:
        sys.exit("machines_bench: the radar did not ask the remote")


def push(pair):
    """What goes up to the remote for one capture of one changed file, and for `git push` of it."""
    counted, wrapper = os.path.join(WORK, "sent"), os.path.join(WORK, "receive-pack")
    with open(wrapper, "w", encoding="ascii") as file:
        file.write(f'#!/bin/sh\ntee -a "{counted}" | git-receive-pack "$@"\n')
    os.chmod(wrapper, 0o755)

    def sent(command):
        open(counted, "wb").close()
        run(command, pair.here, env=pair.lap.environment)
        return os.path.getsize(counted)

    pair.lap.pulsar(pair.here, "now", "--here")
    before = pair.streams()
    change(pair.here, 1, 4)
    pair.lap.pulsar(pair.here, "now", "--here", "--no-push")
    pair.lap.git(pair.here, "config", "remote.origin.receivepack", wrapper)
    for accepts in ["false", "true"]:
        run(["git", "config", "receive.advertisePushOptions", accepts], pair.remote)
        change(pair.here, 1, 5 + (accepts == "true"))
        # The capture and the push of it in one go, as the daemon does it.
        ours = sent([PULSAR, "now", "--here"])
        ref, commit = next(item for item in pair.streams().items() if item not in before.items())
        old = before[ref]
        run(["git", "update-ref", ref, old], pair.remote)
        theirs = sent(["git", "push", "-q", "origin", f"+{commit}:{ref}"])
        if pair.streams()[ref] != commit or 0 in (ours, theirs):
            sys.exit("machines_bench: a push did not arrive, or was not counted")
        line("push of one capture, beyond git push of the same commit", ours - theirs, 0, "bytes",
             f"{ours} bytes sent, git push {theirs}; remote takes push options: {accepts}")
        before = pair.streams()
    pair.lap.git(pair.here, "config", "--unset", "remote.origin.receivepack")


def finalize(rounds):
    """Five machines with a stream of 200 captures of ten files each, fetched already."""
    name = "finalize of 5 streams of 200 captures"
    template, folder = os.path.join(WORK, "finalize-before"), os.path.join(WORK, "finalizing")
    run(["git", "init", "-q", "-b", "main", template], WORK)
    lines = [f"line {number}\n" for number in range(40)]
    for number in range(200):
        with open(os.path.join(template, f"{number}.txt"), "w", encoding="ascii") as file:
            file.writelines(lines)
    run(["git", "add", "-A"], template)
    run(["git", *IDENTITY, "commit", "-qm", "start"], template)
    base = output(["git", "rev-parse", "HEAD"], template)
    stream, refs = [], []
    for machine in range(5):
        slug = f"machine{machine}--{str(machine) * 8}"
        refs.append(f"refs/pulsar/streams/{slug}/main")
        for number in range(200):
            # Each machine has a line of its own in each file.
            changed = "".join(f"{machine} {number}\n" if at == machine * 8 else text
                              for at, text in enumerate(lines))
            message = ("[skip ci] git-pulsar: 1 file\n\n"
                       f"Pulsar-Machine: {slug}\nPulsar-Branch: main\nPulsar-Reason: interval\n"
                       f"Pulsar-Head: {base}\nPulsar-Format: 1\n")
            stream.append(f"commit {refs[-1]}\ncommitter bench <bench@example.invalid> "
                          f"{1700000000 + number} +0000\ndata {len(message)}\n{message}"
                          + (f"from {base}\n" if number == 0 else "")
                          + f"M 100644 inline {number % 10}.txt\ndata {len(changed)}\n{changed}\n")
    subprocess.run(["git", "fast-import", "--quiet"], cwd=template, check=True,
                   input="".join(stream), text=True)
    hand = Machine("hand")
    run(["cp", "-a", template, folder], WORK)
    hand.pulsar(folder)

    def ours():
        copy(template, folder)
        taken = milliseconds([PULSAR, "finalize", "--yes", "-m", "all"], folder,
                             env=hand.environment)
        return taken

    def theirs():
        copy(template, folder)
        start = time.perf_counter()
        run(["git", "merge", "-q", "--squash", "-s", "octopus", *refs], folder)
        run(["git", "commit", "-qm", "all"], folder)
        return (time.perf_counter() - start) * 1e3

    result = turns({"git merge -s octopus, commit": theirs, "finalize": ours}, rounds)
    line(name, result["finalize"][0] / 1e3, 2, "s", shown(result))


pair = Pair(os.path.join(WORK, "small"))
sync(pair, ROUNDS)
radar(pair)
push(pair)
finalize(max(3, ROUNDS // 2))
print(f"{missed} missed")
sys.exit(1 if missed else 0)
