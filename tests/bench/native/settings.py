"""The house's settings as Django's own ASGI handler wants them: a pool of connections.

That handler makes a thread for each request, so connections that belong to threads are of no use.
"""

from config.settings import *  # noqa: F403

DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 4, "max_size": 10}  # noqa: F405
