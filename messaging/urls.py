"""This floor's addresses."""

from django.urls import path

from messaging.cards import views as cards
from messaging.cards.proposing import PATHS
from messaging.inbox import acts, bulk
from messaging.inbox import views as inbox
from messaging.incidents import views as incidents
from messaging.mail import views as mail
from messaging.satisfaction.views import rate_conversation
from messaging.setup import views as setup
from messaging.threads import answer_views, customer_views, file_views

CUSTOMER = "invoice/<uuid:public_id>/messages/"
INVOICE = "staff/<slug:slug>/invoice/<uuid:public_id>/"
INBOX = "staff/<slug:slug>/inbox/"
THREAD = f"{INBOX}<uuid:thread_id>/"
CARD = "invoice/<uuid:public_id>/proposals/<uuid:card_id>/"

urlpatterns = [
    path(CUSTOMER, customer_views.post_message, name="post_message"),
    path(f"{CUSTOMER}seen/", customer_views.messages_seen, name="messages_seen"),
    path(f"{CUSTOMER}draft/", customer_views.message_draft, name="message_draft"),
    path(f"{CUSTOMER}answers/", answer_views.message_answers, name="message_answers"),
    path(
        f"{CUSTOMER}answers/<uuid:answer_id>/", answer_views.answer_outcome, name="answer_outcome"
    ),
    path(f"{CUSTOMER}rate/", rate_conversation, name="rate_conversation"),
    path(f"{CUSTOMER}files/<uuid:file_id>/", file_views.message_file, name="message_file"),
    path(
        f"{CUSTOMER}files/<uuid:file_id>/small/",
        file_views.message_file_small,
        name="message_file_small",
    ),
    path(
        f"{INVOICE}files/<uuid:file_id>/", file_views.staff_message_file, name="staff_message_file"
    ),
    path(
        f"{INVOICE}files/<uuid:file_id>/small/",
        file_views.staff_message_file_small,
        name="staff_message_file_small",
    ),
    path(f"{INVOICE}thread/", inbox.begin, name="begin_thread"),
    path(INBOX, inbox.inbox, name="inbox"),
    path(f"{INBOX}panels/", inbox.inbox_panels, name="inbox_panels"),
    path(f"{INBOX}incidents/", incidents.incidents, name="incidents"),
    path(f"{INBOX}incidents/<uuid:incident_id>/", incidents.incident, name="incident"),
    path(f"{INBOX}setup/", setup.overview, name="inbox_setup"),
    path(f"{INBOX}setup/<slug:kind>/", setup.item, name="inbox_setup_new"),
    path(f"{INBOX}setup/<slug:kind>/<uuid:item_id>/", setup.item, name="inbox_setup_item"),
    path(f"{INBOX}attend/", acts.attend, name="inbox_attend"),
    path(f"{INBOX}bulk/", bulk.bulk, name="inbox_bulk"),
    path(THREAD, inbox.thread, name="inbox_thread"),
    path(f"{THREAD}panels/", inbox.thread_panels, name="inbox_thread_panels"),
    path(f"{CUSTOMER}here/", mail.here, name="here"),
    path("hooks/mail/", mail.hook, name="mail_hook"),
    path(f"{INBOX}mail/", mail.staff_mail, name="staff_mail"),
    path(f"{CARD}accept/", cards.accept, name="accept_card"),
    path(f"{CARD}decline/", cards.decline, name="decline_card"),
    path(f"{THREAD}card/<uuid:card_id>/withdraw/", cards.withdraw, name="withdraw_card"),
    *(
        path(f"{THREAD}propose/{end}/", cards.propose, {"what": what}, name=f"propose_{what}")
        for what, end in PATHS.items()
    ),
    path(f"{THREAD}propose/direct-debit/", cards.propose_autopay, name="propose_autopay"),
    path(f"{THREAD}write/", acts.write, name="inbox_write"),
    path(f"{THREAD}draft/", acts.keep_draft, name="inbox_draft"),
    path(f"{THREAD}held/<uuid:held_id>/", acts.held, name="inbox_held"),
    path(f"{THREAD}replies/", acts.replies, name="inbox_replies"),
    path(f"{THREAD}assign/", acts.assign, name="inbox_assign"),
    path(f"{THREAD}state/", acts.set_state, name="inbox_state"),
    path(f"{THREAD}seen/", acts.seen, name="inbox_seen"),
]
