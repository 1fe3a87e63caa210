"""Which conversations are answered together."""

from collections.abc import Sequence

from messaging.threads.models import Message, Thread
from messaging.threads.states import Side


def others_with(thread: Thread) -> Sequence[Thread]:
    """The conversations that are answered together with this one, without itself."""
    lead_id = thread.lead_id or thread.pk
    found = Thread.objects.filter(lead_id=lead_id) | Thread.objects.filter(pk=lead_id)
    found = found.exclude(pk=thread.pk).select_related("invoice", "customer", "owner")
    return list(found.order_by("pk"))


def could_join(thread: Thread, most: int = 10) -> Sequence[Thread]:
    """The customer's other open conversations, which stand alone so far."""
    if thread.lead_id:
        return []
    found = Thread.objects.filter(customer_id=thread.customer_id, state="open", lead=None)
    leads = Thread.objects.filter(lead__isnull=False, customer_id=thread.customer_id)
    found = found.exclude(pk=thread.pk).exclude(pk__in=leads.values("lead"))
    return list(found.select_related("invoice").order_by("-last_at")[:most])


def last_asked(thread: Thread) -> str:
    """The customer's newest words in a conversation."""
    found = Message.objects.filter(thread=thread, side=Side.CUSTOMER).order_by("-no")
    return found.values_list("text", flat=True).first() or ""
