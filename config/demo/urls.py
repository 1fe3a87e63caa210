"""The demo's own addresses; mounted in demo mode only."""

from django.urls import path, re_path

from config.demo import views

urlpatterns = [
    path("", views.control_room, name="control_room"),
    path("<slug:slug>/", views.control_room, name="control_room_of"),
    re_path(
        r"^(?P<slug>[-\w]+)/bank/(?P<what>whole|part|wrong|cut|flipped|again)/$",
        views.bank_sends,
        name="bank_sends",
    ),
    path("<slug:slug>/bank/mandates/", views.bank_answers_mandates, name="bank_answers_mandates"),
    path("mail/<slug:number>/", views.show_mail, name="demo_mail"),
    path("<slug:slug>/mail/<slug:number>/answer/", views.answer_mail, name="demo_answer_mail"),
    re_path(
        r"^(?P<slug>[-\w]+)/draws/(?P<what>drawn|failed)/$",
        views.bank_draws,
        name="bank_draws",
    ),
    path("<slug:slug>/next-day/", views.next_day, name="next_day"),
]
