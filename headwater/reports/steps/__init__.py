"""The steps from a definition to figures, each a function from plan to plan."""
