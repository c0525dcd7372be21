/**
 * Which text is the rep's own: present when they arrived, typed, pasted, or clicked into by them. Text that a page inserts by
 * itself is not sent: its scripts can set any text and dispatch any event, but not a trusted one.
 */
export interface UserText {
  readonly text: string | null;
  /** A change before this time, by `performance.now()`, counts as user input. */
  readonly inputUntil: number;
}

/** The editor's text changed at `now`, by the rep or by the page. */
export const changeText = (user: UserText, text: string, now: number): UserText =>
  now < user.inputUntil ? { ...user, text } : user;

/** Marks the text as the rep's, and also what it changes to within `durationMs` from `now`. */
export function markUserInput({ inputUntil }: UserText, text: string, durationMs: number, now: number): UserText {
  return { text, inputUntil: durationMs > 0 ? Math.max(inputUntil, now + durationMs) : inputUntil };
}
