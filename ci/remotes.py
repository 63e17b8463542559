"""What ci/remotes runs: real servers on loopback, and pushes of captures to them.

Call: remotes.py FOLDER PROGRAM [REGEX]. Ends with 'n passed, m failed'; exit status 1 when any failed.
"""

import base64
import http.server
import json
import os
import pwd
import re
import select
import shutil
import signal
import socket
import socketserver
import stat
import subprocess
import sys
import threading
import time
import traceback

WORK, PULSAR = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
ONLY = sys.argv[3] if len(sys.argv) > 3 else ""
HOME, STATE, SRV = (os.path.join(WORK, name) for name in ("home", "state", "srv"))
SLUG = "laptop--01234567"
REF = f"refs/heads/wip/pulsar/{SLUG}/main"
USER = pwd.getpwuid(os.getuid()).pw_name
ENV = {
    "PATH": os.environ["PATH"], "HOME": HOME, "XDG_STATE_HOME": STATE, "LC_ALL": "C.UTF-8",
    "TZ": "UTC", "GIT_CONFIG_NOSYSTEM": "1", "NO_COLOR": "1", "TERM": "dumb",
}
if "LD_LIBRARY_PATH" in os.environ:
    ENV["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
EXEC_PATH = subprocess.run(["git", "--exec-path"], capture_output=True, text=True,
                           check=True).stdout.strip()


def run(command, folder=WORK, check=True, **environment):
    done = subprocess.run(command, cwd=folder, env={**ENV, **environment}, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)
    if check and done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


# MARK: servers


def wait_for_port(port, process=None):
    """Until somebody listens; a server that ends instead is an error."""
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process and process.poll() is not None:
            raise AssertionError(f"the server on port {port} ended")
        time.sleep(0.02)
    raise AssertionError(f"nobody listens on port {port}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


children = []


def start(command, port):
    log = open(os.path.join(WORK, "servers.log"), "ab")
    process = subprocess.Popen(command, env=ENV, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                               start_new_session=True)
    children.append(process)
    wait_for_port(port, process)
    return process


def git_daemon(*more):
    port = free_port()
    start(["git", "daemon", "--listen=127.0.0.1", f"--port={port}", f"--base-path={SRV}",
           "--export-all", "--reuseaddr", *more, SRV], port)
    return port


class Backend(http.server.BaseHTTPRequestHandler):
    """git-http-backend(1) behind basic authentication: me and secret; reader may only read."""

    protocol_version = "HTTP/1.1"
    seen = []

    def log_message(self, *_):
        pass

    def answer(self, status, *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        self.serve()

    def do_POST(self):
        self.serve()

    def body(self):
        if self.headers.get("Transfer-Encoding", "") == "chunked":
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def serve(self):
        body = self.body()
        path, _, query = self.path.partition("?")
        self.seen.append(self.headers.get("Authorization") or "")
        words = self.headers.get("Authorization", "").removeprefix("Basic ")
        name, _, password = base64.b64decode(words).decode().partition(":")
        is_push = "receive-pack" in self.path
        if path.startswith("/busy/"):
            return self.answer(503)
        if path.startswith("/small/") and self.command == "POST":
            return self.answer(413)
        if not path.startswith(("/open/", "/small/", "/cut/")):
            if (name, password) not in [("me", "secret"), ("reader", "secret")]:
                return self.answer(401, ("WWW-Authenticate", 'Basic realm="git"'))
            if is_push and name == "reader":
                return self.answer(403)
        environment = {
            **ENV, "GIT_PROJECT_ROOT": SRV, "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO":
            "/" + path.split("/", 2)[2], "QUERY_STRING": query, "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "REMOTE_USER": name or "anyone",
            "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        done = subprocess.run([os.path.join(EXEC_PATH, "git-http-backend")], input=body,
                              env=environment, capture_output=True)
        if path.startswith("/cut/") and self.command == "POST" and is_push:
            # It is done, and the answer never comes.
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return None
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = [line.split(": ", 1) for line in head.decode().split("\r\n") if line]
        status = next((int(value.split()[0]) for key, value in headers if key == "Status"), 200)
        self.send_response(status)
        for key, value in headers:
            if key != "Status":
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        return None


class Proxy(Backend):
    """A proxy for plain HTTP and for CONNECT; `needs_password` wants `Proxy-Authorization`."""

    used = 0
    needs_password = False

    def forward(self):
        Proxy.used += 1
        body = self.body() if self.command == "POST" else b""
        if self.needs_password and not self.headers.get("Proxy-Authorization"):
            self.send_response(407)
            self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        place = re.sub(r"^http://", "", self.path)
        host, _, path = place.partition("/")
        lines = [f"{self.command} /{path} HTTP/1.1"] if self.command != "CONNECT" else []
        target = socket.create_connection((host.split(":")[0], int(host.split(":")[1])))
        if self.command == "CONNECT":
            self.wfile.write(b"HTTP/1.1 200 yes\r\n\r\n")
        else:
            lines += [f"{key}: {value}" for key, value in self.headers.items()
                      if not key.lower().startswith("proxy-")
                      and key.lower() not in ("connection", "content-length", "transfer-encoding", "expect")]
            lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
            target.sendall("\r\n".join(lines).encode() + body)
        self.wfile.flush()
        self.close_connection = True
        while True:
            ready, _, _ = select.select([self.connection, target], [], [], 30)
            if not ready:
                return
            for one in ready:
                piece = one.recv(65536)
                if not piece:
                    return
                (target if one is self.connection else self.connection).sendall(piece)

    do_GET = do_POST = do_CONNECT = forward


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


def web(handler):
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def sshd():
    """One on loopback, with a host key and authorized keys of its own; returns its port."""
    folder, port = os.path.join(WORK, "sshd"), free_port()
    os.makedirs(folder)
    for name in ("host", "key", "agent-key", "wrong"):
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(folder, name)])
    keys = [open(os.path.join(folder, f"{name}.pub"), encoding="ascii").read()
            for name in ("key", "agent-key")]
    write(os.path.join(folder, "authorized"), "".join(keys), 0o600)
    config = write(os.path.join(folder, "config"), f"""
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
PidFile {folder}/pid
""")
    if os.getuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)
    start([shutil.which("sshd", path=ENV["PATH"] + ":/usr/sbin"), "-D", "-f", config], port)
    return port


