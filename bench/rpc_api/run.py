#!/usr/bin/env python3
"""Compares gRPC's C++ APIs for a bidirectional stream and prints tables.

    cmake -S bench/rpc_api -B build/rpc_api -G Ninja && ninja -C build/rpc_api
    bench/rpc_api/run.py build/rpc_api [--sections=apis,...] [--rounds=15] [--out=FILE]

Server and client are separate processes. Every round runs each case once, in turn, so that a noisy
neighbour hits all cases alike; a cell is the median of the rounds, and (25%..75%) its spread.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shlex
import signal
import statistics
import subprocess
import tempfile
import time

SERVERS = {  # the ways to serve the stream; every one hands over to a one-thread pool
    "sync": "--stream=sync",
    "cq": "--stream=cq",
    "cq, 2 queues": "--stream=cq --queues=2",
    "callback": "--stream=callback",
}
CLIENTS = ["sync", "cq", "callback"]

PACKED = "--commands=1 --command_bytes=1982"  # as many bytes as the default message

# name: (server flags, client flags); compared with the first.
TUNING = {
    "cq server, cq client": ("", ""),
    "unix socket": ("", "--address=unix"),
    "one queue, 2 threads": ("--threads_per_queue=2", ""),
    "no pool: apply on poller": ("--pool=0", ""),
    "no pool, 2 threads": ("--pool=0 --threads_per_queue=2", ""),
    "server spins 50 us": ("--spin_us=50", ""),
    "pool spins 50 us": ("--pool_spin_us=50", ""),
    "client spins 50 us": ("", "--spin_us=50"),
    "client spins 200 us": ("", "--spin_us=200"),
    "client+pool spin 50 us": ("--pool_spin_us=50", "--spin_us=50"),
    "no pool, client+server spin 50 us": ("--pool=0 --spin_us=50", "--spin_us=50"),
    "64 commands packed in one": ("", PACKED),
    "strand decodes": ("--raw=1", ""),
    "strand decodes, packed": ("--raw=1", PACKED),
    "packed, hint on 3 of 4": ("", PACKED + " --cork=4"),
    "packed, client spins 50 us": ("", PACKED + " --spin_us=50"),
    "packed, hint on 3 of 4, client spins 50 us": ("", PACKED + " --cork=4 --spin_us=50"),
    "packed, no pool": ("--pool=0", PACKED),
    "strand decodes, packed, hint on 3 of 4, client spins 50 us":
        ("--raw=1", PACKED + " --cork=4 --spin_us=50"),
    "buffer hint on 3 of 4": ("", "--cork=4"),
    "buffer hint on 15 of 16": ("", "--cork=16"),
    "minimal_stack, both": ("--arg=grpc.minimal_stack=1", "--arg=grpc.minimal_stack=1"),
    "bdp_probe off, both": ("--arg=grpc.http2.bdp_probe=0", "--arg=grpc.http2.bdp_probe=0"),
    "client retries off": ("", "--arg=grpc.enable_retries=0"),
    "local subchannel pool": ("", "--arg=grpc.use_local_subchannel_pool=1"),
    "target=latency, both": ("--arg=grpc.optimization_target=latency",
                             "--arg=grpc.optimization_target=latency"),
    "channelz off, both": ("--arg=grpc.enable_channelz=0", "--arg=grpc.enable_channelz=0"),
    "unary by sync, stream by cq": ("--unary=sync", ""),
    "unary by callback, stream by cq": ("--unary=callback", ""),
    "default health service on": ("--health=1", ""),
}

MEMORY = {
    "sync": "--stream=sync",
    "cq": "--stream=cq",
    "callback": "--stream=callback",
    "cq, strand decodes": "--stream=cq --raw=1",
    "cq, minimal_stack": "--stream=cq --arg=grpc.minimal_stack=1",
    "cq, channelz off": "--stream=cq --arg=grpc.enable_channelz=0",
    "cq, bdp_probe off": "--stream=cq --arg=grpc.http2.bdp_probe=0",
}


class Server:
    """One server process, listening on a TCP port and a unix socket of its own."""

    next_port = 20000 + os.getpid() % 20000

    def __init__(self, build, sockets, flags):
        Server.next_port += 1
        self.addresses = {
            "tcp": f"127.0.0.1:{Server.next_port}",
            "unix": f"unix:{sockets}/{Server.next_port}.sock",
        }
        listen = [f"--{kind}={address}" for kind, address in self.addresses.items()]
        self.build = build
        self.process = subprocess.Popen([build / "rpc_api_server", *listen, *shlex.split(flags)],
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n", f"no server with {flags}"

    def client_command(self, flags):
        kind = "unix" if "--address=unix" in flags else "tcp"
        rest = [flag for flag in shlex.split(flags) if not flag.startswith("--address")]
        return [self.build / "rpc_api_client", f"--address={self.addresses[kind]}", *rest]

    def run_client(self, flags):
        done = subprocess.run(self.client_command(flags), check=True, capture_output=True,
                              text=True, timeout=300)
        return json.loads(done.stdout)

    def status(self, field):
        """A number of /proc/PID/status: VmRSS in kB, or Threads."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(text.split(field + ":")[1].split()[0])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


