/** Checked by tsc: the server's OpenAPI document guarantees everything that `wire.ts` reads. */
import { expectTypeOf, it } from "vitest";
import type { components } from "../../src/shared/api.js";
import type { Span } from "../../src/shared/span.js";
import type { Assessment, Comparison, Infer, Me, readDisabled, readPairing, readTokens, Share } from "../../src/shared/wire.js";

type Schemas = components["schemas"];

/** As the server sends it: `wire.ts` turns an offset and a length into a start and an end. */
type OnWire<T> = T extends Span ? { offset: number; length: number } : T extends object ? { [K in keyof T]: OnWire<T[K]> } : T;

it("the OpenAPI document guarantees every field that wire.ts reads", () => {
  // One schema serves drafts and profiles, so its surface is a plain string there. `note_code` may be missing.
  expectTypeOf<Omit<Schemas["AssessmentOut"], "surface" | "note_code">>().toExtend<
    OnWire<Omit<Assessment, "surface" | "note_code">>
  >();
  expectTypeOf<Schemas["ComparisonOut"]>().toExtend<Comparison>();
  expectTypeOf<Schemas["ShareOut"]>().toExtend<Share>();
  expectTypeOf<Schemas["MeOut"]>().toExtend<Me>();
  expectTypeOf<Schemas["TokensOut"]>().toExtend<Infer<typeof readTokens>>();
  expectTypeOf<Schemas["PairedOut"]>().toExtend<Infer<typeof readPairing>>();
  expectTypeOf<Schemas["AdaptersOut"]["disabled"]>().toExtend<Infer<typeof readDisabled>>();
});
