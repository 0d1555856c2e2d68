"""background work"""
