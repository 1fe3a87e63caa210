"""Where the sockets of the live page are mounted."""

from django.urls import path

from invoices.live.consumers import page_socket

# Django's path() is typed for views; Channels' router calls an ASGI application with it.
websocket_urlpatterns = [path("ws/page/", page_socket)]  # type: ignore[arg-type]
