"""helpers that know no room"""
