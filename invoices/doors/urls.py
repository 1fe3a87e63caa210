"""Where links lead, and what a customer and staff do with them."""

from django.urls import path

from invoices.doors.views import app, codes, doors, person, sharing, staff

INVOICE = "invoice/<uuid:public_id>/"
CONTACT = f"{INVOICE}you/<uuid:point_id>/"
STAFF = "staff/<slug:slug>/invoice/<uuid:public_id>/links/"

urlpatterns = [
    path("app/", app.start, name="app_start"),
    path("app/offline/", app.offline, name="app_offline"),
    path("app/<uuid:public_id>.webmanifest", app.manifest, name="app_manifest"),
    path("worker.js", app.worker, name="app_worker"),
    path("i/<str:token>", doors.open_link, name="open_link"),
    path("link/<uuid:link_id>/", doors.old_link, name="old_link"),
    path("link/<uuid:link_id>/renew/", doors.renew_link, name="renew_link"),
    path(f"{INVOICE}opened/", doors.opened, name="opened"),
    path(f"{INVOICE}access/", sharing.who_has_access, name="who_has_access"),
    path(f"{INVOICE}access/share/", sharing.share, name="share_link"),
    path(f"{INVOICE}access/<uuid:link_id>/close/", sharing.close_link, name="close_link"),
    path(f"{INVOICE}access/<uuid:link_id>/replace/", sharing.replace_link, name="replace_link"),
    path(f"{INVOICE}code/", codes.code, name="code"),
    path(f"{INVOICE}code/send/", codes.send_code, name="send_code"),
    path(f"{INVOICE}code/forget/", codes.forget_code, name="forget_code"),
    path(f"{INVOICE}you/", person.your_details, name="your_details"),
    path(f"{INVOICE}you/add/", person.add_contact, name="add_contact"),
    path(f"{CONTACT}remove/", person.remove_contact, name="remove_contact"),
    path(f"{CONTACT}first/", person.prefer_contact, name="prefer_contact"),
    path(f"{CONTACT}confirm/", person.confirm_contact, name="confirm_contact"),
    path(f"{CONTACT}confirm/send/", person.send_confirmation, name="send_confirmation"),
    path(f"{INVOICE}all/", person.your_invoices, name="your_invoices"),
    path(STAFF, staff.staff_links, name="staff_links"),
    path(f"{STAFF}send/", staff.staff_send_link, name="staff_send_link"),
    path(f"{STAFF}<uuid:link_id>/close/", staff.staff_close_link, name="staff_close_link"),
    path(f"{STAFF}<uuid:link_id>/replace/", staff.staff_replace_link, name="staff_replace_link"),
]