# MARK: repositories

counter = 0


class World:
    """A clone with a capture to push, and a bare repository below the servers' folder."""

    def __init__(self, *arguments, remote_arguments=()):
        global counter
        counter += 1
        self.name = f"r{counter}.git"
        self.bare = os.path.join(SRV, self.name)
        self.top = os.path.join(WORK, f"clone{counter}")
        run(["git", "init", "-q", "--bare", *remote_arguments, self.bare])
        run(["git", "-C", self.bare, "config", "http.receivepack", "true"])
        run(["git", "init", "-q", *arguments, self.top])
        write(os.path.join(self.top, "a.txt"), "one\n")
        self.git("add", "-A")
        self.git("commit", "-qm", "start")
        run([PULSAR], self.top)

    def git(self, *arguments, check=True):
        return run(["git", *arguments], self.top, check).stdout.strip()

    def remote(self, url):
        self.git("remote", "add", "origin", url)
        return self

    def hook(self, name, text):
        write(os.path.join(self.bare, "hooks", name), "#!/bin/sh\n" + text, 0o755)
        return self

    def setting(self, name, value):
        run(["git", "-C", self.bare, "config", name, value])
        return self

    def now(self, **environment):
        with open(os.path.join(self.top, "a.txt"), "a", encoding="utf-8") as file:
            file.write("more\n")
        return run([PULSAR, "now", "--here"], self.top, False, **environment)

    @property
    def tip(self):
        return self.git("rev-parse", f"refs/pulsar/streams/{SLUG}/main")

    def at(self, bare=None, ref=REF):
        return run(["git", "-C", bare or self.bare, "rev-parse", "-q", "--verify", ref],
                   check=False).stdout.strip()

    def state(self):
        """All that is the user's below .git, by content."""
        kept = {}
        for folder, folders, names in os.walk(os.path.join(self.top, ".git")):
            folders[:] = [one for one in folders if one not in ("objects", "pulsar")]
            for name in names:
                path = os.path.join(folder, name)
                if not name.startswith("pulsar_index"):
                    kept[path] = open(path, "rb").read()
        return kept

    def pushes(self, bare=None, **environment):
        """Two captures in a row arrive, are confirmed, and `status` knows."""
        before = self.state()
        for _ in range(2):
            done = self.now(**environment)
            assert done.returncode == 0, done.stdout + done.stderr
            assert self.at(bare) == self.tip, "the remote has another commit"
        report = self.status()
        assert report["unpushed"] == 0 and "push_trouble" not in report, report
        assert self.state() == before, "something of the user's was touched"
        fsck = run(["git", "-C", bare or self.bare, "fsck", "--strict"], check=False)
        assert fsck.returncode == 0, fsck.stderr

    def status(self):
        return json.loads(run([PULSAR, "status", "--json"], self.top).stdout)

    def fails(self, kind, *words, **environment):
        """The capture is kept, and `now` and `status` tell why it is not pushed."""
        was, before = self.at(), self.state()
        done = self.now(**environment)
        assert done.returncode == 3, (done.returncode, done.stdout + done.stderr)
        report = self.status()
        trouble = report.get("push_trouble") or {}
        assert trouble.get("kind") == kind, (kind, report)
        assert trouble["what_to_do"] and report["unpushed"] > 0, report
        for word in words:
            assert word in trouble["why"], (word, trouble)
        shown = run([PULSAR, "status"], self.top).stdout
        assert "not pushed yet" in shown and "what to do: " in shown, shown
        assert self.at() == was, "the remote's ref moved"
        assert self.state() == before, "something of the user's was touched"
        return trouble

    def passes_at_last(self, bare=None):
        done = self.now()
        assert done.returncode == 0, done.stdout + done.stderr
        assert self.at(bare) == self.tip
        assert "push_trouble" not in self.status()


