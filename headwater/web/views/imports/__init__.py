"""Bringing in a spreadsheet: upload, columns, values, rehearsal, run, undo."""
