"""report definitions, the compiler that turns them into SQL, and what the figures open"""
