"""HubSpot, over its dated API."""
