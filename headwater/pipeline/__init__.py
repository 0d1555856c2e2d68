"""leads and opportunities, and the way from one to the other"""
