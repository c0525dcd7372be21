/** The form fields for the sections of a profile, and their conversion to what the server expects. */
import { getMessage } from "../shared/messages.js";
import {
  joinItems,
  type ProfileReading,
  type ProfileSurface,
  parseItems,
  SECTIONS,
  type SectionKind,
  type Sections,
} from "../shared/profile.js";

/** Where a field's value comes from. "unsure": possibly from the wrong part of the page; "own": typed by the rep. */
export type Origin = "read" | "unsure" | "empty" | "not-loaded" | "own";
export type Field = { value: string; origin: Origin };
export type Fields = Record<string, Field>;

export const NOT_LOADED: Field = { value: "", origin: "not-loaded" };
const MAX_COUNT = 100;
const MAX_ROWS = 8;
/** About as many characters as fit on one line of the panel. */
const CHARACTERS_PER_ROW = 42;

/** The fields after a page was read. What the rep typed is kept where nothing could be read. */
export function mergeReading(before: Fields, { sections }: ProfileReading): Fields {
  const read: Fields = {};
  for (const { name, value, isCertain } of sections) {
    const origin = value === null ? "empty" : isCertain ? "read" : "unsure";
    read[name] = { value: Array.isArray(value) ? joinItems(value) : (value ?? ""), origin };
  }
  const typed = Object.entries(before).filter(([name, { origin }]) => origin === "own" && !(name in read));
  return { ...read, ...Object.fromEntries(typed) };
}

export const typedField = (value: string): Field => ({ value, origin: value === "" ? "not-loaded" : "own" });

/** The fields as the server expects them: a section that is not loaded is left out, an empty one is `null`. */
export function toSections(surface: ProfileSurface, fields: Fields): Sections {
  const sections: Sections = {};
  for (const { name, kind } of SECTIONS[surface]) {
    const { value, origin } = fields[name] ?? NOT_LOADED;
    const text = value.trim();
    if (text !== "") sections[name] = toSection(kind, text);
    else if (origin === "empty") sections[name] = null;
  }
  return sections;
}

function toSection(kind: SectionKind, text: string): Sections[string] {
  if (kind === "items") return parseItems(text);
  if (kind === "seen") return text === "yes" ? "yes" : null;
  // The server counts the items of a list. What other people wrote is neither read nor sent.
  if (kind === "count") {
    return Array.from({ length: Math.min(Number(text) || 0, MAX_COUNT) }, () => getMessage("profile_recommendation"));
  }
  return text;
}

interface SectionFieldProps {
  name: string;
  kind: SectionKind;
  field: Field;
  change: (value: string) => void;
}

export function SectionField({ name, kind, field: { value, origin }, change }: SectionFieldProps) {
  const id = `section-${name}`;
  const hintId = `${id}-hint`;
  const hint = kind === "items" && origin === "own" ? "items" : origin;
  return (
    <div class={`profile-section profile-origin-${origin}`}>
      <label for={id}>{getMessage(`section_${name}` as "section_about")}</label>
      <span class="ui-muted" id={hintId}>
        {getMessage(`profile_origin_${hint}`)}
      </span>
      {kind === "seen" && (
        <select
          id={id}
          aria-describedby={hintId}
          value={origin === "empty" ? "no" : value}
          onChange={(event) => change(event.currentTarget.value)}
        >
          <option value="">{getMessage("profile_leave_out")}</option>
          <option value="yes">{getMessage("measure_yes")}</option>
          <option value="no">{getMessage("measure_no")}</option>
        </select>
      )}
      {kind === "count" && (
        <input
          id={id}
          aria-describedby={hintId}
          type="number"
          min={0}
          max={MAX_COUNT}
          value={value}
          onInput={(event) => change(event.currentTarget.value)}
        />
      )}
      {(kind === "text" || kind === "items") && (
        <textarea
          id={id}
          aria-describedby={hintId}
          dir="auto"
          rows={rowsFor(value)}
          value={value}
          onInput={(event) => change(event.currentTarget.value)}
        />
      )}
    </div>
  );
}

const rowsFor = (value: string): number =>
  Math.min(MAX_ROWS, Math.max(1, value.split("\n").length, Math.ceil(value.length / CHARACTERS_PER_ROW)));
