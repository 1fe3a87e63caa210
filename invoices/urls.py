"""The ground floor's addresses."""

from django.urls import include, path

from invoices.billers.views import logo
from invoices.desk import views as desk

urlpatterns = [
    path("", include("invoices.page.urls")),
    path("", include("invoices.changes.urls")),
    path("", include("invoices.doors.urls")),
    path("logo/<uuid:public_id>/<slug:mark>.png", logo, name="biller_logo"),
    path("staff/", desk.first_desk, name="first_desk"),
    path("staff/<slug:slug>/", desk.desk, name="desk"),
    path("staff/<slug:slug>/panels/", desk.desk_panels, name="desk_panels"),
]
