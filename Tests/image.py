#!/usr/bin/env python3
"""Builds the container images with buildah on a base of debootstrap, and tests them.

    python3 Tests/image.py [--programs DIR] [--images server,workbench] [--keep]

Needs root and a system with Debian's packages; no image is pulled. deploy/build.sh builds the images as for everyone.

- `--programs DIR` takes programs that are already built, with the Swift libraries that they need. Without it, a stage of the
  build compiles them. This stage gets the toolchain of this machine, and the folders to which git's configuration redirects
  the addresses of packages.
- The server runs as process 1 in namespaces of its own, as the user of the image and with a read-only root. The test sends
  a page and a picture, runs the health check, and sends SIGTERM.
- The workbench runs the commands of `make demo`, and a job of two processes, also with a read-only root.

Prints the size of each image and the time of each step. Without root, buildah or debootstrap the test is skipped with a
message. Exit status: 0 passed or skipped, 1 failed.
"""
import argparse
import contextlib
import ctypes
import http.client
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODENAME = "bookworm"
# Packages of the toolchain itself, as Swift's own image has them.
TOOLCHAIN_PACKAGES = """binutils ca-certificates git gnupg2 libc6-dev libcurl4-openssl-dev libedit2 libgcc-12-dev libncurses6
    libpython3-dev libsqlite3-0 libstdc++-12-dev libxml2-dev libz3-4 pkg-config tzdata zlib1g-dev""".split()
CLONE_NEWNET = 0x40000000
PORT = 8080


class Failure(Exception):
    """A sentence that says what was found."""


def check(condition, sentence):
    if not condition:
        raise Failure(sentence)


@contextlib.contextmanager
def step(name):
    start = time.monotonic()
    yield
    print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)


class Buildah:
    """buildah with a storage of its own."""

    def __init__(self, folder):
        self.environment = os.environ | {
            "BUILDAH_ISOLATION": "chroot", "TMPDIR": str(folder)}
        self.options = ["--root", f"{folder}/storage", "--runroot", f"{folder}/run"]
        # overlay needs a file system that is not an overlay itself.
        kind = subprocess.run(["stat", "--file-system", "--format=%T", folder], stdout=subprocess.PIPE, text=True).stdout
        self.options += ["--storage-driver", "vfs" if "overlay" in kind else "overlay"]
        self.log = folder / "log"

    def run(self, *words, check=True):
        with self.log.open("a") as log:
            outcome = subprocess.run(
                ["buildah", *self.options, *map(str, words)], env=self.environment, stdout=subprocess.PIPE, stderr=log,
                text=True)
        if check and outcome.returncode != 0:
            raise Failure(f"buildah {' '.join(map(str, words))} ended with status {outcome.returncode}:\n"
                          + "\n".join(self.log.read_text().splitlines()[-30:]))
        return outcome.stdout.strip()

    def inspect(self, image):
        """Returns the configuration of an image, and its size without compression, such as “400 MB”."""
        found = json.loads(self.run("inspect", "--type", "image", image))
        size = json.loads(self.run("images", "--json", image))[0]["size"]
        return found["Docker"]["config"], size


def slim(root):
    """Deletes what images of Debian called `slim` do not have."""
    for folder in ["usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale", "usr/share/groff"]:
        shutil.rmtree(root / folder, ignore_errors=True)
        (root / folder).mkdir()
    (root / "etc/dpkg/dpkg.cfg.d/slim").write_text("".join(
        f"path-exclude /usr/share/{name}/*\n" for name in ["doc", "man", "info", "locale", "groff"]))
    # The images of Debian do the same: an interrupted build is repeated, so that files need not be flushed to the disk.
    (root / "etc/dpkg/dpkg.cfg.d/unsafe-io").write_text("force-unsafe-io\n")
    for folder in ["var/cache/apt", "var/lib/apt/lists", "var/log"]:
        for path in (root / folder).rglob("*"):
            if path.is_file():
                path.unlink()


