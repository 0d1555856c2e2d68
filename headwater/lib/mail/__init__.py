"""Outgoing mail: what a letter says, the message that carries it, and handing it to a mail server."""
