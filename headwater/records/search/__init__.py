"""Finding records by any part of their names, phones and e-mails."""
