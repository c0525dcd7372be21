/** What a rule is called on screen. Organisations add rules of their own, so not every rule has a message. */
import { getMessageOr } from "./messages.js";

/** Of "Repute.TooLongForX" without a message: "Too long for X". */
export const ruleName = (rule: string): string =>
  getMessageOr(
    `rule_${rule}`,
    rule
      .slice(rule.lastIndexOf(".") + 1)
      .replace(/(?<=[a-z])[A-Z]/g, " $&")
      .replace(/ [A-Z](?=[a-z])/g, (initial) => initial.toLowerCase()),
  );
