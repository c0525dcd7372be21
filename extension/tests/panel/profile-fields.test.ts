import { describe, expect, it } from "vitest";
import { type Fields, mergeReading, toSections, typedField } from "../../src/panel/profile-fields.js";

describe("fields after a page was read", () => {
  const reading = {
    surface: "linkedin-profile" as const,
    sections: [
      { name: "headline", value: "Sales", isCertain: true },
      { name: "about", value: "I sell forms.", isCertain: false },
      { name: "featured", value: null, isCertain: true },
      { name: "skills", value: ["Forms", "Trust"], isCertain: true },
    ],
  };

  it("show how certain each value is, and lists with an empty line between items", () => {
    expect(mergeReading({}, reading)).toEqual({
      headline: { value: "Sales", origin: "read" },
      about: { value: "I sell forms.", origin: "unsure" },
      featured: { value: "", origin: "empty" },
      skills: { value: "Forms\n\nTrust", origin: "read" },
    });
  });

  it("keep what the rep typed where nothing could be read, and only there", () => {
    const before: Fields = { headline: typedField("Typed"), contact: typedField("me@example.com"), location: typedField("") };
    const { headline, contact, location } = mergeReading(before, reading);
    expect([headline?.value, contact?.value, location]).toEqual(["Sales", "me@example.com", undefined]);
  });
});

describe("sections for the server", () => {
  it("leave out what is not loaded, and give what is empty as null", () => {
    const fields: Fields = { headline: typedField(" Sales "), about: { value: "", origin: "empty" }, contact: typedField("") };
    expect(toSections("linkedin-profile", fields)).toEqual({ headline: "Sales", about: null });
  });

  it("split lists, count recommendations without their text, and say whether there is a photo", () => {
    const fields: Fields = {
      skills: typedField("Forms\n\n\nTrust\n"),
      recommendations: typedField("2"),
      photo: typedField("no"),
    };
    const { skills, recommendations, photo } = toSections("linkedin-profile", fields);
    expect(skills).toEqual(["Forms", "Trust"]);
    expect(recommendations).toHaveLength(2);
    expect(photo).toBeNull();
  });
});