tests = []


def test(function):
    tests.append(function)
    return function


# MARK: local


@test
def local_bare():
    world = World()
    world.remote(world.bare).pushes()


@test
def local_file_url():
    world = World()
    world.remote("file://" + world.bare).pushes()


@test
def local_gone_and_back():
    world = World()
    world.remote(world.bare)
    os.rename(world.bare, world.bare + ".away")
    world.fails("unreachable", "does not appear to be a git repository")
    os.rename(world.bare + ".away", world.bare)
    world.passes_at_last()


@test
def pre_receive_hook_declines():
    world = World().hook("pre-receive", "echo 'not on fridays' >&2\nexit 1\n")
    world.remote(world.bare).fails("refused-hook", "not on fridays")
    os.remove(os.path.join(world.bare, "hooks/pre-receive"))
    world.passes_at_last()


@test
def update_hook_protects_the_ref():
    world = World().hook("update", "echo 'GH006: Protected branch update failed' >&2\nexit 1\n")
    world.remote(world.bare).fails("refused-ref", "GH006")


@test
def hidden_ref():
    world = World().setting("transfer.hideRefs", "refs/heads/wip")
    world.remote(world.bare).fails("refused-ref", "hidden ref")


@test
def deny_non_fast_forwards_lets_captures_through():
    world = World().setting("receive.denyNonFastForwards", "true")
    world.remote(world.bare).pushes()


@test
def name_taken_by_a_branch():
    world = World()
    tree = run(["git", "-C", world.bare, "mktree"]).stdout.strip()
    commit = run(["git", "-C", world.bare, "commit-tree", "-m", "theirs", tree]).stdout.strip()
    run(["git", "-C", world.bare, "update-ref", "refs/heads/wip", commit])
    world.remote(world.bare).fails("refused-ref")


@test
def too_large():
    world = World().setting("receive.maxInputSize", "100")
    world.remote(world.bare).fails("refused-size", "maximum allowed size")
    world.setting("receive.maxInputSize", "0").passes_at_last()


@test
def no_room():
    world = World().hook("pre-receive", "echo 'disk quota exceeded' >&2\nexit 1\n")
    world.remote(world.bare).fails("refused-quota", "quota")


@test
def sha256_to_sha1():
    world = World("--object-format=sha256")
    world.remote(world.bare).fails("object-format")


@test
def sha1_to_sha256():
    world = World(remote_arguments=["--object-format=sha256"])
    world.remote(world.bare).fails("object-format")


@test
def sha256_to_sha256():
    world = World("--object-format=sha256", remote_arguments=["--object-format=sha256"])
    world.remote(world.bare).pushes()


@test
def foreign_writer():
    world = World()
    world.remote(world.bare).pushes()
    tree = run(["git", "-C", world.bare, "rev-parse", REF + "^{tree}"]).stdout.strip()
    theirs = run(["git", "-C", world.bare, "commit-tree", "-m", "theirs", tree]).stdout.strip()
    run(["git", "-C", world.bare, "update-ref", REF, theirs])
    done = world.now()
    # Nothing of theirs is overwritten: it keeps its ref, or has another.
    refs = run(["git", "-C", world.bare, "for-each-ref", "--format=%(objectname)"]).stdout.split()
    assert theirs in refs, done.stdout


