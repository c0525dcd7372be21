"""The CRMs that can be connected."""

from __future__ import annotations

from server.connections.hubspot.source import HubSpot
from server.connections.salesforce.source import SalesforceSource
from server.connections.source import Source

SOURCES: dict[str, type[Source]] = {
    source.name: source
    for source in (
        HubSpot,
        SalesforceSource,
    )
}  # fmt: skip
