"""python -m tests.bench.native HOST PORT: uvicorn as we run it, with Django's ASGI handler."""

import sys

import uvicorn
from django.core.asgi import get_asgi_application

application = get_asgi_application()

if __name__ == "__main__":
    from config.asgi import SERVER

    host, port = sys.argv[1:3]
    uvicorn.run(application, host=host, port=int(port), log_level="warning", **SERVER)
