"""The addresses of the review."""

from django.urls import path

from payments.matching.review import views
from payments.matching.review.bulk import bulk
from payments.matching.review.report import quality

REVIEW = "staff/<slug:slug>/payments/"
PAYMENT = f"{REVIEW}<uuid:line_id>/"

urlpatterns = [
    path(REVIEW, views.review, name="review"),
    path(f"{REVIEW}panels/", views.review_panels, name="review_panels"),
    path(f"{REVIEW}many/", bulk, name="review_bulk"),
    path(f"{REVIEW}quality/", quality, name="review_quality"),
    path(PAYMENT, views.review_payment, name="review_payment"),
    path(f"{PAYMENT}panels/", views.review_payment_panels, name="review_payment_panels"),
    path(f"{PAYMENT}book/", views.book, name="review_payment_book"),
    path(f"{PAYMENT}split/", views.split, name="review_payment_split"),
    path(f"{PAYMENT}credit/", views.credit, name="review_payment_credit"),
    path(f"{PAYMENT}mark/", views.mark, name="review_payment_mark"),
    path(f"{PAYMENT}undo/", views.undo, name="review_payment_undo"),
]
