import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.ts"],
    // Property tests take seconds on a busy machine. A hang should fail, slowness should not.
    testTimeout: 60_000,
  },
});
