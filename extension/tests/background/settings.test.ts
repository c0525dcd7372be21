import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { isPausedOn, localDay, type Settings } from "../../src/background/settings.js";

const grammar: Settings["grammar"] = { on: false, dialect: "british", words: [], off: [] };
const pausedOn = (day: string): Settings => ({
  consented: true,
  consentVersion: 2,
  mode: "card",
  underlines: true,
  paused: [],
  pausedOn: day,
  grammar,
  profiles: { linkedin: "", x: "" },
});

describe("a pause for today", () => {
  // A time zone that moves its clocks forward at midnight, so that on one day midnight does not exist.
  beforeAll(() => void vi.stubEnv("TZ", "America/Santiago"));
  afterAll(() => void vi.unstubAllEnvs());

  it("ends at local midnight", () => {
    const paused = pausedOn(localDay(new Date(2026, 10, 26, 0, 0, 0)));
    expect(isPausedOn(paused, new Date(2026, 10, 26, 23, 59, 59, 999))).toBe(true);
    expect(isPausedOn(paused, new Date(2026, 10, 27))).toBe(false);
    expect(isPausedOn(paused, new Date(2026, 10, 25, 23, 59))).toBe(false);
  });

  it("lasts one calendar day across daylight saving changes", () => {
    const times = fc.date({ min: new Date(2000, 0, 1), max: new Date(2060, 0, 1), noInvalidDate: true });
    fc.assert(
      fc.property(times, (time) => {
        const midnight = new Date(time.getFullYear(), time.getMonth(), time.getDate() + 1);
        const paused = pausedOn(localDay(time));
        expect(isPausedOn(paused, time)).toBe(true);
        expect(isPausedOn(paused, new Date(midnight.getTime() - 1))).toBe(true);
        expect(isPausedOn(paused, midnight)).toBe(false);
      }),
    );
  });

  it("is off by default", () => {
    expect(isPausedOn(pausedOn(""), new Date())).toBe(false);
  });
});
