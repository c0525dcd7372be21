/** Checked by tsc: what the server's OpenAPI document promises is enough for everything that `wire.ts` reads. */
import { expectTypeOf, it } from "vitest";
import type { components } from "../../src/shared/api.js";
import type { Assessment, Comparison, Infer, Me, readDisabled, readPairing, readTokens, Share } from "../../src/shared/wire.js";

type Answers = components["schemas"];

it("the OpenAPI document promises every field that wire.ts reads", () => {
  // One schema serves drafts and profiles, so its surface is a plain string there. `note_code` may be missing.
  expectTypeOf<Omit<Answers["AssessmentOut"], "surface" | "note_code">>().toExtend<Omit<Assessment, "surface" | "note_code">>();
  expectTypeOf<Answers["ComparisonOut"]>().toExtend<Comparison>();
  expectTypeOf<Answers["ShareOut"]>().toExtend<Share>();
  expectTypeOf<Answers["MeOut"]>().toExtend<Me>();
  expectTypeOf<Answers["TokensOut"]>().toExtend<Infer<typeof readTokens>>();
  expectTypeOf<Answers["PairedOut"]>().toExtend<Infer<typeof readPairing>>();
  expectTypeOf<Answers["AdaptersOut"]["disabled"]>().toExtend<Infer<typeof readDisabled>>();
});
