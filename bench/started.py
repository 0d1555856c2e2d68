"""Starts Django when it is imported; models can be imported after it."""

import django

django.setup()
