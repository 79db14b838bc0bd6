"""``explain``: what rules and objective terms mean."""

from outreach_optimizer.cli.exit_codes import BAD_INPUT, DONE
from outreach_optimizer.cli.screen import Screen, print_document
from outreach_optimizer.outputs.explain import entries, markdown, named, overview, page, similar_names


def explain_names(screen: Screen, name: str | None, *, everything: bool, as_markdown: bool) -> int:
    """Explain one name, or all of them, or list them."""
    texts = screen.texts
    if as_markdown:
        print_document(markdown(texts))
        return DONE
    if name is None and not everything:
        screen.out.print(overview(texts))
        return DONE
    found = named(name, texts) if name is not None else tuple(entries(texts))
    if not found:
        near = similar_names(str(name))
        hint = f" {texts.say('cli.error.maybe', names=', '.join(near))}" if near else ""
        screen.err.print(texts.say("cli.explain.unknown", name=name) + hint, soft_wrap=True)
        return BAD_INPUT
    for number, entry in enumerate(found):
        if number:
            screen.out.print()
        screen.out.print(page(entry, texts))
    return DONE
