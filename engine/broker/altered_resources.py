"""Resources of a request that alters configurations: each once, each for itself.

What both ways of altering have in common; how one resource is altered is the caller's. A resource
that is named twice is altered by none of its entries.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from engine.broker.refusal import Refused
from engine.protocol.error_codes import ErrorCode


class NamedResource(Protocol):
    """One entry of a request."""

    resource_type: int
    resource_name: str


Resource = TypeVar("Resource", bound=NamedResource)


async def alter_each(
    resources: Sequence[Resource], alter: Callable[[Resource], Awaitable[None]]
) -> AsyncIterator[tuple[Resource, Refused | None]]:
    """Alter one resource after the other; with each, why it was refused or None."""
    times = Counter((each.resource_type, each.resource_name) for each in resources)
    for resource in resources:
        try:
            if times[resource.resource_type, resource.resource_name] > 1:
                raise Refused(ErrorCode.INVALID_REQUEST, "Each resource must appear at most once.")
            await alter(resource)
        except Refused as refused:
            yield resource, refused
        else:
            yield resource, None
