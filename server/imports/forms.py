"""The form that says what the columns of a file mean."""

from __future__ import annotations

from collections.abc import Mapping as Lookup

from server.imports.mapping import Condition, Mapping, Rule

#: Columns that a file may lack.
OPTIONAL = ("source_id", "version", "subject", "url", "social_source")
OPTIONAL_OF_RULE = ("count", "value", "booked_for")


def read_mapping(form: Lookup[str, str]) -> Mapping:
    """Raises pydantic's ``ValidationError`` with the name of the field."""

    def column(name: str) -> str | None:
        return form.get(name, "").strip() or None

    values = tuple(value.strip() for value in form.get("condition_values", "").split(",") if value.strip())
    conditions: tuple[Condition, ...] = ()
    if column("condition_column") and values:
        conditions = (Condition(column=column("condition_column") or "", values=values),)
    rule = Rule(
        kind=form.get("kind", ""),
        occurred=form.get("occurred", ""),
        conditions=conditions,
        **{name: column(name) for name in OPTIONAL_OF_RULE},
    )
    return Mapping.model_validate(
        {
            "owner": form.get("owner", ""),
            "rules": (rule,),
            "day_order": column("day_order"),
            "is_daily_total": form.get("is_daily_total") == "yes",
            **{name: column(name) for name in OPTIONAL},
        }
    )


def form_values(mapping: Mapping | None) -> dict[str, str]:
    """What the form shows first: the first rule of what was recognised."""
    if mapping is None:
        return {}
    rule = mapping.rules[0]
    values = {name: getattr(mapping, name) for name in ("owner", "day_order", *OPTIONAL)}
    values |= {name: getattr(rule, name) for name in ("kind", "occurred", *OPTIONAL_OF_RULE)}
    if rule.conditions:
        values |= {"condition_column": rule.conditions[0].column, "condition_values": ", ".join(rule.conditions[0].values)}
    if mapping.is_daily_total:
        values["is_daily_total"] = "yes"
    return {name: value for name, value in values.items() if value}
