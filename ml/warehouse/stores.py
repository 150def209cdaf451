"""Where publications can stand: folders, s3:// addresses, and https:// ones to read from."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from obstore.store import HTTPStore, LocalStore, S3Store

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1")
# What is read may take long, as long as it moves.
RETRIES: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(minutes=2)}

Store = HTTPStore | LocalStore | S3Store


class StoreError(Exception):
    """A place cannot be used; the message says why, and repeats nothing that may be secret."""


def is_address(place: str) -> bool:
    """Whether a place is an address: anything else is a folder or file of this machine."""
    return "://" in place


def refuse_address(what: str, address: str, schemes: tuple[str, ...]) -> None:
    """Refuse an address that holds secrets, or over which data would cross the network in clear.

    Args:
        what: the name of what holds the address, such as `PUBLISHED`.
        address: the address.
        schemes: those that are allowed; http goes with https, on this machine alone.

    Raises:
        StoreError: it cannot be used.
    """
    split = _split(address)
    forms = " or ".join(f"{scheme}://" for scheme in schemes)
    # A secret may stand in any part, so nothing of it is repeated.
    if split is None or not split.hostname:
        raise StoreError(f"{what} holds no address: give one that begins with {forms}")
    if "@" in split.netloc or "?" in address or "#" in address:
        raise StoreError(
            f"{what} holds a user name, a question mark or a hash: give the bare address, since "
            "names and logs may repeat it, and keys of s3 in the environment variables "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    if split.scheme == "http" and "https" in schemes and _is_here(split):
        return
    if split.scheme not in schemes:
        raise StoreError(f"{what} holds an address that does not begin with {forms}")
    if split.scheme == "s3":
        server_of_s3()


def store_at(place: str) -> Store:
    """What can be read from and, but for https, written to.

    Args:
        place: a folder, or an address that `refuse_address` let pass.
    """
    if not is_address(place):
        return LocalStore(Path(place).resolve(), mkdir=True)
    split = urlsplit(place)
    options: ClientConfig = {"timeout": "1h", "read_timeout": "30s", "connect_timeout": "10s"}
    # Of a server with a certificate of one's own: obstore does not look there itself.
    if certificates := os.environ.get("SSL_CERT_FILE"):
        options["root_certificate"] = Path(certificates).read_bytes()
    if split.scheme == "s3":
        server = server_of_s3()
        options["allow_http"] = server is not None and _is_here(server)
        return S3Store.from_url(place, client_options=options, retry_config=RETRIES)
    options["allow_http"] = split.scheme == "http"
    return HTTPStore.from_url(place, client_options=options, retry_config=RETRIES)


def server_of_s3() -> SplitResult | None:
    """The server of s3 that the environment names, as obstore finds it; None for AWS itself.

    Raises:
        StoreError: data would cross the network in clear.
    """
    server = next((_split(os.environ[name]) for name in ENDPOINTS if os.environ.get(name)), None)
    if server is not None and server.scheme != "https" and not _is_here(server):
        raise StoreError(
            "the server of s3 that AWS_ENDPOINT_URL names must begin with https://, or be this "
            "machine"
        )
    return server


def _split(address: str) -> SplitResult | None:
    try:
        # Python would leave out blanks and line ends, others might not.
        return urlsplit(address) if re.fullmatch("[!-~]+", address) else None
    except ValueError:
        return None


def _is_here(split: SplitResult) -> bool:
    return LOOPBACK.fullmatch(split.hostname or "") is not None
