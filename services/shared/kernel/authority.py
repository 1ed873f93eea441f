"""Who may do what: one table per service says which role may run which act, on what, and on which legal basis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from services.shared.kernel.identity import Identity
from services.shared.vocabulary import Denied, Finding, Role


@dataclass(frozen=True)
class Scope:
    """Which things a role may know of: asked of one thing (`sees`) and of a table (`where`, with its parameters).

    Things carry the attributes, and tables the columns, `lead_uscc`, `member_usccs`, `prefecture` and `people`.
    """

    sees: Callable[[Identity, Any], bool]
    where: str
    parameters: Callable[[Identity], tuple[Any, ...]]


EVERYTHING = Scope(lambda _, __: True, "true", lambda _: ())
OWN_ORGANISATION = Scope(
    lambda who, thing: getattr(thing, "lead_uscc", None) == who.organisation,
    "lead_uscc = %s",
    lambda who: (who.organisation,),
)
OWN_MEMBERSHIP = Scope(
    lambda who, thing: who.organisation in getattr(thing, "member_usccs", ()),
    "member_usccs @> array[%s]::text[]",  # what an index over the array can answer
    lambda who: (who.organisation,),
)
OWN_PREFECTURE = Scope(
    lambda who, thing: getattr(thing, "prefecture", None) == who.prefecture,
    "prefecture = %s",
    lambda who: (who.prefecture,),
)
OWN_PERSON = Scope(
    lambda who, thing: who.subject in getattr(thing, "people", ()),
    "%s = any(people)",
    lambda who: (who.subject,),
)


@dataclass(frozen=True)
class May:
    """The roles that may do an act, what each sees, and the clauses that empower them. `public`: no identity needed."""

    roles: Mapping[Role, Scope]
    basis: tuple[str, ...] = ()
    public: bool = False


Authority: TypeAlias = Mapping[str, May]

ANYBODY = Identity(subject="public", name="公众", roles=frozenset(), organisation="", prefecture="")


@dataclass(frozen=True)
class Admission:
    """A caller admitted to an act in one role."""

    identity: Identity
    role: str
    scope: Scope
    basis: tuple[str, ...]

    def sees(self, thing: Any) -> bool:
        """Whether the caller may know of this thing."""
        return self.scope.sees(self.identity, thing)

    @property
    def parameters(self) -> tuple[Any, ...]:
        """The parameters of the scope's condition."""
        return self.scope.parameters(self.identity)


def admit(authority: Authority, act: str, identity: Identity | None) -> Admission:
    """Admit the caller to `act` in the first role of the table that the caller holds. Raises Denied."""
    may = authority[act]
    if identity is not None:
        for role, scope in may.roles.items():
            if role in identity.roles:
                return Admission(identity, role, scope, may.basis)
    if may.public:
        return Admission(identity or ANYBODY, "public", EVERYTHING, may.basis)
    raise Denied(Finding("role-may-not", "您的角色无权执行此操作", f"none of your roles may {act.replace('_', ' ')}"))
