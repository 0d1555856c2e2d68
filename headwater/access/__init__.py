"""which rows and actions a user has"""
