// @vitest-environment node
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkManifest } from "../store/checks.mjs";

const EXTENSION = resolve(import.meta.dirname, "..");
const temporary = mkdtempSync(join(tmpdir(), "licences-"));
afterAll(() => rmSync(temporary, { recursive: true }));

const build = (source: string, out: string) =>
  spawnSync(process.execPath, ["build.mjs", "--out", out, "--composer", join(out, "composer")], {
    cwd: source,
    encoding: "utf8",
  });
const readJson = (path: string) => JSON.parse(readFileSync(path, "utf8"));

describe("a build", () => {
  const out = join(temporary, "dist");
  const result = build(EXTENSION, out);
  const { outputs } = readJson(join(out, "metafile.json"));

  /** Names of the packages whose code is in a folder's scripts. */
  function bundledIn(folder: string): string[] {
    const paths = Object.keys(outputs)
      .filter((path) => resolve(EXTENSION, path).startsWith(join(out, folder, "/")))
      .flatMap((path) => Object.keys(outputs[path].inputs));
    return [...new Set(paths.flatMap((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []))].sort();
  }

  it("succeeds and records every script", () => {
    expect(result.stderr).toBe("");
    const scripts = ["chrome", "firefox", "composer"].flatMap((folder) =>
      readdirSync(join(out, folder))
        .filter((name) => name.endsWith(".js"))
        .map((name) => join(out, folder, name)),
    );
    expect(
      Object.keys(outputs)
        .map((path) => resolve(EXTENSION, path))
        .sort(),
    ).toEqual(scripts.sort());
  });

  it.each(["chrome", "firefox"] as const)("has for %s only files that may be in a store's package", (browser) => {
    const paths = readdirSync(join(out, browser), { recursive: true, encoding: "utf8" }).filter((path) => path.includes("."));
    const own = readJson(join(out, browser, "manifest.json"));
    const problems = checkManifest(own, { backend: "https://repute.example.com", browser, paths });
    expect(problems.filter((problem) => problem.includes("belong"))).toEqual([]);
    expect(paths).toContain("background.js");
  });

  it.each(["chrome", "firefox"])("leaves no message out of the content script for %s that it shows", (folder) => {
    const script = join(out, folder, "content.js");
    const { inputs } = outputs[relative(EXTENSION, script)];
    const sources = Object.keys(inputs).filter((path) => /\.tsx?$/.test(path));
    const code = sources.map((path) => readFileSync(join(EXTENSION, path), "utf8")).join("\n");
    const contained = readFileSync(script, "utf8");
    const messages = Object.keys(readJson(join(EXTENSION, "src/messages.json")));
    const leftOut = messages.filter((key) => !new RegExp(`[{ \\n]"?${key}"?: "`).test(contained));
    expect(leftOut).toContain("options_ready");
    expect(leftOut).not.toContain("advice_title");
    const named = leftOut.filter((key) => new RegExp(`[".]${key.replace(/_(?:one|many)$/, "")}\\b`).test(code));
    expect(named).toEqual([]);
    const prefixes = new Set(leftOut.map((key) => key.slice(0, key.indexOf("_") + 1)));
    expect([...prefixes].filter((prefix) => code.includes(`\`${prefix}`))).toEqual([]);
  });

  it("has scripts of ASCII characters alone, which take half of the memory", () => {
    for (const path of Object.keys(outputs).filter((name) => name.endsWith(".js"))) {
      expect(readFileSync(resolve(EXTENSION, path), "utf8").match(/[\u0080-\uffff]/g), path).toBeNull();
    }
  });

  it.each([
    ["chrome", ["harper.js", "preact"]],
    ["firefox", ["harper.js", "preact"]],
    ["composer", ["harper.js", "preact"]],
  ])("passes on the licences of exactly the packages in %s", (folder, expected) => {
    expect(bundledIn(folder)).toEqual(expected);
    const text = readFileSync(join(out, folder, "THIRD-PARTY-LICENSES.txt"), "utf8");
    const heading = /^={80}\n(\S+) (\S+)\nLicence: (.+)\n={80}$/gm;
    expect([...text.matchAll(heading)].map((match) => match.slice(1))).toEqual(
      expected.map((name) => {
        const { version, license } = readJson(join(EXTENSION, "node_modules", name, "package.json"));
        return [name, version, license];
      }),
    );
    for (const name of expected) {
      expect(text).toContain(readFileSync(join(EXTENSION, "node_modules", name, "LICENSE"), "utf8").trimEnd());
    }
  });

  it("lists the packages of all scripts for the server's list of licences", () => {
    const packages: { name: string; licence: string }[] = readJson(join(out, "packages.json"));
    expect(packages.map(({ name, licence }) => [name, licence])).toEqual([
      ["harper.js", "Apache-2.0"],
      ["preact", "MIT"],
    ]);
  });
});

describe("a build with a package of unknown terms", () => {
  const source = join(temporary, "source", "extension");
  const preact = join(source, "node_modules", "preact");

  mkdirSync(join(source, "node_modules"), { recursive: true });
  for (const name of ["build.mjs", "licences.mjs", "package.json", "src"]) {
    cpSync(join(EXTENSION, name), join(source, name), { recursive: true });
  }
  symlinkSync(join(EXTENSION, "..", "server"), join(source, "..", "server"));
  for (const name of ["esbuild", "harper.js"]) {
    symlinkSync(join(EXTENSION, "node_modules", name), join(source, "node_modules", name));
  }
  cpSync(join(EXTENSION, "node_modules", "preact"), preact, { recursive: true });
  const about = readJson(join(preact, "package.json"));

  it("fails and names the package that has no licence file", () => {
    rmSync(join(preact, "LICENSE"));
    const { status, stderr } = build(source, join(temporary, "no-file"));
    expect(stderr).toBe(`preact ${about.version} is bundled, but ${preact} has no licence file (LICENSE or COPYING).\n`);
    expect(status).toBe(1);
  });

  it("fails and names the package that states no licence", () => {
    writeFileSync(join(preact, "package.json"), JSON.stringify({ ...about, license: undefined }));
    const { status, stderr } = build(source, join(temporary, "no-licence"));
    expect(stderr).toBe(`preact ${about.version} is bundled, but the package.json in ${preact} names no licence.\n`);
    expect(status).toBe(1);
  });
});
