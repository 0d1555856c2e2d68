"""How large a file may be before it is refused. Bytes, rows, columns, seconds."""

MEGABYTE = 1024 * 1024

FILE_BYTES = 200 * MEGABYTE
UNPACKED_BYTES = 1024 * MEGABYTE
"""What the parts of a workbook may hold together, unpacked."""
PACKING_RATIO = 300
"""How many times larger than the file its parts may be; ordinary workbooks reach 20, empty rows 150."""
WORKBOOK_PARTS = 2_000

ROWS = 1_048_576
COLUMNS = 500
CELL_CHARACTERS = 100_000
LINE_CHARACTERS = 4_000_000

READER_MEMORY = 1536 * MEGABYTE
"""Address space of the process that opens a workbook."""
READER_SECONDS = 120
"""Processor time of that process."""
