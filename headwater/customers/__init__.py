"""customers, contacts, addresses and the roles people have"""
