import http.client
import os
import socket
import subprocess
import sys
import time
from typing import NamedTuple

import pytest

from dashboard.__main__ import address_in
from ml.warehouse.publishing import POINTER
from tests.builds.conftest import ROOT
from tests.dashboard.conftest import free_port

EVERYWHERE = ("--server.address", "0.0.0.0")
# On Linux each 127.x.y.z is this machine; a server on localhost alone answers at 127.0.0.1.
ELSEWHERE = "127.0.0.2"


class Server(NamedTuple):
    port: int
    log: object


@pytest.fixture(scope="module")
def pointer(tmp_path_factory):
    """A pointer, which is enough for a server to start."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "one.duckdb").touch()
    (folder / POINTER).write_text("one.duckdb\n")
    return folder / POINTER


def started(pointer, folder, *arguments: str, **environment: str):
    port = free_port()
    log = folder / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard", "--server.port", str(port), *arguments],
            cwd=ROOT,
            env={**os.environ, "PUBLISHED": str(pointer), **environment},
            stdout=out,
            stderr=out,
        )
    try:
        deadline = time.monotonic() + 30
        while not answers("127.0.0.1", port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield Server(port, log)
    finally:
        process.terminate()
        process.wait()


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def server(pointer, tmp_path_factory):
    yield from started(pointer, tmp_path_factory.mktemp("server"))


def test_it_listens_on_this_machine_alone(server):
    assert not answers(ELSEWHERE, server.port)
    assert "Warning" not in server.log.read_text()


@pytest.mark.parametrize("length", [0, 1, 190_000_000])
def test_nothing_is_uploaded(server, length):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    # Only the head: the answer must not wait for the file.
    connection.putrequest("PUT", "/_stcore/upload_file/session/file")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    response = connection.getresponse()
    # Streamlit refuses too where a cookie lacks, which anybody can have.
    assert (response.status, response.read()) == (403, b"No page takes files.")
    connection.close()


def test_the_page_is_served(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/stock_picker")
    assert connection.getresponse().status == 200
    assert str(server.log.parent.parent) not in server.log.read_text()


@pytest.mark.parametrize(("password", "is_warned"), [("", True), ("secret", False)])
def test_another_address_is_an_argument_and_warns_without_a_password(
    pointer, tmp_path, password, is_warned
):
    environment = {"DASHBOARD_PASSWORD": password}
    for server in started(pointer, tmp_path, *EVERYWHERE, **environment):
        assert answers(ELSEWHERE, server.port)
        assert ("anyone who reaches 0.0.0.0" in server.log.read_text()) == is_warned


def test_the_address_is_found_in_the_arguments(monkeypatch):
    monkeypatch.delenv("STREAMLIT_SERVER_ADDRESS", raising=False)
    assert address_in(["--server.port", "1"]) == "localhost"
    assert address_in(["--server.address", "::", "--server.port", "1"]) == "::"
    assert address_in(["--server.address=0.0.0.0"]) == "0.0.0.0"
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "10.0.0.1")
    assert address_in([]) == "10.0.0.1"
