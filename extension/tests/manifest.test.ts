import { expect, it } from "vitest";
import { manifest, originPattern } from "../src/manifest.js";

it("the manifest requests the backend's origin and nothing else", () => {
  expect(originPattern("http://127.0.0.1:8000")).toBe("http://127.0.0.1/*");
  expect(originPattern("https://repute.example.com")).toBe("https://repute.example.com/*");
});

it.each(["chrome", "firefox"] as const)("the manifest for %s matches the reviewed snapshot", (browser) => {
  expect(manifest({ browser, backend: "https://repute.example.com", version: "1.2.3" })).toMatchSnapshot();
});
