"""An instance as JSON that people can read: a line per item of the big collections."""

import json
from typing import Any

from outreach_optimizer.instance import Instance

SHORT = ("format", "version", "name", "note", "period", "slot_min", "posting_days")
ITEMS = ("places", "offices", "sites", "sessions", "caseworkers", "clients", "published")


def dump(instance: Instance) -> str:
    """JSON text, newline at the end; reading it gives an equal instance."""
    full = instance.model_dump(mode="json", exclude=set(ITEMS))
    brief = instance.model_dump(mode="json", exclude_defaults=True)
    lines = [f'"{key}": {_line(full[key])}' for key in SHORT]
    lines += [f'"{key}": {_block(brief[key], "  ")}' for key in ITEMS if key in brief]
    lines.append(f'"travel": {_travel(full["travel"])}')
    if "attendance" in brief:
        lines.append(f'"attendance": {_object(full["attendance"])}')
    lines += [f'"{key}": {_object(full[key])}' for key in ("rules", "weights")]
    if "pins" in brief:
        pins = [f'    "{key}": {_block(brief["pins"][key], "    ")}' for key in brief["pins"]]
        lines.append('"pins": {\n' + ",\n".join(pins) + "\n  }")
    return "{\n" + ",\n".join(f"  {line}" for line in lines) + "\n}\n"


def _line(value: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(_short(value), ensure_ascii=False)


def _short(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Whole numbers without ``.0``; the models read them as the same value."""
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_short(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _block(items: list[Any], indent: str) -> str:
    if not items:
        return "[]"
    return "[\n" + ",\n".join(f"{indent}  {_line(item)}" for item in items) + f"\n{indent}]"


def _object(fields: dict[str, Any], indent: str = "  ") -> str:
    return "{\n" + ",\n".join(f'{indent}  "{key}": {_line(value)}' for key, value in fields.items()) + f"\n{indent}}}"


def _travel(travel: dict[str, Any]) -> str:
    lines = [f'    "{key}": {_line(travel[key])}' for key in ("computed", "car", "bike", "walk")]
    tables = ",\n".join(f"      {_table(table)}" for table in travel["tables"])
    lines.append(f'    "tables": [\n{tables}\n    ]' if tables else '    "tables": []')
    return "{\n" + ",\n".join(lines) + "\n  }"


def _table(table: dict[str, Any]) -> str:
    fields = [f'        "{key}": {_line(table[key])}' for key in ("origins_are", "mode", "origins", "sites")]
    fields += [f'        "{key}": {_block(table[key], "        ")}' for key in ("min", "km") if table[key] is not None]
    return "{\n" + ",\n".join(fields) + "\n      }"
