"""The forms of the set-up pages. Each knows how to fill itself and how to be kept."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from invoices.billers.models import Biller, User
from invoices.history.actors import Actor
from messaging.canned import actions as canned
from messaging.canned.models import Macro, Reply
from messaging.canned.queries import replies_of
from messaging.canned.words import VARIABLES
from messaging.sorting import actions as sorting
from messaging.sorting.models import Tag
from messaging.sorting.queries import tags_of
from messaging.sorting.until import LABELS as UNTIL
from messaging.sorting.until import Until
from messaging.teams import actions as teams
from messaging.teams.models import Team
from messaging.teams.queries import colleagues, members_of, rules_of, teams_of

# Languages a reply can be written in, the biller's first.
LANGUAGES = ("nb", "sv", "en")


class SetupForm(forms.Form):
    """A form about one ``item`` of the biller's, or a new one."""

    heading: ClassVar[str | Promise] = ""
    can_retire: ClassVar[bool] = True

    def __init__(self, biller: Biller, item: Any, data: Any = None) -> None:
        self.biller, self.item = biller, item
        super().__init__(data, initial=self.known() if item else None)

    def known(self) -> dict[str, Any]:
        """The fields as the item has them."""
        raise NotImplementedError

    def keep(self, actor: Actor) -> None:
        """Keep what was entered; Refused where it cannot be."""
        raise NotImplementedError

    def retire(self, actor: Actor) -> None:
        """Use the item no more."""
        raise NotImplementedError

    @property
    def help(self) -> Sequence[tuple[str, str]]:
        """Words to have beside the form."""
        return ()


class ReplyForm(SetupForm):
    heading = gettext_lazy("Reply that stands ready")

    key = forms.CharField(
        label=gettext_lazy("Short word"),
        help_text=gettext_lazy("Written after a slash to find it: /thanks"),
        max_length=31,
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=80, required=False)

    def __init__(self, biller: Biller, item: Reply | None, data: Any = None) -> None:
        super().__init__(biller, item, data)
        for code in dict.fromkeys((*biller.languages, *LANGUAGES)):
            self.fields[f"text_{code}"] = forms.CharField(
                label=get_language_info(code)["name_local"].capitalize(),
                widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
                required=False,
                initial=item.texts.get(code, "") if item else "",
            )

    def known(self) -> dict[str, Any]:
        return {"key": self.item.key, "title": self.item.title}

    def keep(self, actor: Actor) -> None:
        given = self.cleaned_data
        texts: Mapping[str, str] = {
            name.removeprefix("text_"): text
            for name, text in given.items()
            if name.startswith("text_")
        }
        canned.save_reply(
            self.biller, given["key"], given["title"], texts, actor=actor, reply=self.item
        )

    def retire(self, actor: Actor) -> None:
        canned.retire_reply(self.item, actor=actor)

    @property
    def help(self) -> Sequence[tuple[str, str]]:
        return [(f"{{{name}}}", _(words)) for name, words in VARIABLES.items()]