@test
def cut_after_the_remote_took_it():
    world = World()
    world.remote(world.bare)
    script = write(os.path.join(WORK, "cut-receive-pack"), """#!/usr/bin/env python3
import os, subprocess, sys, threading
git = subprocess.Popen(["git", "receive-pack", sys.argv[1]], stdin=subprocess.PIPE,
                       stdout=subprocess.PIPE)
while True:
    head = git.stdout.read(4)
    size = int(head, 16)
    sys.stdout.buffer.write(head + (git.stdout.read(size - 4) if size else b""))
    sys.stdout.buffer.flush()
    if not size:
        break
def take():
    while piece := sys.stdin.buffer.read1(65536):
        git.stdin.write(piece)
        git.stdin.flush()
    git.stdin.close()
threading.Thread(target=take, daemon=True).start()
git.stdout.read()
git.wait()
os._exit(1)
""", 0o755)
    world.git("config", "remote.origin.receivepack", script)
    world.pushes()


@test
def pushurl():
    world, other = World(), World()
    world.remote(world.bare)
    world.git("remote", "set-url", "--push", "origin", other.bare)
    world.pushes(other.bare)
    assert world.at() == ""


@test
def push_instead_of():
    world, other = World(), World()
    world.remote("short:" + world.name)
    world.git("config", f"url.{SRV}/.insteadOf", "short:")
    world.git("config", f"url.{other.bare}.pushInsteadOf", "short:" + world.name)
    world.pushes(other.bare)
    assert world.at() == ""


@test
def instead_of():
    world = World()
    world.remote("short:" + world.name)
    world.git("config", f"url.{SRV}/.insteadOf", "short:")
    world.pushes()


# MARK: git daemon


@test
def git_protocol():
    world = World()
    world.remote(f"git://127.0.0.1:{git_daemon('--enable=receive-pack')}/{world.name}").pushes()


@test
def git_protocol_without_receive_pack():
    world = World()
    world.remote(f"git://127.0.0.1:{git_daemon()}/{world.name}").fails("permission")


@test
def nobody_listens():
    world = World()
    world.remote(f"git://127.0.0.1:{free_port()}/{world.name}").fails("unreachable", "unable to connect")


@test
def proxy_command_of_git():
    world, port = World(), git_daemon("--enable=receive-pack")
    script = write(os.path.join(WORK, "git-proxy"), f"""#!/usr/bin/env python3
import os, socket, sys, threading
line = socket.create_connection(("127.0.0.1", {port}))
def send():
    while piece := os.read(0, 65536):
        line.sendall(piece)
    line.shutdown(socket.SHUT_WR)
threading.Thread(target=send, daemon=True).start()
while piece := line.recv(65536):
    os.write(1, piece)
""", 0o755)
    world.git("config", "core.gitProxy", script)
    world.remote(f"git://git.invalid/{world.name}").pushes()


# MARK: ssh


def ssh_world(port, key="key", host="box"):
    world = World()
    folder = os.path.join(WORK, "sshd")
    host_key = open(os.path.join(folder, "host.pub"), encoding="ascii").read().strip()
    write(os.path.join(folder, "known"), f"[127.0.0.1]:{port} {host_key}\n")
    # ssh reads the home folder of the account, whatever HOME says; so it is told where.
    config = write(os.path.join(HOME, ".ssh/config"), f"""
Host {host}
  HostName 127.0.0.1
  Port {port}
  User {USER}
  UserKnownHostsFile {folder}/known
  StrictHostKeyChecking yes
  IdentitiesOnly {"yes" if key else "no"}
  {"IdentityFile " + folder + "/" + key if key else "IdentityFile none"}
""", 0o600)
    world.git("config", "core.sshCommand", f"ssh -F {config}")
    return world.remote(f"ssh://{host}{world.bare}")


@test
def ssh_with_config_and_key():
    ssh_world(SSH).pushes()


@test
def ssh_with_a_wrong_key():
    world = ssh_world(SSH, "wrong")
    world.fails("authentication", "Permission denied (publickey)")
    fresh = ssh_world(SSH)
    world.git("config", "core.sshCommand", fresh.git("config", "core.sshCommand"))
    world.passes_at_last()


@test
def ssh_by_an_agent():
    folder = os.path.join(WORK, "sshd")
    path = os.path.join(WORK, "agent.sock")
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", path], env=ENV, stdout=subprocess.DEVNULL)
    children.append(agent)
    limit = time.monotonic() + 10
    while not os.path.exists(path) and time.monotonic() < limit:
        time.sleep(0.02)
    world = ssh_world(SSH, key=None)
    world.fails("authentication", SSH_AUTH_SOCK=path)
    run(["ssh-add", "-q", os.path.join(folder, "agent-key")], SSH_AUTH_SOCK=path)
    world.pushes(SSH_AUTH_SOCK=path)


@test
def ssh_host_that_is_another():
    world = ssh_world(SSH)
    wrong = open(os.path.join(WORK, "sshd", "wrong.pub"), encoding="ascii").read().strip()
    write(os.path.join(WORK, "sshd", "known"), f"[127.0.0.1]:{SSH} {wrong}\n")
    world.fails("authentication")


