/** The checks of a reply beside the post that it answers. */
import { describe, expect, it } from "vitest";
import { checkReply, isCourtesy, lastQuestion, onlyAgrees } from "../../src/composer/reply-checks.js";

const POST =
  "Our harbour pilots fill in the same form twice, once on paper. See https://example.com/?page=2\nWhich form do you fill in twice?";

describe("words of the post", () => {
  it("names those that the reply takes up, as the reply writes them", () => {
    expect(checkReply(POST, "Pilots in Turku dropped the paper last year.")[0]).toEqual({
      code: "words",
      isMet: true,
      quoted: "“Pilots”, “paper”",
    });
  });

  it("takes a plural for the same word, and no word that fits anything", () => {
    expect(checkReply(POST, "We have three forms.")[0]?.quoted).toBe("“forms”");
    expect(checkReply(POST, "You should do the same with this one.")[0]).toMatchObject({ isMet: false, quoted: "" });
  });
});

it("finds the last question, and none in an address", () => {
  expect(lastQuestion(POST)).toBe("Which form do you fill in twice?");
  expect(lastQuestion("Read https://example.com/?page=2 today.")).toBe("");
  expect(lastQuestion("Is it late? Or early?")).toBe("Or early?");
});

it("compares the reply with the post's question, if it asks one", () => {
  const question = (reply: string) => checkReply(POST, reply).find(({ code }) => code === "question");
  expect(question("The customs form, in May.")).toMatchObject({ isMet: true, quoted: "Which form do you fill in twice?" });
  expect(question("Harbours are slow.")).toMatchObject({ isMet: false });
  expect(checkReply("Our pilots like paper.", "So do ours.").map(({ code }) => code)).toEqual(["words"]);
});

it.each([
  "Great post!",
  "So true. Thanks for sharing 🙏",
  "Congratulations, well deserved @maria.lind",
  "Couldn’t agree more!!",
  "👏👏👏",
  "This. 100%",
])("says that “%s” only agrees", (reply) => expect(onlyAgrees(reply)).toBe(true));

it.each(["Great post. Our pilots dropped the paper in May.", "I agree about the paper", "Truest in Turku", ""])(
  "does not say so of “%s”",
  (reply) => expect(onlyAgrees(reply)).toBe(false),
);

it.each([
  "So sorry for your loss, Karen. Your dad sounded like a wonderful man.",
  "Congratulations Priya, so well deserved!",
  "Welcome to the team, Jonas!",
  "Wishing you a speedy recovery, Ben.",
  "Happy work anniversary, Dana!",
])("misses nothing in “%s”", (reply) => expect(checkReply(POST, reply)).toEqual([]));

it.each([
  "I disagree. All the best teams I worked in had a plan on paper.",
  "Good luck finding anyone who wants to work for you.",
  "Welcome back to reality.",
  "Congratulations to everyone who voted for this disaster.",
  "Congrats on the outage, again.",
  "RIP, you had it coming. My condolences.",
  "We moved to a new building in May, and on the first day they all told me welcome back.",
  "Congratulations. We had two such cases last summer, and in both of them our customer asked for a second copy on paper, signed by hand.",
])("does not take “%s” for a courtesy", (reply) => {
  expect(isCourtesy(reply)).toBe(false);
  expect(checkReply("Which harbour?", reply).map(({ isMet }) => isMet)).toContain(false);
});

it("says what a courtesy takes up of the post", () => {
  expect(checkReply(POST, "Congratulations to your pilots!")).toEqual([{ code: "words", isMet: true, quoted: "“pilots”" }]);
});

it("says nothing while the post or the reply is empty", () => {
  expect([checkReply(" \n", "Pilots"), checkReply(POST, "")]).toEqual([[], []]);
});
