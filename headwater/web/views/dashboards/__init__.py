"""Dashboards: the grid, its tiles, and who changes and shares it."""