@contextlib.contextmanager
def running(build, flags_of):
    """Servers by name, for a dict of flags by name."""
    with tempfile.TemporaryDirectory() as sockets:
        servers = {}
        try:
            for name, flags in flags_of.items():
                servers[name] = Server(build, sockets, flags)
            yield servers
        finally:
            for server in servers.values():
                server.stop()


def summary(values):
    values = sorted(values)
    quarter = len(values) // 4
    return statistics.median(values), values[quarter], values[-1 - quarter]


def print_table(title, columns, rows):
    """rows: name -> column -> list of samples."""
    print(f"\n## {title}\n\n| case | {' | '.join(columns.values())} |")
    print("|---" * (len(columns) + 1) + "|")
    for name, samples in rows.items():
        cells = []
        for column in columns:
            middle, low, high = summary(samples[column])
            digits = 0 if middle >= 100 else 1
            cells.append(f"{middle:.{digits}f} ({low:.{digits}f}..{high:.{digits}f})")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def alternate(rounds, cases):
    """cases: name -> function that returns a dict of numbers. Runs A B A B and collects."""
    rows = {name: {} for name in cases}
    for _ in range(rounds):
        for name, measure in cases.items():
            for key, value in measure().items():
                rows[name].setdefault(key, []).append(value)
    return rows


LATENCY_COLUMNS = {
    "unary_p50": "unary p50 us",
    "ping_p50": "ping p50 us",
    "ping_p99": "ping p99 us",
    "stream_per_s": "messages/s",
    "stream_mb_per_s": "MB/s",
    "stream_client_cpu": "client CPU us/msg",
    "stream_server_cpu": "server CPU us/msg",
    "stream_switches": "switches/msg",
}


def bench_apis(options, message="", title="64 strings a message"):
    with running(options.build, SERVERS) as servers:
        cases = {}
        for server_name, server in servers.items():
            for client in CLIENTS:
                flags = f"--api={client} --duration_ms={options.duration_ms} {message}"
                cases[f"{server_name} <- {client}"] = (
                    lambda server=server, flags=flags: server.run_client(flags))
        rows = alternate(options.rounds, cases)
    print_table(f"server API <- client API, TCP, {title}", LATENCY_COLUMNS, rows)
    return rows


def bench_packed(options):
    """The same with the commands packed into one field, which takes malloc out of the picture."""
    return bench_apis(options, PACKED, "commands packed in one field")


def bench_tuning(options):
    chosen = {name: flags for name, flags in TUNING.items() if re.search(options.tuning, name)}
    with running(options.build, {name: flags for name, (flags, _) in chosen.items()}) as servers:
        cases = {}
        for name, (_, client) in chosen.items():
            flags = f"--duration_ms={options.duration_ms} {client}"
            cases[name] = (
                lambda server=servers[name], flags=flags: server.run_client(flags))
        rows = alternate(options.rounds, cases)
    print_table("one change each, against the first row", LATENCY_COLUMNS, rows)
    return rows


