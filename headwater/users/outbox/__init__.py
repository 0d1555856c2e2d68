"""The outbox: mails to the people who use this installation, kept until a server takes them."""
