"""The commands of ``python -m server``, one module a topic; ``server.cli`` imports a module when its command is used."""
