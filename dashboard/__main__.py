"""`python -m dashboard`: start the dashboard, or say what is missing."""

import os
import sys
from itertools import pairwise
from pathlib import Path

from streamlit.web import cli

from dashboard.password import NAME, expected_password
from dashboard.pointers import PublicationError, find_publications

ADDRESS = "--server.address"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def main() -> None:
    """Start Streamlit with the arguments given, such as `--server.port 8502`."""
    try:
        find_publications()
    except PublicationError as error:
        sys.exit(str(error))
    arguments = sys.argv[1:]
    address = address_in(arguments)
    if address not in LOOPBACK and not expected_password():
        print(
            f"Warning: anyone who reaches {address} can read everything that is published. "
            f"Set {NAME}, and put a proxy with TLS in front.",
            file=sys.stderr,
        )
    server = Path(__file__).with_name("server.py")
    cli.main(["run", str(server), ADDRESS, address, *arguments], prog_name="streamlit")


def address_in(arguments: list[str]) -> str:
    """The address to listen on: this machine alone, where the arguments name no other."""
    address = os.environ.get("STREAMLIT_SERVER_ADDRESS") or LOOPBACK[0]
    for argument, following in pairwise([*arguments, ""]):
        if argument == ADDRESS:
            address = following
        elif argument.startswith(f"{ADDRESS}="):
            address = argument.removeprefix(f"{ADDRESS}=")
    return address


if __name__ == "__main__":
    main()
