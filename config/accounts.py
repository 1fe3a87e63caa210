"""Staff accounts: made by an administrator, never by signing up; signed in to in one place."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


class StaffOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Closes sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names; the e-mail address is the name."""


def may_administer(request: HttpRequest) -> bool:
    """The admin reaches across all billers: it is for superusers alone."""
    return bool(request.user.is_active and getattr(request.user, "is_superuser", False))


@never_cache
@require_safe
def admin_login(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """In place of the admin's own form, which knows neither second steps nor limits on guessing.

    Whoever is signed in already is never shown that form either: it would be a way around both.
    """
    if may_administer(request):
        return redirect("admin:index")
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or "/admin/")


@never_cache
@require_safe
def admin_password(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """In place of the admin's own: one's password is changed in one place, with its limits."""
    return redirect("account_change_password")


def closed(request: HttpRequest) -> HttpResponse:
    """Addresses are given by an administrator: nobody claims another's without proof."""
    raise Http404
