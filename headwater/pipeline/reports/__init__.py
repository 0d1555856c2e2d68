"""What reports can say of leads and opportunities."""
