"""Who asks, and what each of them gets: the words the tables of the rooms are written in."""

# What an answer may be called besides its number: led to the sign-in, or to the desk.
LOGIN, DESK = "login", "desk"

CUSTOMERS = (
    "anonymous",
    "anna",
    "anna_with_code",
    "payer",
    "bo",
    "namesake",
    "expired",
    "revoked",
)
STAFF = ("cia_agent", "marketer", "finance", "admin", "dag_elsewhere", "superuser")
ANNAS = ("anna", "anna_with_code")
OURS = ("cia_agent", "marketer", "finance", "admin")
INVOICE_STAFF = ("cia_agent", "finance", "admin")
MONEY_STAFF = ("finance", "admin")
TALKING_STAFF = ("cia_agent", "admin")
DAG = ("dag_elsewhere",)

type Expected = dict[str, int | str]
type Table = dict[str, dict[str, Expected]]


def only(actors: tuple[str, ...], status: int | str = 200, else_: int | str = 404) -> Expected:
    """These actors get the status, everybody else the other."""
    return {name: status if name in actors else else_ for name in CUSTOMERS + STAFF}


def staff_only(actors: tuple[str, ...], status: int | str = 200) -> Expected:
    """The same behind the sign-in: whoever is not signed in is led there, whatever they ask."""
    return only(actors, status) | dict.fromkeys(CUSTOMERS, LOGIN)


ANYBODY, NOBODY = only(CUSTOMERS + STAFF), only(())
STAFF_NOBODY = staff_only(())


def customers(
    anna: int | str = 200,
    coded: int | str = 200,
    others: int | str = 200,
    payer: int | str = 404,
    expired: int | str = 404,
) -> dict[str, Expected]:
    """What each customer gets below their own invoice; everybody else and elsewhere 404.

    ``anna`` has a link, ``coded`` is Anna with a code, ``others`` have links to their own.
    """
    own = {"anna": anna, "anna_with_code": coded, "payer": payer, "expired": expired}
    return {
        "annas": NOBODY | own,
        "bos": only(("bo",), others),
        "namesakes": only(("namesake",), others),
        "unknown": NOBODY,
    }


# Anna's link and contact point stand in the paths below the others' invoices too.
def annas_alone(anna: int | str, coded: int | str, others: int | str = 404) -> dict[str, Expected]:
    """What takes Anna's own things; others have no such thing, or are first asked for a code."""
    return customers(anna, coded, others)


def came_back(own: tuple[str, ...]) -> dict[str, Expected]:
    """Back from elsewhere: who may see the invoice is led to it, others are told nothing of it."""
    return {
        "annas": ANYBODY | dict.fromkeys(own, 302),
        "bos": ANYBODY | {"bo": 302},
        "namesakes": ANYBODY | {"namesake": 302},
        "unknown": ANYBODY,
    }


def billers(ours: tuple[str, ...], status: int | str = 200) -> dict[str, Expected]:
    """A page of the biller's as a whole: for these of its staff, and for Dag at his own."""
    return {
        "fjord": staff_only(ours, status),
        "other": staff_only(DAG, status),
        "unknown biller": STAFF_NOBODY,
    }


def fjords(ours: tuple[str, ...], status: int | str = 200) -> dict[str, Expected]:
    """A page of one thing that only the first biller has."""
    return billers(ours, status) | {"other": STAFF_NOBODY}


def staffs(ours: tuple[str, ...], status: int | str = 200) -> dict[str, Expected]:
    """A page of an invoice, for these of its biller's staff; the namesake's is Dag's."""
    return {
        "annas": staff_only(ours, status),
        "bos": staff_only(ours, status),
        "namesakes": staff_only(DAG, status),
        "annas at the wrong biller": STAFF_NOBODY,
        "namesakes at the wrong biller": STAFF_NOBODY,
        "unknown": STAFF_NOBODY,
        "unknown biller": STAFF_NOBODY,
    }


def answering(page: dict[str, Expected], status: int) -> dict[str, Expected]:
    """The same page, with another status for whoever may see it."""
    return answering_with(page, 200, status)


def answering_with(page: dict[str, Expected], old: int, new: int) -> dict[str, Expected]:
    """The same page, with one status in the place of another."""
    return {
        whose: {actor: new if got == old else got for actor, got in expected.items()}
        for whose, expected in page.items()
    }


# The one paid entry, file and card are on Anna's invoice: they are on no other.
NOT_BOS = {"bos": NOBODY, "namesakes": NOBODY}
NOT_BOS_STAFF = {"bos": STAFF_NOBODY, "namesakes": STAFF_NOBODY}
