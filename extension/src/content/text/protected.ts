/**
 * Protected topics: pay, hours and conditions at work, unions, health, belief, politics. Detected on the device, before
 * anything is sent; the server checks again with the same patterns. Protected text is not analysed, sent or highlighted.
 *
 * The patterns are exported from the server's own rule. They use only what JavaScript and RE2 interpret in the same
 * way: words, alternatives and optional groups, no lookaround.
 */
import { tokens } from "../../../../server/contract/protected.json";

const PATTERN = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${tokens.join("|")})(?![\\p{L}\\p{N}_])`, "iu");

/** Whether the text must stay on the device. */
export function isProtected(text: string): boolean {
  return PATTERN.test(text.replaceAll(/[\u2018\u2019]/g, "'").replaceAll(/\s+/g, " "));
}
