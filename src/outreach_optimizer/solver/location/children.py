"""How a node of the tree is divided: by the session in doubt, else by the client who is spread most."""

import numpy as np

from outreach_optimizer.solver.location.climb import Climbed
from outreach_optimizer.solver.location.problem import Location, Node

CLEAR = 0.05
"""Sessions that come more rarely, or are missing more rarely, are not branched on."""


def children_of(problem: Location, at: Climbed) -> list[Node]:
    """Two parts of a node: a session is held or not, or a client goes to some sessions or to the others."""
    node = at.node
    session = problem.session[at.pairs]
    free = ~node.opened & ~node.closed
    use = np.zeros(len(free))
    np.maximum.at(use, session, at.share)
    doubt = np.where(free, np.minimum(use, 1 - use), -1.0)
    s = int(doubt.argmax())
    if doubt[s] > CLEAR or (free.any() and not _split(problem, node)):
        held, not_held = node.opened.copy(), node.closed.copy()
        held[s] = not_held[s] = True
        pairs = node.pairs[problem.session[node.pairs] != s]
        return [node._replace(opened=held), node._replace(closed=not_held, pairs=pairs)]
    return _by_client(problem, at)


def _split(problem: Location, node: Node) -> bool:
    """Whether some client has a choice."""
    return bool((np.bincount(problem.client[node.pairs]) > 1).any())


def _by_client(problem: Location, at: Climbed) -> list[Node]:
    """The client who is spread most, and half of the sessions by how often they were chosen."""
    node = at.node
    share = np.zeros(len(problem.cost))
    share[at.pairs] = at.share
    client = problem.client[node.pairs]
    choices = np.bincount(client, minlength=len(problem.slots))
    total = np.maximum(1e-9, np.bincount(client, weights=share[node.pairs], minlength=len(choices)))
    top = np.zeros(len(choices))
    np.maximum.at(top, client, share[node.pairs])
    doubt = np.where(choices > 1, (np.abs(total - 1) + 1 - top / total + 1e-3) * problem.slots, -1.0)
    c = int(doubt.argmax())
    if doubt[c] < 0:
        return []
    own = np.flatnonzero(client == c)
    order = own[np.argsort(-share[node.pairs[own]], kind="stable")]
    one, other = order[0::2], order[1::2]
    return [
        node._replace(pairs=np.delete(node.pairs, other)),
        node._replace(pairs=np.delete(node.pairs, one)),
    ]
