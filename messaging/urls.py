"""This floor's addresses."""

from django.urls import path

from messaging.inbox import views as inbox
from messaging.threads import customer_views

CUSTOMER = "invoice/<uuid:public_id>/messages/"
INBOX = "staff/<slug:slug>/inbox/"
THREAD = f"{INBOX}<uuid:thread_id>/"

urlpatterns = [
    path(CUSTOMER, customer_views.post_message, name="post_message"),
    path(f"{CUSTOMER}seen/", customer_views.messages_seen, name="messages_seen"),
    path("staff/<slug:slug>/invoice/<uuid:public_id>/thread/", inbox.begin, name="begin_thread"),
    path(INBOX, inbox.inbox, name="inbox"),
    path(f"{INBOX}panels/", inbox.inbox_panels, name="inbox_panels"),
    path(f"{INBOX}bulk/", inbox.bulk, name="inbox_bulk"),
    path(THREAD, inbox.thread, name="inbox_thread"),
    path(f"{THREAD}panels/", inbox.thread_panels, name="inbox_thread_panels"),
    path(f"{THREAD}write/", inbox.write, name="inbox_write"),
    path(f"{THREAD}assign/", inbox.assign, name="inbox_assign"),
    path(f"{THREAD}state/", inbox.set_state, name="inbox_state"),
    path(f"{THREAD}seen/", inbox.seen, name="inbox_seen"),
]
