import messages from "../messages.json" with { type: "json" };

declare const __FIREFOX__: boolean | undefined;

export type MessageKey = keyof typeof messages;
type Values = Record<string, string | number>;

/** The base of a pair of messages, `${base}_one` and `${base}_many`. */
type CountedKey = { [Key in MessageKey]: Key extends `${infer Base}_one` ? Base : never }[MessageKey];

/** Undefined in unit tests, where no build replaces it. */
const isFirefox = typeof __FIREFOX__ !== "undefined" && __FIREFOX__;
/** What the browser itself calls its parts. */
const TERMS: Values = { side_panel: isFirefox ? messages.sidebar : messages.side_panel };

/** The message with its `{name}` placeholders filled; an unknown placeholder stays as it is. */
export function getMessage(key: MessageKey, values: Values = {}): string {
  return messages[key].replaceAll(/\{(\w+)\}/g, (placeholder, name: string) =>
    String(values[name] ?? TERMS[name] ?? placeholder),
  );
}

/** A message whose key is composed at run time, or `fallback` where there is none. */
export function getMessageOr(key: string, fallback: string, values: Values = {}): string {
  return key in messages ? getMessage(key as MessageKey, values) : fallback;
}

/** Made once: `toLocaleString` makes one for each number, which takes longer than to render the message. */
const NUMBERS = new Intl.NumberFormat();
/** As the rep's language writes it, with the separators of thousands. */
export const formatNumber = (value: number): string => NUMBERS.format(value);

/** The singular or plural of a message. */
export const getCountMessage = (key: CountedKey, count: number, values: Values = {}): string =>
  count === 1
    ? getMessage(`${key}_one` as MessageKey, values)
    : getMessage(`${key}_many` as MessageKey, { ...values, count: formatNumber(count) });

/** The notice for a site whose adapter is switched off. */
export const adapterPaused = (adapter: string): string =>
  getMessage("adapter_paused", { site: getMessageOr(`site_${adapter}`, adapter) });

/** Where a rule is off, in a few words: "for LinkedIn comments", or everywhere for `null`. */
export const offWhere = (surface: string | null): string =>
  surface === null
    ? getMessage("off_everywhere")
    : getMessage("off_for", { surface: getMessageOr(`surfaces_${surface}`, surface) });
