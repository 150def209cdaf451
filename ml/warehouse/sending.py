"""Sending: what was published, put where a dashboard elsewhere fetches it."""

import re

import obstore
from obstore.exceptions import BaseError

from ml.warehouse.publishing import POINTER, Publication
from ml.warehouse.stores import StoreError, is_address, refuse_address, store_at

# In the form that `sha256sum --check` reads.
CHECKSUM = ".sha256"
# As publications are named; what else stands there is not ours to delete.
PUBLISHED = re.compile(r"\d{8}T\d{12}\.duckdb")


class SendingError(Exception):
    """A publication could not be put elsewhere; the message says why, and what helps."""


def send(publication: Publication, publish_to: str, kept: int) -> None:
    """Put a published file into a folder or an s3:// address, the pointer last; drop old ones.

    It stands below the name of its market, with its SHA-256 beside it. A reader finds the old
    publication or the new one: each file is replaced in one step, and named once it is there.

    Args:
        publication: what was published on this machine.
        publish_to: where to.
        kept: how many publications stay there, the new one among them.

    Raises:
        SendingError: the place cannot be written to.
    """
    name = publication.file.name
    place = f"{publish_to.rstrip('/')}/{publication.file.parent.name}"
    try:
        if is_address(place):
            refuse_address("var publish_to", place, ("s3",))
        store = store_at(place)
        obstore.put(store, name, publication.file)
        obstore.put(store, name + CHECKSUM, f"{publication.sha256}  {name}\n".encode())
        obstore.put(store, POINTER, f"{name}\n".encode())
        there = obstore.list_with_delimiter(store)["objects"]
        others = sorted({found["path"] for found in there} - {name})
        old = [other for other in others if PUBLISHED.fullmatch(other)]
        if gone := old[: max(0, len(old) + 1 - kept)]:
            obstore.delete(store, [path for path in others if path.removesuffix(CHECKSUM) in gone])
    except StoreError as error:
        raise SendingError(str(error)) from None
    except (BaseError, OSError) as error:
        # What is said further down holds addresses and heads of requests.
        raise SendingError(
            f"{name} is published on this machine, but could not be put where var publish_to says "
            f"({type(error).__name__}): see that the place can be written to, and the next dbt "
            "build publishes there"
        ) from None
