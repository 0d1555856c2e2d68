"""people and records that tests of every room share"""
