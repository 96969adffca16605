"""A real SLURM cluster of two nodes on the loopback interface, each with a GPU that is only a name.

Needs root and Debian's slurmctld, slurmd, slurm-client and munge. No systemd, no cgroups, no accounting: each
daemon is a child of the tests and ends with them.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

TOOLS = ("munged", "slurmctld", "slurmd", "sbatch")
ETC = Path("/etc/slurm")  # the job-step plugin reads only this folder
NODES = ("n1", "n2")

_SLURM = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=5,bf_interval=5,batch_sched_delay=0
ReturnToService=2
MinJobAge=300
SlurmdTimeout=30
KillWait=5
GresTypes=gpu
AccountingStorageType=accounting_storage/none
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
{nodes}
PartitionName=cpu Nodes=ALL Default=YES MaxTime=INFINITE State=UP
PartitionName=gpu Nodes=ALL MaxTime=INFINITE State=UP
"""
_NODE = (
    "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} "
    "CPUs=4 RealMemory=60000 Gres=gpu:fake:1 State=UNKNOWN"
)
_GRES = "NodeName={name} AutoDetect=off Name=gpu Type=fake File=/dev/null\n"
_CGROUP = "CgroupPlugin=cgroup/v1\nCgroupAutomount=no\nConstrainCores=no\nConstrainRAMSpace=no\n"


def available() -> bool:
    """Whether a cluster can be started here."""
    return os.geteuid() == 0 and all(map(shutil.which, TOOLS)) and not (ETC / "slurm.conf").exists()


class Cluster:
    """The daemons of a cluster, from `start` to `stop`.

    Attributes:
        folder: Holds its configuration, state and logs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.daemons: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start munge, the controller and both nodes, and wait until the nodes are idle."""
        (self.folder / "state").mkdir(parents=True)
        self.folder.chmod(0o755)
        host = socket.gethostname()
        ports = _free_ports(1 + len(NODES))
        nodes = [
            _NODE.format(name=name, host=host, port=port) for name, port in zip(NODES, ports[1:], strict=True)
        ]
        files = {
            "slurm.conf": _SLURM.format(host=host, port=ports[0], folder=self.folder, nodes="\n".join(nodes)),
            "gres.conf": "".join(_GRES.format(name=name) for name in NODES),
            "cgroup.conf": _CGROUP,
        }
        ETC.mkdir(exist_ok=True)
        for name, text in files.items():
            (self.folder / name).write_text(text)
            (ETC / name).unlink(missing_ok=True)
            (ETC / name).symlink_to(self.folder / name)
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(64))
        key.chmod(0o600)
        files_of = {
            "key-file": key, "socket": self.folder / "munge.socket", "pid-file": self.folder / "munge.pid",
            "seed-file": self.folder / "munge.seed", "log-file": self.folder / "munge.log",
        }  # fmt: skip
        munge = [f"--{name}={path}" for name, path in files_of.items()]
        self._spawn("munged", "munged", "--foreground", "--force", *munge)
        wait(lambda: (self.folder / "munge.socket").exists(), "munge's socket")
        self._spawn("slurmctld", "slurmctld", "-D")
        for name in NODES:
            self.start_node(name)
        wait(lambda: self.states() == dict.fromkeys(NODES, "idle"), "idle nodes")

    def start_node(self, name: str) -> None:
        """Start the daemon of a node."""
        self._spawn(name, "slurmd", "-D", "-N", name)

    def kill_node(self, name: str) -> None:
        """End the daemon of a node and all jobs there, as a power cut would."""
        steps = [f"slurmstepd: [{job['id']}." for job in self.jobs("running") if job["node"] == name]
        roots = [pid for pid, line in _commands().items() if line.startswith(tuple(steps))] if steps else []
        self.daemons.pop(name).kill()
        for root in roots:
            for pid in [*_descendants(root), root]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def states(self) -> dict[str, str]:
        """The state of each node."""
        done = subprocess.run(
            ["sinfo", "-h", "-N", "-p", "cpu", "-o", "%N %t"], capture_output=True, text=True, check=False
        )
        return dict(line.split() for line in done.stdout.splitlines())

    def jobs(self, states: str = "all") -> list[dict[str, str]]:
        """The jobs of these states: id, partition, node, state, requested GPUs and comment (the rule)."""
        fields = {"id": "%i", "partition": "%P", "node": "%N", "state": "%T", "gpus": "%b", "rule": "%k"}
        done = subprocess.run(
            ["squeue", "-h", "-t", states, "-o", "|".join(fields.values())],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return [dict(zip(fields, line.split("|"), strict=True)) for line in done.stdout.splitlines()]

    def stop(self) -> None:
        """End all daemons and take the configuration away."""
        subprocess.run(["scancel", "-u", "root"], capture_output=True, check=False)
        for name in reversed(list(self.daemons)):
            self.daemons[name].terminate()
            try:
                self.daemons[name].wait(10)
            except subprocess.TimeoutExpired:
                self.daemons[name].kill()
        for name in ("slurm.conf", "gres.conf", "cgroup.conf"):
            (ETC / name).unlink(missing_ok=True)

    def _spawn(self, name: str, *command: str) -> None:
        log = (self.folder / f"{name}.out").open("ab")
        self.daemons[name] = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait(ready: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: It did not in time.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"no {what} within {seconds:.0f} s")
        time.sleep(0.2)


def _commands() -> dict[int, str]:
    """The command line of every process."""
    lines = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended
            lines[int(path.parent.name)] = path.read_bytes().decode(errors="replace").replace("\0", " ")
    return lines


def _descendants(pid: int) -> list[int]:
    """All processes below one, read from /proc."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, queue = [], [pid]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found
