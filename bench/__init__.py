"""Measurements of the product beside references, in the same run; ``bin/bench`` runs them."""
