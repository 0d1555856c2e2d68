"""Reading the cells of one column: dates, numbers, options, people and links."""
