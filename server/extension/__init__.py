"""The browser extension for a company: packages, policies that install it on managed browsers, and updates from this server."""
