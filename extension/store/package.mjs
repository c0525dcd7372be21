/**
 * Builds the extension for a server, checks it, and writes the packages for the stores to `dist/store`.
 *
 *   node store/package.mjs --backend https://repute.example.com --firefox-id repute@example.com [--out dist/store]
 *
 * Edge takes the same package as Chrome. Nothing is written unless every check passes.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkCode, checkManifest, checkPermissions } from "./checks.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const BROWSERS = ["chrome", "firefox"];
const STORES = { chrome: "chrome", edge: "chrome", firefox: "firefox" };
const { values: options } = parseArgs({
  options: {
    backend: { type: "string", default: "" },
    "firefox-id": { type: "string", default: "" },
    out: { type: "string", default: join(root, "dist/store") },
  },
});
const webExt = join(root, "node_modules/.bin/web-ext");
const run = (command, ...args) =>
  execFileSync(command, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

function problemsOf(browser, folder) {
  const { backend } = options;
  const manifest = readJson(join(folder, "manifest.json"));
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const texts = paths.filter((path) => /\.(js|html)$/.test(path));
  const files = Object.fromEntries(texts.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
  const justified = readJson(join(here, "permissions.json"));
  return [
    ...checkManifest(manifest, { backend, browser, paths }),
    ...checkPermissions(manifest, { backend, browser, justified }),
    ...checkCode(manifest, files),
  ].map((problem) => `${browser}: ${problem}`);
}

function setFirefoxId(folder) {
  const path = join(folder, "manifest.json");
  const manifest = readJson(path);
  manifest.browser_specific_settings.gecko.id = options["firefox-id"];
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

function lint(folder) {
  try {
    run(webExt, "lint", "--source-dir", folder, "--warnings-as-errors");
    return [];
  } catch (error) {
    return [`firefox: web-ext lint\n${error.stdout}`];
  }
}

function main() {
  if (!URL.canParse(options.backend)) return ["--backend must be the server's address, such as https://repute.example.com"];
  const build = mkdtempSync(join(tmpdir(), "store-"));
  try {
    run(process.execPath, "build.mjs", "--backend", options.backend, "--out", build, "--composer", join(build, "composer"));
    const folders = Object.fromEntries(BROWSERS.map((browser) => [browser, join(build, browser)]));
    if (options["firefox-id"]) setFirefoxId(folders.firefox);
    const problems = [...BROWSERS.flatMap((browser) => problemsOf(browser, folders[browser])), ...lint(folders.firefox)];
    if (problems.length > 0) return problems;
    const { version } = readJson(join(folders.chrome, "manifest.json"));
    const packages = join(build, "packages");
    mkdirSync(packages);
    for (const [store, browser] of Object.entries(STORES)) {
      const filename = `repute-${store}-${version}.zip`;
      run(webExt, "build", "--source-dir", folders[browser], "--artifacts-dir", packages, "--filename", filename);
    }
    cpSync(packages, resolve(options.out), { recursive: true });
    for (const name of readdirSync(packages)) console.log(join(resolve(options.out), name));
    return [];
  } finally {
    rmSync(build, { recursive: true, force: true });
  }
}

const problems = main();
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
