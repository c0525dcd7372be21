/** Checked by tsc: what the server's OpenAPI document promises is enough for everything that `wire.ts` reads. */
import { expectTypeOf, it } from "vitest";
import type { components } from "../src/shared/api.js";
import type { Assessment, Comparison, Me, Of, Share, readDisabled, readPairing, readTokens } from "../src/shared/wire.js";

type Answers = components["schemas"];

it("reads only what the server promises", () => {
  // One schema serves drafts and profiles, so its surface is a plain string there.
  expectTypeOf<Omit<Answers["AssessmentOut"], "surface">>().toExtend<Omit<Assessment, "surface">>();
  expectTypeOf<Answers["ComparisonOut"]>().toExtend<Comparison>();
  expectTypeOf<Answers["ShareOut"]>().toExtend<Share>();
  expectTypeOf<Answers["MeOut"]>().toExtend<Me>();
  expectTypeOf<Answers["TokensOut"]>().toExtend<Of<typeof readTokens>>();
  expectTypeOf<Answers["PairedOut"]>().toExtend<Of<typeof readPairing>>();
  expectTypeOf<Answers["AdaptersOut"]["disabled"]>().toExtend<Of<typeof readDisabled>>();
});
