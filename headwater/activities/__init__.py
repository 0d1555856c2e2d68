"""Comments and logged events on any record, its timeline, and what people are told of it."""
