"""Madang's core: it knows no platform and no feature."""
