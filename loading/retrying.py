"""Asking again where a server stumbles: four times, ever later."""

from collections.abc import Callable
from typing import TypeVar

import httpx
import stamina

from loading.errors import ServerError

# What fails in the end is reported; that something is asked again is nobody's concern.
stamina.instrumentation.set_on_retry_hooks([])

T = TypeVar("T")
ATTEMPTS = 4


def retried(read: Callable[[], T]) -> T:
    """What is read, at the latest at the fourth attempt.

    Raises:
        ServerError: the server failed each time.
    """
    try:
        for attempt in stamina.retry_context(
            on=(httpx.TransportError, httpx.DecodingError, ServerError),
            attempts=ATTEMPTS,
            timeout=None,
            wait_initial=1,
            wait_max=20,
        ):
            with attempt:
                return read()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ServerError(str(error) or type(error).__name__) from None
    raise AssertionError
