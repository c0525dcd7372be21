import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.ts"],
    passWithNoTests: false,
    // Only bounds a failure: property tests take seconds on a busy machine.
    testTimeout: 120_000,
  },
});
