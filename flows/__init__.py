"""Deduplicate, tag, publish, brief, and the order of everything.

Telemetry of every dependency is off unless the user turned it on: the variables are set here, before
anything under this package can import the libraries that read them.
"""

import os

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