def bench_crowd(options):
    """The same ping while 300 other streams, each on its own connection, are open and silent."""
    with running(options.build, SERVERS) as servers, contextlib.ExitStack() as stack:
        cases = {}
        for name, server in servers.items():
            flags = f"--workloads=ping,throughput --duration_ms={options.duration_ms}"
            cases[f"{name}, alone"] = lambda server=server, flags=flags: server.run_client(flags)
        rows = alternate(options.rounds, cases)
        crowded = {}
        for name, server in servers.items():
            stack.enter_context(hold(server, 300, 300))
            crowded[f"{name}, 300 idle beside"] = cases[f"{name}, alone"]
        rows |= alternate(options.rounds, crowded)
    columns = {key: text for key, text in LATENCY_COLUMNS.items() if not key.startswith("unary")}
    print_table("idle streams beside (cq client)", columns, rows)
    return rows


def bench_idle(options):
    """Pings after silences. Every pair has its own server, as a second client would keep it awake;
    all run at once, as they mostly sleep."""
    gaps = {"2 s": "--gap_ms=2000 --spread_ms=0", "1.0-2.2 s": "--gap_ms=1000 --spread_ms=1200"}
    pairs = [(server, client, gap) for gap in gaps for server in ("sync", "cq", "callback")
             for client in CLIENTS]
    with running(options.build, {pair: SERVERS[pair[0]] for pair in pairs}) as servers:
        clients = {}
        for pair, server in servers.items():
            flags = (f"--workloads=idle --api={pair[1]} --samples={options.idle_samples} "
                     + gaps[pair[2]])
            clients[pair] = subprocess.Popen(server.client_command(flags), text=True,
                                             stdout=subprocess.PIPE)
            time.sleep(0.05)
        rows = {f"{server} <- {client}, {gap}": json.loads(process.communicate()[0])
                for (server, client, gap), process in clients.items()}
    print("\n## ping after silence\n\n| case | p50 us | max us | slower than 10 ms |")
    print("|---|---|---|---|")
    for name, row in rows.items():
        print(f"| {name} | {row['idle_p50']:.0f} | {row['idle_max']:.0f} | "
              f"{row['idle_over_10ms']} of {row['idle_samples']} |", flush=True)
    return rows


@contextlib.contextmanager
def hold(server, streams, connections):
    """Keeps that many streams open and idle."""
    flags = f"--workloads=hold --streams={streams} --connections={connections} --address=unix"
    client = subprocess.Popen(server.client_command(flags), text=True, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    assert client.stdout.readline() == "ready\n"
    try:
        yield
    finally:
        client.stdin.close()
        client.wait(timeout=60)


def bench_memory(options):
    streams = 1000

    def measure(flags, connections):
        with running(options.build, {"server": flags}) as servers:
            server = servers["server"]
            with hold(server, 20, min(20, connections)):
                pass
            rss, threads = server.status("VmRSS"), server.status("Threads")
            with hold(server, streams, connections):
                time.sleep(0.3)
                return {"kb": (server.status("VmRSS") - rss) * 1.024 / streams,
                        "threads": server.status("Threads") - threads}

    cases = {}
    for name, flags in MEMORY.items():
        for connections, text in ((1, "1 connection"), (streams, f"{streams} connections")):
            cases[f"{name}, {text}"] = (
                lambda flags=flags, connections=connections: measure(flags, connections))
    rows = alternate(3, cases)
    print_table(f"{streams} idle streams", {"kb": "kB a stream", "threads": "threads added"}, rows)
    return rows


SECTIONS = {"apis": bench_apis, "packed": bench_packed, "tuning": bench_tuning,
            "crowd": bench_crowd, "idle": bench_idle, "memory": bench_memory}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path, help="folder with the two programs")
    parser.add_argument("--sections", default=",".join(SECTIONS))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--duration_ms", type=int, default=150)
    parser.add_argument("--idle_samples", type=int, default=30)
    parser.add_argument("--tuning", default="", help="only the tuning cases that match this")
    parser.add_argument("--out", type=pathlib.Path, help="write all samples here as JSON")
    options = parser.parse_args()
    options.build = options.build.resolve()
    results = {name: SECTIONS[name](options) for name in options.sections.split(",")}
    if options.out:
        options.out.write_text(json.dumps(results))


if __name__ == "__main__":
    main()