def build_base(buildah):
    container = buildah.run("from", "scratch")
    root = Path(buildah.run("mount", container))
    with buildah.log.open("a") as log:
        subprocess.run(["debootstrap", "--variant=minbase", CODENAME, root], check=True, stdout=log, stderr=log)
    # The sources of this machine have the security updates.
    sources = Path("/etc/apt/sources.list.d/debian.sources")
    if sources.exists() and f"VERSION_CODENAME={CODENAME}" in Path("/etc/os-release").read_text():
        (root / "etc/apt/sources.list").unlink()
        shutil.copy(sources, root / "etc/apt/sources.list.d/")
        for name in re.findall(r"Signed-By: *(/\S+)", sources.read_text()):
            check((root / name[1:]).exists(), f"{sources}: the base has no {name}")
    slim(root)
    buildah.run("umount", container)
    buildah.run("config", "--cmd", "bash", container)
    buildah.run("commit", "--rm", container, "heartsense-test-base")


def build_toolchain(buildah):
    """Builds a stand-in for the image of Swift, and returns the options that give the build the folders it names."""
    swift = Path(shutil.which("swift") or "/nonexistent").resolve()
    check(swift.exists(), "swift is not on PATH. Add it, or use --programs.")
    # swift is usually in FOLDER/usr/bin.
    folder = swift.parent.parent.parent
    redirections = subprocess.run(
        ["git", "config", "--get-regexp", r"^url\..*\.insteadof$"], stdout=subprocess.PIPE, text=True).stdout.splitlines()
    volumes, variables = [folder], [f"PATH={swift.parent}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
    for number, line in enumerate(redirections):
        key, value = line.split(" ", 1)
        target = key.removeprefix("url.").removesuffix(".insteadof")
        variables += [f"GIT_CONFIG_KEY_{number}=url.{target}.insteadOf", f"GIT_CONFIG_VALUE_{number}={value}"]
        if Path(target).is_dir() and Path(target) not in volumes:
            volumes.append(Path(target))
    # The folders belong to another user inside.
    variables += [f"GIT_CONFIG_KEY_{len(redirections)}=safe.directory", f"GIT_CONFIG_VALUE_{len(redirections)}=*",
                  f"GIT_CONFIG_COUNT={len(redirections) + 1}"]
    options = ["--build-arg", "SWIFT=localhost/heartsense-test-swift"] + [
        word for volume in volumes for word in ("--volume", f"{volume}:{volume}:ro")]
    if buildah.run("images", "--quiet", "heartsense-test-swift", check=False):
        return options
    container = buildah.run("from", "heartsense-test-base")
    buildah.run("run", container, "--", "sh", "-c", "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y "
                "--no-install-recommends " + " ".join(TOOLCHAIN_PACKAGES))
    for variable in variables:
        buildah.run("config", "--env", variable, container)
    buildah.run("commit", "--rm", container, "heartsense-test-swift")
    return options


def collect_programs(source, folder):
    """Copies built programs and their libraries that no Debian package has. Returns the options for the build."""
    for target, program in [("server", "heartsense-server"), ("workbench", "heartsense")]:
        (folder / target).mkdir(parents=True)
        subprocess.run(["strip", "-o", folder / target / program, source / program], check=True)
        listing = subprocess.run(["ldd", source / program], stdout=subprocess.PIPE, text=True, check=True).stdout
        for name, path in re.findall(r"^\s*(\S+) => (\S+)", listing, re.M):
            # Programs look for libraries in their own folder too.
            if not path.startswith(("/lib", "/usr/lib/x86_64", "/usr/lib/aarch64")):
                subprocess.run(["strip", "-o", folder / target / name, path], check=True)
    bridge = source / "libheartsense-mpi.so"
    check(bridge.exists(), f"{bridge} is missing: make mpi builds it in .build/release")
    shutil.copy(bridge, folder / "workbench")
    return ["--build-context", f"programs={folder}"]


class Container:
    """Runs programs of an image, each in namespaces of its own, with a read-only root."""

    # The folder of each image that can be written, besides /tmp.
    VOLUMES = {"workbench": "/work/runs", "server": "/data"}

    def __init__(self, buildah, name, folder):
        self.name = name
        self.configuration, self.size = buildah.inspect(f"localhost/heartsense-{name}:latest")
        self.root = Path(buildah.run("mount", buildah.run("from", f"localhost/heartsense-{name}:latest")))
        # A new volume has the owner of the folder in the image.
        self.volume, target = folder / f"{name}-volume", self.root / self.VOLUMES[name][1:]
        shutil.rmtree(self.volume, ignore_errors=True)
        self.volume.mkdir()
        os.chown(self.volume, target.stat().st_uid, target.stat().st_gid)

    def start(self, words, **streams):
        """Starts a program as process 1, and returns the process of `unshare`."""
        user, _, group = self.configuration["User"].partition(":")
        mounts = ["set -e", f"mount --bind {self.root} {self.root}"]
        for name in ["null", "zero", "urandom", "random"]:
            path = self.root / "dev" / name
            if not path.exists():
                path.touch()
            mounts.append(f"mount --bind /dev/{name} {path}")
        mounts += [f"mount -t proc proc {self.root}/proc", f"mount -t tmpfs -o mode=1777 tmpfs {self.root}/tmp"]
        mounts.append(f"mount --bind {self.volume} {self.root}{self.VOLUMES[self.name]}")
        mounts += [f"mount -o remount,bind,ro {self.root}", "ip link set lo up 2>/dev/null || ifconfig lo up"]
        environment = " ".join(shlex.quote(entry) for entry in self.configuration["Env"])
        command = " ".join(shlex.quote(word) for word in words)
        mounts.append(
            f"exec chroot --userspec={user}:{group} {self.root} env --ignore-environment "
            f"--chdir={shlex.quote(self.configuration['WorkingDir'] or '/')} {environment} {command}")
        # Without --fork's signal handling: the program itself is process 1 of its namespace.
        return subprocess.Popen(
            ["unshare", "--mount", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child", "sh", "-c",
             "\n".join(mounts)], **streams)

    def run(self, words):
        """Runs a program to its end, and returns its output."""
        process = self.start(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        output, errors = process.communicate(timeout=1200)
        check(process.returncode == 0, f"{self.name}: {' '.join(words)} ended with status {process.returncode}:\n"
              + errors[-3000:])
        return output

    def check_contents(self, program):
        """Checks the user, the libraries of the program, and which folders can be written."""
        user, _, group = self.configuration["User"].partition(":")
        check(user.isdigit() and int(user) > 0 and group.isdigit(), f"{self.name}: the user is “{self.configuration['User']}”, "
              "numbers above 0 were expected")
        listing = self.run(["sh", "-ec", f"id -u; ldd $(command -v {program}); touch /opt/x 2>&1 || true; touch /tmp/x "
                            + self.VOLUMES[self.name] + "/x"])
        check(listing.splitlines()[0] == user, f"{self.name}: programs run as user {listing.splitlines()[0]}, not {user}")
        missing = re.findall(r"^.*not found.*$", listing, re.M)
        check(not missing, f"{self.name}: libraries are missing: {missing}")
        check("Read-only file system" in listing, f"{self.name}: the root can be written")


def child_of(process):
    """Returns the process that `unshare` started."""
    for _ in range(200):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if children and "unshare" not in Path(f"/proc/{children[0]}/comm").read_text():
            return int(children[0])
        time.sleep(0.05)
    raise Failure("the container does not start")


@contextlib.contextmanager
def network_of(pid):
    """Puts this process into the network of another one."""
    libc = ctypes.CDLL(None, use_errno=True)
    own, other = os.open("/proc/self/ns/net", os.O_RDONLY), os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
    check(libc.setns(other, CLONE_NEWNET) == 0, "the network of the container cannot be entered")
    try:
        yield
    finally:
        libc.setns(own, CLONE_NEWNET)
        os.close(own)
        os.close(other)


def ask(method, path, body=None, kind=None):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    connection.request(method, path, body, {"Content-Type": kind} if kind else {})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


def test_server(server, picture, expected):
    """Runs the server of an image.

    - expected: the result of the picture by the workbench; None if there is none.
    """
    server.check_contents("heartsense-server")
    process = server.start(server.configuration["Entrypoint"] + (server.configuration.get("Cmd") or []),
                           stderr=(server.volume / "log").open("wb"))
    try:
        pid = child_of(process)
        with network_of(pid):
            start = time.monotonic()
            while time.monotonic() < start + 60:
                with contextlib.suppress(OSError):
                    if ask("GET", "/v2/health/ready")[0] == 200:
                        break
                check(process.poll() is None, "the server does not start:\n" + (server.volume / "log").read_text())
                time.sleep(0.1)
            print(f"server: ready after {time.monotonic() - start:.1f} s")
            numbers = re.search(r"^NSpid:(.*)$", Path(f"/proc/{pid}/status").read_text(), re.M)[1].split()
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            check(numbers[-1] == "1" and name.startswith("heartsense-serv"), f"process {numbers} is {name}, not the server as 1")

            status, body = ask("POST", "/predict", picture.read_bytes(), "image/" + picture.suffix[1:].replace("jpg", "jpeg"))
            check(status == 200, f"/predict answers with status {status}: {body[:300]}")
            result = json.loads(body)
            check(result["decision"] and result["labels"], f"/predict answers without a decision: {body[:300]}")
            check(expected is None or result["labels"] == expected["labels"], "server and workbench give different scores")
            page = (ROOT / "datasets/sample-page/page.jpg").read_bytes()
            form = b'--b\r\nContent-Disposition: form-data; name="files"; filename="page.jpg"\r\n\r\n' + page + b"\r\n--b--\r\n"
            status, body = ask("POST", "/upload", form, "multipart/form-data; boundary=b")
            check(status == 200, f"/upload answers with status {status}: {body[:300]}")
            result = json.loads(body)
            check(result["heart_rate_bpm"] and result["predictions"], f"/upload finds no heart rate: {body[:300]}")
            print(f"server: page with {result['heart_rate_bpm']} beats per minute, {result['rhythm_classification']}")

        health = server.configuration["Healthcheck"]["Test"]
        check(health[0] == "CMD", f"the health check is {health}")
        command = ["nsenter", "--target", str(pid), "--mount", "--net", "--pid", "--root", "--wd", "setpriv", "--reuid=10001",
                   "--regid=10001", "--clear-groups", *health[1:]]
        outcome = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        check(outcome.returncode == 0, f"the health check ends with status {outcome.returncode}: {outcome.stdout}")
        outcome = subprocess.run(command, env=os.environ | {"HEARTSENSE_PORT": "1"}, stderr=subprocess.DEVNULL)
        check(outcome.returncode != 0, "the health check succeeds without a server")

        os.kill(pid, signal.SIGTERM)
        start = time.monotonic()
        status = process.wait(timeout=60)
        check(status == 0, f"after SIGTERM the server ends with status {status}, 0 was expected")
        print(f"server: ended {time.monotonic() - start:.1f} s after SIGTERM, as process 1, with status 0")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def demo_commands():
    """Returns the commands of `make demo` without the build."""
    lines = subprocess.run(
        ["make", "--silent", "--dry-run", "--old-file=build", "demo", "HEARTSENSE=heartsense"], cwd=ROOT,
        stdout=subprocess.PIPE, text=True, check=True).stdout
    check(lines.count("heartsense ") >= 4, f"make demo has the commands {lines}")
    return lines


def test_workbench(workbench, picture):
    """Runs the demo, and returns the result of a picture."""
    workbench.check_contents("heartsense")
    output = workbench.run(["sh", "-ec", demo_commands()])
    for name in ["model.h5", "report.html", "demo-page.svg"]:
        check(any(workbench.volume.rglob(name)), f"the demo writes no {name}:\n{output[-2000:]}")
    page = "datasets/sample-page/page.jpg"
    lines = [workbench.run([*launcher, "heartsense", "analyze", page, "--json"])
             for launcher in ([], ["mpirun", "-n", "2", "--oversubscribe", "--bind-to", "none"])]
    check(lines[0] == lines[1] and '"heart_rate_bpm"' in lines[0],
          f"two processes read the page differently:\n{lines[0][:500]}\n{lines[1][:500]}")
    shutil.copy(picture, workbench.volume)
    (workbench.volume / picture.name).chmod(0o644)
    return json.loads(workbench.run(["heartsense", "predict", "beat-picture.h5", f"runs/{picture.name}", "--json"]))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--programs", type=Path, help="folder with programs that are already built")
    parser.add_argument("--images", default="workbench,server")
    parser.add_argument("--keep", type=Path, help="folder that keeps the storage, and from which a base is reused")
    options = parser.parse_args()
    options.images = options.images.split(",")
    return options


def main():
    options = arguments()
    missing = [name for name in ["buildah", "debootstrap", "unshare", "nsenter", "setpriv"] if not shutil.which(name)]
    if os.geteuid() != 0:
        missing.insert(0, "root")
    if missing:
        print(f"The images are not tested: {missing[0]} is missing.")
        return
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(exist_ok=True)
        buildah = Buildah(folder)
        for command in ["rm", "umount"]:
            stack.callback(subprocess.run, ["buildah", *buildah.options, command, "--all"], env=buildah.environment,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            test(options, folder, buildah)
        except Failure as failure:
            sys.exit(f"Failure: {failure}")


def test(options, folder, buildah):
    if not buildah.run("images", "--quiet", "heartsense-test-base", check=False):
        with step("base"):
            build_base(buildah)
    with tempfile.TemporaryDirectory() as programs:
        if options.programs:
            words = collect_programs(options.programs, Path(programs))
        else:
            with step("image with Swift"):
                words = build_toolchain(buildah)
        with step("build of " + " and ".join(options.images)):
            build(options.images, folder, buildah, [*words, "--build-arg", "BASE=localhost/heartsense-test-base"])
    containers = {name: Container(buildah, name, folder) for name in options.images}
    for name, container in containers.items():
        print(f"{name}: {container.size}")
    picture, result = ROOT / "Tests/Golden/beat.jpg", None
    if "workbench" in containers:
        with step("test of the workbench"):
            result = test_workbench(containers["workbench"], picture)
    if "server" in containers:
        with step("test of the server"):
            test_server(containers["server"], picture, result)


def build(images, folder, buildah, words):
    """Builds images with deploy/build.sh. It calls a `buildah` with the storage of the test."""
    tools = folder / "bin"
    tools.mkdir(exist_ok=True)
    (tools / "buildah").write_text(f"#!/bin/sh\nexec {shutil.which('buildah')} {' '.join(buildah.options)} \"$@\"\n")
    (tools / "buildah").chmod(0o755)
    with buildah.log.open("a") as log:
        outcome = subprocess.run(
            [ROOT / "deploy/build.sh", *images], stdout=log, stderr=log,
            env=buildah.environment | {"PATH": f"{tools}:{os.environ['PATH']}", "ENGINE": "buildah",
                                       "OPTIONS": " ".join(words)})
    check(outcome.returncode == 0, f"deploy/build.sh ended with status {outcome.returncode}:\n"
          + "\n".join(buildah.log.read_text().splitlines()[-40:]))


if __name__ == "__main__":
    main()
