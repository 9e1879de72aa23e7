"""Parsers that do what a hostile file might make one do. `parse_in_process` runs them."""

import os
import subprocess
import sys
import time


def echo(content: bytes, *, greeting: str) -> bytes:
    return greeting.encode() + content


def spin(content: bytes) -> bytes:
    while True:
        pass


def fill_memory(content: bytes) -> bytes:
    kept = []
    while True:
        kept.append(bytearray(2**20))


def talk_on(content: bytes) -> bytes:
    return bytes(64 * 2**20)


def fail(content: bytes) -> bytes:
    raise ValueError(content)


def write_file(content: bytes) -> bytes:
    try:
        with open(content.decode(), "wb") as file:  # noqa: PTH123
            file.write(b"x" * 100_000)
    except OSError:
        return b"refused"
    return b"written"


def show_environment(content: bytes) -> bytes:
    return "\n".join(os.environ).encode()


def list_modules(content: bytes) -> bytes:
    return "\n".join(sys.modules).encode()


def leave_a_child(content: bytes) -> bytes:
    """Start a child that outlives this process, with its output. It holds the pipe whose path is the content."""
    pipe = os.open(content.decode(), os.O_WRONLY)
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], pass_fds=[pipe])
    return b""


def wait_with_a_child(content: bytes) -> bytes:
    """Start a child that would outlive this process. Both hold the pipe whose path is the content."""
    pipe = os.open(content.decode(), os.O_WRONLY)
    code = "import time; time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", code], pass_fds=[pipe]):
        os.write(pipe, b"here")
        time.sleep(600)
    return b""
