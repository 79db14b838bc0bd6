"""Valid inequalities: an invitation needs a caseworker who is able, and so do all invitations together.

Proof. An appointment of c in s has a caseworker who is able to meet c and on duty in s, so ``invited ≤ sum of duties
of the able``. For a set U of caseworkers, the appointments of clients whom only U can meet occupy slots of members of
U on duty, each of which has as many slots as the session's grid; these appointments do not overlap on one caseworker.
A promise to meet a member of U is an appointment that only U can give.
"""

from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.model.variables import Model

NEEDS = frozenset({"on_duty", "one_booking", "session_window"})


def strengthen(model: Model) -> None:
    """Per client and session, and per session and set of caseworkers to which clients are bound."""
    clients = model.instance.clients
    promised: list[list[tuple[int, int, IntVar]]] = [[] for _ in model.instance.sessions]
    for promise, literal in model.promises.items():
        if promise.caseworker is not None:
            promised[promise.s].append((promise.c, promise.caseworker, literal))
    for s, crew in enumerate(model.crew_of):
        bound: dict[tuple[int, ...], list[tuple[IntVar, int]]] = {}
        for c in model.clients_in[s]:
            able = tuple(int(w) for w in crew if model.space.able[c, w])
            if len(able) < len(crew):
                invited = model.invited[c, s]
                model.add_sum([(invited, 1), *((model.duty[s, w], -1) for w in able)], high=0)
                bound.setdefault(able, []).append((invited, clients[c].slots))
        for able in sorted({*bound, *((w,) for w in crew)}):
            bound_to = [term for other, terms in bound.items() if set(other) <= set(able) for term in terms]
            promised_to = [
                (literal, clients[c].slots)
                for c, w, literal in promised[s]
                if w in able and model.space.able[c, crew].sum() > model.space.able[c, list(able)].sum()
            ]
            if bound_to or promised_to:
                duties = [(model.duty[s, w], -model.slots(s)) for w in able]
                model.add_sum([*bound_to, *promised_to, *duties], high=0)
