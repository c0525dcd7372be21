/** Every response that the server's OpenAPI document permits is accepted. `wire-types.test.ts` checks the same of the types. */
import fc from "fast-check";
import { expect, it } from "vitest";
import contract from "../../../server/contract/openapi.json";
import type { Validator } from "../../src/shared/validate.js";
import {
  readAssessment,
  readComparison,
  readDisabled,
  readMe,
  readPairing,
  readProfileAssessment,
  readShare,
  readTokens,
  readWithdrawal,
  SURFACES,
} from "../../src/shared/wire.js";

interface Schema {
  $ref?: string;
  anyOf?: Schema[];
  enum?: string[];
  const?: string;
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
}

const schemas = contract.components.schemas as unknown as Record<string, Schema>;
const schemaOf = (name: string): Schema => schemas[name] ?? expect.fail(`the document has no ${name}`);

/** Values that the schema permits. Ids and offsets, its only integers without a range, are not negative. */
function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  const { $ref, anyOf, items, properties, required = [], additionalProperties } = schema;
  if ($ref !== undefined) return valuesOf(schemaOf($ref.split("/").at(-1)!));
  if (anyOf) return fc.oneof(...anyOf.map(valuesOf));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (items) return fc.array(valuesOf(items), { maxLength: 3 });
  if (properties) {
    const values = Object.entries(properties).map(([name, property]) => [name, valuesOf(property)] as const);
    return fc.record(Object.fromEntries(values), { requiredKeys: required });
  }
  switch (schema.type) {
    case "object":
      return fc.dictionary(
        fc.string(),
        typeof additionalProperties === "object" ? valuesOf(additionalProperties) : fc.jsonValue(),
      );
    case "string":
      return fc.string();
    case "integer":
      return fc.nat();
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return expect.fail(`unknown schema: ${JSON.stringify(schema)}`);
  }
}

/** One schema serves drafts and profiles, so its surface is any string there. */
const withSurface = (...surfaces: string[]): Schema => {
  const { properties, ...assessment } = schemaOf("AssessmentOut");
  return { ...assessment, properties: { ...properties, surface: { enum: surfaces } } };
};

const READERS: [string, Validator<unknown>, Schema][] = [
  ["an assessment", readAssessment, withSurface(...SURFACES)],
  ["an assessment of a profile", readProfileAssessment, withSurface("linkedin-profile", "x-profile")],
  ["a comparison", readComparison, schemaOf("ComparisonOut")],
  ["a share", readShare, schemaOf("ShareOut")],
  ["a withdrawal", readWithdrawal, schemaOf("WithdrawnOut")],
  ["the account", readMe, schemaOf("MeOut")],
  ["tokens", readTokens, schemaOf("TokensOut")],
  ["a pairing", readPairing, schemaOf("PairedOut")],
  ["the disabled adapters", readDisabled, schemaOf("AdaptersOut")],
];

it.each(READERS)("%s is read", (_what, read, schema) => {
  fc.assert(
    fc.property(valuesOf(schema), (value) => {
      expect(() => read(value, "")).not.toThrow();
    }),
  );
});
