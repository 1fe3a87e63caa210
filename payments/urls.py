"""This floor's addresses."""

from django.urls import path

from payments.bankfiles.views import upload

urlpatterns = [
    path("staff/<slug:slug>/bankfiles/", upload, name="upload_bankfile"),
]
