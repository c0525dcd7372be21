/**
 * Talk the coach keeps out of: pay, hours and conditions at work, unions, health, belief, politics. Decided here, on the
 * device, before anything is sent; the server checks again with the same list. A hit means: not analysed, not sent, not
 * highlighted.
 *
 * The list is the server's rule itself. Its patterns keep to what both engines read alike: plain words, alternatives and
 * options, without looking around.
 */
import { tokens } from "../../../../nlp/rules/styles/Repute/Protected.json";

const PATTERN = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${tokens.join("|")})(?![\\p{L}\\p{N}_])`, "iu");

/** Whether the coach must keep out of this text. */
export function isProtected(text: string): boolean {
  return PATTERN.test(text.replaceAll(/[\u2018\u2019]/g, "'").replaceAll(/\s+/g, " "));
}
