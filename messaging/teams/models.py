"""Teams, who is in them and who is there, and the rules of a biller's inbox."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import UUID7, Now


class Team(models.Model):
    """Some of those who answer a biller's customers; ``gives_out`` new conversations by itself."""

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=60)
    gives_out = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["biller", "name"], name="team_once"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """Somebody in a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members", db_index=False)
    user = models.ForeignKey("invoices.User", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="team_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.user}"


class InboxRules(models.Model):
    """How a biller's inbox works. The minutes are counted while it is open; None: no such aim."""

    biller = models.OneToOneField(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    gives_out = models.BooleanField(default=False)
    # So many conversations that wait are given to one person; the rest wait for all.
    most_each = models.PositiveSmallIntegerField(
        default=8, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    first_answer_min = models.PositiveIntegerField(null=True, blank=True, default=60)
    next_answer_min = models.PositiveIntegerField(null=True, blank=True, default=240)
    solved_min = models.PositiveIntegerField(null=True, blank=True, default=2880)

    def __str__(self) -> str:
        return str(self.biller_id)


class Attendance(models.Model):
    """Who takes conversations now. ``seen_at``: a page of theirs was open and looked at."""

    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    user = models.ForeignKey("invoices.User", on_delete=models.CASCADE, related_name="+")
    takes = models.BooleanField(default=True)
    sound = models.BooleanField(default=False)
    seen_at = models.DateTimeField(db_default=Now())
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["biller", "user"], name="attendance_once"),
        ]
        indexes = [
            models.Index(
                fields=["biller", "seen_at"], condition=Q(takes=True), name="attendance_takes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.biller_id} · {self.user}"