@test
def ssh_through_a_proxy_command():
    world = ssh_world(SSH)
    config = os.path.join(HOME, ".ssh/config")
    script = write(os.path.join(WORK, "ssh-proxy"), f"""#!/bin/sh
echo used >>{WORK}/ssh-proxy.used
exec python3 -c '
import os, socket, threading
line = socket.create_connection(("127.0.0.1", {SSH}))
def send():
    while piece := os.read(0, 65536):
        line.sendall(piece)
threading.Thread(target=send, daemon=True).start()
while piece := line.recv(65536):
    os.write(1, piece)
'
""", 0o755)
    with open(config, "a", encoding="ascii") as file:
        file.write(f"  ProxyCommand {script}\n")
    world.pushes()
    assert os.path.exists(os.path.join(WORK, "ssh-proxy.used"))


# MARK: http


def http_world(place="git", port=None):
    world = World()
    return world.remote(f"http://127.0.0.1:{port or HTTP}/{place}/{world.name}")


def credentials(world, name, password):
    helper = write(os.path.join(WORK, f"helper-{world.name}"),
                   f"#!/bin/sh\n[ \"$1\" = get ] && printf 'username={name}\\npassword={password}\\n'\nexit 0\n",
                   0o755)
    world.git("config", "credential.helper", helper)
    return world


@test
def http_open():
    http_world("open").pushes()


@test
def http_by_credential_helper():
    credentials(http_world(), "me", "secret").pushes()


@test
def http_without_credentials():
    http_world().fails("authentication")


@test
def http_with_a_wrong_password():
    trouble = credentials(http_world(), "me", "wrong-4711").fails("authentication")
    assert "wrong-4711" not in json.dumps(trouble)


@test
def http_reader_may_not_push():
    credentials(http_world(), "reader", "secret").fails("permission", "403")


@test
def http_busy():
    http_world("busy").fails("unreachable", "503")


@test
def http_too_large():
    http_world("small").fails("refused-size", "413")


@test
def http_cut_after_the_server_took_it():
    world = http_world("open")
    world.git("config", "remote.origin.pushurl", world.git("remote", "get-url", "origin")
              .replace("/open/", "/cut/"))
    done = world.now()
    # The list is asked for at the same address, which cuts pushes only.
    assert done.returncode == 0, done.stdout + done.stderr
    assert world.at() == world.tip


@test
def http_hook_declines():
    world = http_world("open").hook("pre-receive", "echo 'not on fridays' >&2\nexit 1\n")
    world.fails("refused-hook", "not on fridays")


@test
def http_through_a_proxy():
    used = Proxy.used
    world = http_world("open")
    world.git("config", "http.proxy", f"http://127.0.0.1:{web(Proxy)}")
    world.pushes()
    assert Proxy.used > used


@test
def http_through_a_proxy_of_the_environment():
    used = Proxy.used
    http_world("open").pushes(http_proxy=f"http://127.0.0.1:{web(Proxy)}")
    assert Proxy.used > used


@test
def http_proxy_wants_a_password():
    world = http_world("open")
    strict = type("Strict", (Proxy,), {"needs_password": True})
    world.git("config", "remote.origin.proxy", f"http://127.0.0.1:{web(strict)}")
    world.fails("authentication", "407")


# MARK: run

for folder in (SRV, STATE, os.path.join(HOME, ".config/git-pulsar")):
    os.makedirs(folder)
write(os.path.join(HOME, ".config/git-pulsar/machine_name"), "laptop")
write(os.path.join(HOME, ".config/git-pulsar/machine_id"), "0123456789abcdef")
write(os.path.join(HOME, ".gitconfig"), """[user]
name = Test Person
email = test@example.invalid
[init]
defaultBranch = main
[protocol "file"]
allow = always
[gc]
auto = 0
""")
os.chmod(WORK, stat.S_IRWXU | stat.S_IXGRP | stat.S_IXOTH)

passed = failed = 0
chosen = [one for one in tests if re.search(ONLY, one.__name__)]
try:
    if any(one.__name__.startswith("http") for one in chosen):
        HTTP = web(Backend)
    if any(one.__name__.startswith("ssh") for one in chosen):
        SSH = sshd()
    for one in chosen:
        name = one.__name__.replace("_", " ")
        began = time.monotonic()
        try:
            one()
            passed += 1
            print(f"ok    {name} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print(f"FAIL  {name}\n{traceback.format_exc()}", flush=True)
finally:
    for child in children:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL) if os.getpgid(child.pid) == child.pid else child.kill()
        child.wait()
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
