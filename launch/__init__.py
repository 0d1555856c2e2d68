"""Makes the environment and starts the programs, with Python's standard library only."""
