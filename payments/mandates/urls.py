"""The addresses of automatic payment."""

from django.urls import path

from payments.mandates.desk import acting
from payments.mandates.desk import views as desk
from payments.mandates.page import views

HERE = "invoice/<uuid:public_id>/autopay/"
STAFF = "staff/<slug:slug>/invoice/<uuid:public_id>/autopay/"

urlpatterns = [
    path(HERE, views.autopay_page, name="autopay"),
    path(f"{HERE}yes/", views.say_yes, name="autopay_yes"),
    path(f"{HERE}sign/", views.sign, name="autopay_sign"),
    path(f"{HERE}sign/code/", views.code, name="autopay_code"),
    path(f"{HERE}sign/open/", views.open_app, name="autopay_open"),
    path(f"{HERE}note/<slug:what>/", views.note, name="autopay_note"),
    path(f"{HERE}do/<slug:what>/", views.change, name="autopay_do"),
    path(f"{HERE}<uuid:mandate_id>/onward/", views.onward, name="autopay_onward"),
    path(f"{HERE}<uuid:mandate_id>/back/", views.back, name="autopay_back"),
    path(f"{HERE}<uuid:mandate_id>/pdf/", views.pdf, name="autopay_pdf"),
    *(
        path(f"{STAFF}{what}/", acting.by_staff, {"what": what}, name=f"staff_autopay_{what}")
        for what in ("pause", "resume", "stop", "restore")
    ),
    path("staff/<slug:slug>/mandates/write/", desk.write_now, name="write_mandates"),
    path("staff/<slug:slug>/outgoing/<uuid:file_id>/", desk.fetch_file, name="fetch_outgoing"),
]