class MacroForm(SetupForm):
    heading = gettext_lazy("Macro")

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    reply = forms.ChoiceField(label=gettext_lazy("Sends the reply"), required=False)
    tag = forms.ChoiceField(label=gettext_lazy("Puts on the tag"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Gives it to the team"), required=False)
    gives = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    snooze = forms.ChoiceField(label=gettext_lazy("Snoozes it"), required=False)
    closes = forms.BooleanField(label=gettext_lazy("Closes it"), required=False)

    def __init__(self, biller: Biller, item: Macro | None, data: Any = None) -> None:
        super().__init__(biller, item, data)
        self._rows: dict[str, dict[str, Any]] = {
            "reply": {str(r.public_id): r for r in replies_of(biller.pk)},
            "tag": {str(t.public_id): t for t in tags_of(biller.pk)},
            "team": {str(t.public_id): t for t in teams_of(biller.pk)},
        }
        for name, rows in self._rows.items():
            self._offer(name, [(key, str(row)) for key, row in rows.items()])
        self._offer("gives", [("me", _("Whoever runs it")), ("all", _("Nobody, back to all"))])
        untils = [(u.value, _(label)) for u, label in UNTIL.items() if u != Until.OTHER]
        self._offer("snooze", untils)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Leaves it as it is")), *choices]

    def known(self) -> dict[str, Any]:
        item = self.item
        chosen = {
            name: str(getattr(item, name).public_id)
            for name in ("reply", "tag", "team")
            if getattr(item, name)
        }
        own = {name: getattr(item, name) for name in ("name", "gives", "snooze", "closes")}
        return {**own, **chosen}

    def keep(self, actor: Actor) -> None:
        given = self.cleaned_data
        rows = {name: rows.get(given[name]) for name, rows in self._rows.items()}
        steps = canned.Steps(
            **rows, gives=given["gives"], snooze=given["snooze"], closes=given["closes"]
        )
        canned.save_macro(self.biller, given["name"], steps, actor=actor, macro=self.item)

    def retire(self, actor: Actor) -> None:
        canned.retire_macro(self.item, actor=actor)


class TagForm(SetupForm):
    heading = gettext_lazy("Tag")

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)

    def known(self) -> dict[str, Any]:
        return {"name": self.item.name}

    def keep(self, actor: Actor) -> None:
        if self.item:
            sorting.rename_tag(self.item, self.cleaned_data["name"], actor=actor)
        else:
            sorting.make_tag(self.biller, self.cleaned_data["name"], actor=actor)

    def retire(self, actor: Actor) -> None:
        sorting.retire_tag(self.item, actor=actor)


class TeamForm(SetupForm):
    heading = gettext_lazy("Team")

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    people = forms.MultipleChoiceField(
        label=gettext_lazy("Who is in it"), widget=forms.CheckboxSelectMultiple, required=False
    )
    gives_out = forms.BooleanField(
        label=gettext_lazy("New conversations are given out by themselves"), required=False
    )

    def __init__(self, biller: Biller, item: Team | None, data: Any = None) -> None:
        self._people: dict[str, User] = {user.email: user for user in colleagues(biller.pk)}
        super().__init__(biller, item, data)
        field = self.fields["people"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(email, user.get_full_name()) for email, user in self._people.items()]

    def known(self) -> dict[str, Any]:
        inside = members_of(self.biller.pk).get(self.item.pk, frozenset())
        people = [email for email, user in self._people.items() if user.pk in inside]
        return {"name": self.item.name, "gives_out": self.item.gives_out, "people": people}

    def keep(self, actor: Actor) -> None:
        given = self.cleaned_data
        people = [self._people[email] for email in given["people"]]
        teams.save_team(
            self.biller,
            given["name"],
            people,
            gives_out=given["gives_out"],
            actor=actor,
            team=self.item,
        )

    def retire(self, actor: Actor) -> None:
        teams.remove_team(self.item, actor=actor)


class RulesForm(SetupForm):
    heading = gettext_lazy("Rules of the inbox")
    can_retire = False

    gives_out = forms.BooleanField(
        label=gettext_lazy("New conversations are given out by themselves"),
        help_text=gettext_lazy("To whoever is there and has least to do."),
        required=False,
    )
    most_each = forms.IntegerField(
        label=gettext_lazy("At most so many that wait for one person"), min_value=1, max_value=200
    )
    first_answer_min = forms.IntegerField(
        label=gettext_lazy("First answer within, in minutes of opening hours"),
        help_text=gettext_lazy("Empty where there is no such aim."),
        min_value=1,
        max_value=100_000,
        required=False,
    )
    next_answer_min = forms.IntegerField(
        label=gettext_lazy("Later answers within, in minutes of opening hours"),
        min_value=1,
        max_value=100_000,
        required=False,
    )
    solved_min = forms.IntegerField(
        label=gettext_lazy("Solved within, in minutes of opening hours"),
        min_value=1,
        max_value=100_000,
        required=False,
    )

    def known(self) -> dict[str, Any]:
        return {name: getattr(self.item, name) for name in self.base_fields}

    def keep(self, actor: Actor) -> None:
        teams.save_rules(self.biller, teams.Rules(**self.cleaned_data), actor=actor)


FORMS: Mapping[str, type[SetupForm]] = {
    "replies": ReplyForm,
    "macros": MacroForm,
    "tags": TagForm,
    "teams": TeamForm,
    "rules": RulesForm,
}


def item_of(kind: str, biller: Biller, public_id: Any) -> Any:
    """The biller's item that an address names; None where there is none."""
    if kind == "rules":
        return rules_of(biller.pk) if public_id is None else None
    if public_id is None:
        return None
    models: Mapping[str, Any] = {"replies": Reply, "macros": Macro, "tags": Tag, "teams": Team}
    return models[kind].objects.filter(biller=biller, public_id=public_id).first()
