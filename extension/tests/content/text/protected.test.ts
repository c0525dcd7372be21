import { describe, expect, it } from "vitest";
import * as contract from "../../../../server/contract/protected.json";
import { isProtected } from "../../../src/content/text/protected.js";

describe("protected topics", () => {
  it.each([
    "We all deserve to know our salaries.",
    "Third weekend of unpaid overtime in a row",
    "The union vote is on Friday, come along",
    "Time to unionize this warehouse",
    "My diagnosis changed how I sell",
    "I am depressed and nobody at work knows",
    "Vote for Smith on Tuesday!",
    "Praying for everyone tonight",
    "My manager threatened us for talking about our pay",
    "my\u00a0health comes first",
    "They cut our commission plan again",
  ])("is recognised in %j", (text) => expect(isProtected(text)).toBe(true));

  it.each([
    "It pays off to listen before you pitch.",
    "Pay attention to what buyers ask in the first five minutes.",
    "We help hospitals cut waiting times by 12 minutes.",
    "Three hours in a plant taught me more than a year of calls.",
    "The European Union's new rule on packaging starts in May.",
    "Credit unions ask us about fraud first.",
    "Market conditions changed; our forecast did too.",
    "A healthy pipeline starts with fewer, better leads.",
    "What is your policy on returns?",
    "Price is no trump card.",
    "Oh my god, the form was nine pages.",
    "We chase unpaid invoices for dentists.",
    "The credit union bought our scheduling tool.",
    "",
  ])("is not recognised in %j", (text) => expect(isProtected(text)).toBe(false));

  it.each(contract.fires)("is recognised in the rule's example %j", (text) => expect(isProtected(text)).toBe(true));
  it.each(contract.quiet)("is not recognised in the rule's example %j", (text) => expect(isProtected(text)).toBe(false));

  it("is checked in a long draft without backtracking", () => {
    const long = "We moved the launch by a week and learned three things about buyers. ".repeat(430);
    expect(isProtected(long)).toBe(false);
  });
});
