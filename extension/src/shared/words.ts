import words from "../words.json" with { type: "json" };

export type Word = keyof typeof words;

/** A sentence of the message file with its `{name}` places filled. */
export function say(word: Word, values: Record<string, string | number> = {}): string {
  return words[word].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** What the rep reads where a site's adapter may not read. */
export const adapterPaused = (adapter: string): string => say("adapter_paused", { site: sayOr(`site_${adapter}`, adapter) });

/** A sentence named at run time; what has none is shown by `fallback`. */
export function sayOr(word: string, fallback: string, values: Record<string, string | number> = {}): string {
  return word in words ? say(word as Word, values) : fallback;
}
