"""settings, addresses, servers, checks and the schedule"""
