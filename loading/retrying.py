"""Asking again where a server stumbles: four times, ever later."""

from collections.abc import Callable
from typing import TypeVar

import httpx
import stamina

from loading.errors import Stumbled

T = TypeVar("T")
ATTEMPTS = 4


def retried(read: Callable[[], T]) -> T:
    """What is read, at the latest at the fourth attempt.

    Raises:
        Stumbled: the server failed each time.
    """
    try:
        for attempt in stamina.retry_context(
            on=(httpx.TransportError, httpx.DecodingError, Stumbled),
            attempts=ATTEMPTS,
            timeout=None,
            wait_initial=1,
            wait_max=20,
        ):
            with attempt:
                return read()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Stumbled(str(error) or type(error).__name__) from None
    raise AssertionError
