"""Help pages and complaints about the command line, in the user's language.

The parser's own are English only; here every sentence comes from ``texts/``, table ``cli``: ``cli.solve.help``,
``cli.solve.param.output`` or, where several commands share an option, ``cli.param.output``.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from outreach_optimizer.cli.exit_codes import BAD_INPUT, DONE
from outreach_optimizer.cli.screen import Screen

if TYPE_CHECKING:
    import typer

GLOBAL_OPTIONS = (("--lang de|en", "lang"), ("-h, --help", "help"), ("--version", "version"))


def print_help(group: Any, words: Sequence[str], screen: Screen) -> int:  # noqa: ANN401 - the parser's class is private
    """Print the page of the command that ``words`` name, or of the program."""
    name = next((word for word in words if not word.startswith("-")), None)
    if name is None:
        _print_program(group, screen)
        return DONE
    if name not in group.commands:
        _complain_about_command(group.commands, name, screen)
        return BAD_INPUT
    _print_command(group.commands[name], screen)
    return DONE


def param_sentence(command: str, param: str, screen: Screen) -> str:
    """What an argument or option means."""
    own = f"cli.{command}.param.{param}"
    return screen.texts.say(own if screen.texts.has(own) else f"cli.param.{param}")


def complain(error: "typer.TyperException", screen: Screen) -> None:
    """Say what is wrong with the command line.

    The parser's exceptions are told apart by name: their classes are not public.
    """
    texts, context = screen.texts, getattr(error, "ctx", None)
    param, command = getattr(error, "param", None), context.command.name if context else None
    kind = type(error).__name__
    if kind == "NoSuchOption":
        option = str(getattr(error, "option_name", ""))
        near = get_close_matches(option, [o for p in context.command.params for o in p.opts] if context else [], n=1)
        hint = f" {texts.say('cli.error.maybe', names=', '.join(near))}" if near else ""
        screen.err.print(texts.say("cli.error.no_such_option", option=option) + hint, soft_wrap=True)
    elif kind == "MissingParameter" and param is not None:
        meaning = param_sentence(str(command), param.name, screen)
        screen.err.print(texts.say("cli.error.missing", param=_label(param), meaning=meaning), soft_wrap=True)
    elif kind == "BadParameter" and param is not None:
        meaning = param_sentence(str(command), param.name, screen)
        screen.err.print(texts.say("cli.error.bad_value", param=_label(param), meaning=meaning), soft_wrap=True)
    elif context is not None and hasattr(context.command, "commands"):
        _complain_about_command(context.command.commands, str(error).split("'")[1::2][:1], screen)
    else:
        screen.err.print(texts.say("cli.error.usage", message=str(error)), soft_wrap=True)
    page = f"outreach {command} --help" if command and command != "outreach" else "outreach --help"
    screen.err.print(texts.say("cli.error.see_help", page=page), style="dim")


def _complain_about_command(commands: Iterable[str], name: str | list[str], screen: Screen) -> None:
    found = name if isinstance(name, str) else "".join(name)
    near = get_close_matches(found, list(commands), n=1)
    hint = f" {screen.texts.say('cli.error.maybe', names=', '.join(near))}" if near else ""
    screen.err.print(screen.texts.say("cli.error.no_such_command", name=found) + hint, soft_wrap=True)


def _print_program(group: Any, screen: Screen) -> None:  # noqa: ANN401 - the parser's class is private
    texts, out = screen.texts, screen.out
    out.print(Text.assemble((f"{texts.say('cli.help.usage')} ", "yellow"), (texts.say("cli.app.usage"), "bold")))
    out.print(Padding(texts.say("cli.app.summary"), (1, 0)))
    visible = [command for command in group.commands.values() if not command.hidden]
    _print_pairs(texts.say("cli.help.commands"), [(c.name, texts.say(f"cli.{c.name}.help")) for c in visible], screen)
    options = [(label, texts.say(f"cli.param.{key}")) for label, key in GLOBAL_OPTIONS]
    _print_pairs(texts.say("cli.help.options"), options, screen)
    _print_lines(texts.say("cli.help.examples"), texts.say("cli.app.examples"), screen)
    _print_lines(texts.say("cli.help.exit_codes"), texts.say("cli.app.exit_codes"), screen)


def _print_command(command: Any, screen: Screen) -> None:  # noqa: ANN401 - the parser's class is private
    texts, out = screen.texts, screen.out
    params = [param for param in command.params if not param.hidden]
    arguments = [param for param in params if param.param_type_name == "argument"]
    options = [param for param in params if param.param_type_name == "option"]
    usage = " ".join(["outreach", command.name, *(_label(a) if a.required else f"[{_label(a)}]" for a in arguments)])
    usage += f" {texts.say('cli.help.options_metavar')}"
    out.print(Text.assemble((f"{texts.say('cli.help.usage')} ", "yellow"), (usage, "bold")))
    out.print(Padding(texts.say(f"cli.{command.name}.help"), (1, 0, 0, 0)))
    if texts.has(f"cli.{command.name}.about"):
        out.print(Padding(texts.say(f"cli.{command.name}.about"), (1, 0, 0, 0)))
    out.print()
    for heading, group in (("arguments", arguments), ("options", options)):
        rows = [(_label(p), param_sentence(command.name, p.name, screen) + _default(p, screen)) for p in group]
        if heading == "options":
            rows += [(label, texts.say(f"cli.param.{key}")) for label, key in GLOBAL_OPTIONS[:2]]
        _print_pairs(texts.say(f"cli.help.{heading}"), rows, screen)
    _print_lines(texts.say("cli.help.examples"), texts.say(f"cli.{command.name}.examples"), screen)


def _label(param: Any) -> str:  # noqa: ANN401 - the parser's class is private
    """``INSTANCE`` or ``-o, --output PLAN``."""
    if param.param_type_name == "argument":
        return str(param.metavar or param.name.upper())
    names = ", ".join(sorted(param.opts, key=len))
    return names if param.is_flag else f"{names} {param.metavar or param.name.upper()}"


def _default(param: Any, screen: Screen) -> str:  # noqa: ANN401 - the parser's class is private
    if param.default is None or param.required or getattr(param, "is_flag", False):
        return ""
    return f" {screen.texts.say('cli.help.default', value=param.default)}"


def _print_pairs(heading: str, rows: Sequence[tuple[str, str]], screen: Screen) -> None:
    if not rows:
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(ratio=1)
    for label, sentence in rows:
        table.add_row(label, sentence)
    screen.out.print(Text(heading, "yellow"))
    screen.out.print(Padding(table, (0, 0, 1, 2)))


def _print_lines(heading: str, lines: str, screen: Screen) -> None:
    screen.out.print(Text(heading, "yellow"))
    screen.out.print(Padding(Text(lines.strip("\n")), (0, 0, 1, 2)))
