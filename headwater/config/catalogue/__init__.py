"""Every string that people read, and what it says in each language.

``locale/django.pot`` holds the strings of the sources, ``locale/<language>/LC_MESSAGES/django.po``
their translations; ``bin/manage write_catalogue`` brings both up to date. What Django reads at
run time (``django.mo``) is compiled from them when a process starts, and not committed.
"""
