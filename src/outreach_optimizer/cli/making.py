"""``generate`` and ``schema``: files that the program makes up itself."""

from pathlib import Path

from outreach_optimizer.cli.exit_codes import BAD_INPUT, DONE
from outreach_optimizer.cli.screen import Screen, print_document
from outreach_optimizer.generate import PRESETS, dump_instance, generate
from outreach_optimizer.saving import check_writable, write_text
from outreach_optimizer.schema import (
    comparison_schema_text,
    plan_schema_text,
    scenarios_schema_text,
    schema_text,
    study_schema_text,
)


def generate_file(screen: Screen, preset: str, seed: int, target: Path) -> int:
    """Write a made-up instance."""
    if preset not in PRESETS:
        meaning = screen.texts.say("cli.generate.param.preset")
        screen.err.print(screen.texts.say("cli.error.bad_value", param="--preset", meaning=meaning), soft_wrap=True)
        return BAD_INPUT
    check_writable(target)
    instance = generate(preset, seed)
    write_text(target, dump_instance(instance))
    sizes = {"clients": len(instance.clients), "sessions": len(instance.sessions), "staff": len(instance.caseworkers)}
    screen.out.print(screen.texts.say("cli.generate.written", file=target, **sizes), soft_wrap=True)
    return DONE


def schema_file(screen: Screen, target: Path | None, *, kind: str) -> int:
    """Write or print the JSON Schema of an instance, of a plan, of scenarios, of a comparison or of a study."""
    texts = {
        "instance": schema_text,
        "plan": plan_schema_text,
        "scenarios": scenarios_schema_text,
        "comparison": comparison_schema_text,
        "study": study_schema_text,
    }
    text = texts[kind]()
    if target is None:
        print_document(text)
        return DONE
    write_text(target, text)
    screen.out.print(screen.texts.say("cli.schema.written", file=target), soft_wrap=True)
    return DONE
