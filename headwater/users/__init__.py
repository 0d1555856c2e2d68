"""users, teams, roles, tokens and the organisation's settings"""
