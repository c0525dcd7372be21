/**
 * Writes dist/chrome, dist/firefox and the web composer's files, each with the licences of the packages it contains. Beside them,
 * dist/packages.json lists these packages, and dist/metafile.json is esbuild's record of what each script contains.
 *
 *   node build.mjs [--backend http://127.0.0.1:8000] [--out dist] [--composer ../server/web/static/built] [--watch]
 *
 * With --watch it rebuilds after every change to a source file, until it is stopped.
 */

import { watch } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build, context } from "esbuild";
import { bundledFiles, formatLicences, MissingLicence, packagesOf } from "./licences.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    backend: { type: "string", default: "http://127.0.0.1:8000" },
    out: { type: "string", default: join(here, "dist") },
    composer: { type: "string", default: join(here, "../server/web/static/built") },
    watch: { type: "boolean", default: false },
  },
});
const backend = new URL(options.backend).origin;
const source = (...path) => join(here, "src", ...path);
const CONTRACT = join(here, "../server/contract");
const TARGETS = ["chrome140", "firefox150"];
const BROWSERS = ["chrome", "firefox"];
const PAGES = ["popup", "panel", "options"];
const outFolder = (browser) => join(resolve(options.out), browser);
const composerFolder = resolve(options.composer);
const HARPER = join(here, "node_modules/harper.js/dist/harper_wasm_slim_bg.wasm");

const HARPER_MB = Math.round((await stat(HARPER)).size / 1e6);

const read = (path) => readFile(path, "utf8");
const readTokens = () => read(join(CONTRACT, "tokens.css"));
const readJson = async (path) => JSON.parse(await read(path));

/** A style sheet with its `@import`s inlined, and the list of files it is made of. */
async function bundleSheet(path) {
  const { outputFiles, metafile } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    metafile: true,
    absWorkingDir: here,
    target: TARGETS,
    charset: "utf8",
    logLevel: "warning",
  });
  return { css: outputFiles[0].text, files: Object.keys(metafile.inputs).map((file) => join(here, file)) };
}

/** Imports style sheets as strings. The card's includes the design tokens, set on the card's own box instead of the page's root. */
const sheets = {
  name: "sheets",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { css, files } = await bundleSheet(path);
      const contents = path.endsWith("card.css") ? (await readTokens()).replaceAll(":root", ".rp") + css : css;
      return { contents, loader: "text", watchFiles: files };
    });
  },
};

/** The content script is in every page of a site, so it carries no messages that are for the extension's own pages. */
const PAGES_MESSAGES = /^(?:options|panel|popup|profile|section|write)_/;
const contentMessages = {
  name: "content-messages",
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]messages\.json$/ }, async ({ path }) => {
      const kept = Object.entries(await readJson(path)).filter(([key]) => !PAGES_MESSAGES.test(key));
      return { contents: JSON.stringify(Object.fromEntries(kept)), loader: "json" };
    });
  },
};

/** Replaces `fs`, which Harper uses only outside of a browser. */
const noFiles = {
  name: "no-files",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^fs$/ }, ({ path }) => ({ path, namespace: "none" }));
    onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "export {}" }));
  },
};

/**
 * Removes Preact's `innerHTML` support, which nothing here uses, so that the linter and the bundle's own test can verify that no
 * code in the extension turns text into markup.
 */
const noMarkup = {
  name: "no-markup",
  setup({ onLoad }) {
    onLoad({ filter: /preact[\\/]dist[\\/]preact\.\w+$/ }, async ({ path }) => ({
      contents: (await read(path)).replaceAll(".innerHTML", ".textContent"),
      loader: "js",
    }));
  },
};

/**
 * Removes the code of Harper's worker, which it keeps in a string, and which nothing here runs: a third of the script that checks
 * grammar.
 */
const noWorkerCode = {
  name: "no-worker-code",
  setup({ onLoad }) {
    onLoad({ filter: /harper\.js[\\/]dist[\\/]index\.js$/ }, async ({ path }) => {
      const code = await read(path);
      const contents = code.replace(/^const jsContent = '.*';$/m, 'const jsContent = "";');
      if (contents === code) throw new Error(`${path} has no worker's code where build.mjs looks for it`);
      return { contents, loader: "js" };
    });
  },
};

const bundle = (entries, output, { format = "iife", firefox = false, plugins = [] } = {}) =>
  context({
    entryPoints: entries,
    ...output,
    format,
    bundle: true,
    metafile: true,
    absWorkingDir: here,
    target: TARGETS,
    // See escapeLetters().
    charset: "ascii",
    // The stores require readable code; only what the other browser needs is removed.
    minify: false,
    minifySyntax: true,
    treeShaking: true,
    legalComments: "inline",
    jsx: "automatic",
    jsxImportSource: "preact",
    define: { __BACKEND__: JSON.stringify(backend), __FIREFOX__: String(firefox), __GRAMMAR_MB__: String(HARPER_MB) },
    plugins: [sheets, noMarkup, noFiles, noWorkerCode, ...plugins],
    logLevel: "warning",
  });

const bundleScript = (entry, outfile, settings) => bundle([source(...entry)], { outfile }, settings);

/** What the background script and the extension's pages have in common is in scripts that they import. */
const bundleModules = (outdir, settings) =>
  bundle(
    [
      { in: source("background", "main.ts"), out: "background" },
      ...PAGES.map((name) => ({ in: source(name, "main.tsx"), out: name })),
    ],
    { outdir, splitting: true, chunkNames: "shared-[hash]" },
    { ...settings, format: "esm" },
  );

function createBundles(browser) {
  const out = outFolder(browser);
  const firefox = browser === "firefox";
  return [
    bundleScript(["content", "main.ts"], join(out, "content.js"), { firefox, plugins: [contentMessages] }),
    bundleModules(out, { firefox }),
  ];
}

const page = (name, title) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="stylesheet" href="pages.css">
  </head>
  <body>
    <main id="app" class="rp ${name}"></main>
    <script type="module" src="${name}.js"></script>
  </body>
</html>
`;

/** The manifest is written in TypeScript like the rest, so it is built in memory and evaluated here. */
async function createManifest(browser) {
  const { version } = await readJson(join(here, "package.json"));
  const { outputFiles } = await build({ entryPoints: [source("manifest.ts")], bundle: true, format: "esm", write: false });
  const module = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`);
  return module.manifest({ browser, backend, version });
}

async function writeExtensionFiles(browser) {
  const out = outFolder(browser);
  const messages = await readJson(source("messages.json"));
  const pagesCss = (await readTokens()) + (await bundleSheet(source("styles/pages.css"))).css;
  await Promise.all([
    writeFile(join(out, "popup.html"), page("popup", messages.name)),
    writeFile(join(out, "panel.html"), page("panel", messages.name)),
    writeFile(join(out, "options.html"), page("options", messages.settings_title)),
    writeFile(join(out, "pages.css"), pagesCss),
    cp(source("content/paint/highlights.css"), join(out, "highlights.css")),
    cp(source("icons"), join(out, "icons"), { recursive: true }),
    cp(HARPER, join(out, "harper.wasm")),
    writeFile(join(out, "manifest.json"), `${JSON.stringify(await createManifest(browser), null, 2)}\n`),
  ]);
}

async function writeComposerFiles() {
  const sheetFiles = [source("content/paint/highlights.css"), source("composer/write.css")];
  await cp(HARPER, join(composerFolder, "harper.wasm"));
  await writeFile(join(composerFolder, "write.css"), (await Promise.all(sheetFiles.map(read))).join(""));
}

for (const browser of BROWSERS) {
  await rm(outFolder(browser), { recursive: true, force: true });
  await mkdir(outFolder(browser), { recursive: true });
}
await mkdir(composerFolder, { recursive: true });
const product = async (folder, bundles, copied = []) => ({ folder, bundles: await Promise.all(bundles), copied });
const products = await Promise.all([
  ...BROWSERS.map((browser) => product(outFolder(browser), createBundles(browser), [HARPER])),
  product(
    composerFolder,
    [
      bundleScript(["composer", "main.ts"], join(composerFolder, "write.js"), { format: "esm" }),
      // A script of its own, whose response alone permits WebAssembly.
      bundleScript(["grammar", "worker.ts"], join(composerFolder, "grammar.js")),
    ],
    [HARPER],
  ),
]);

/**
 * A browser keeps a script in memory with one byte for each character if all are in Latin-1, and otherwise with two. esbuild escapes
 * what is in strings, but not what is in regular expressions.
 */
async function escapeLetters(path) {
  const code = await read(path);
  const escaped = code.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  if (escaped !== code) await writeFile(path, escaped);
}

/** Builds the scripts of one folder and writes the licences of the packages in it. */
async function buildScripts({ folder, bundles, copied }) {
  const results = await Promise.all(bundles.map((bundle) => bundle.rebuild()));
  const metafiles = results.map(({ metafile }) => metafile);
  const scripts = metafiles.flatMap(({ outputs }) => Object.keys(outputs)).filter((path) => path.endsWith(".js"));
  await Promise.all(scripts.map((path) => escapeLetters(resolve(here, path))));
  // With --watch, those of earlier builds are still there.
  const kept = scripts.map((path) => basename(path));
  const old = (await readdir(folder)).filter((name) => /^shared-.*\.js$/.test(name) && !kept.includes(name));
  await Promise.all(old.map((name) => rm(join(folder, name))));
  const packages = await packagesOf([...metafiles.flatMap((metafile) => bundledFiles(metafile, here)), ...copied]);
  await writeFile(join(folder, "THIRD-PARTY-LICENSES.txt"), formatLicences(packages));
  return { metafiles, packages };
}

async function writeRecords(built) {
  const packages = new Map(
    built
      .flatMap(({ packages }) => packages)
      .map(({ name, version, licence }) => [`${name} ${version}`, { name, version, licence }]),
  );
  const metafiles = built.flatMap(({ metafiles }) => metafiles);
  const metafile = {
    inputs: Object.assign({}, ...metafiles.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, ...metafiles.map(({ outputs }) => outputs)),
  };
  const writeJson = (name, data) => writeFile(join(resolve(options.out), name), `${JSON.stringify(data, null, 2)}\n`);
  await Promise.all([writeJson("packages.json", [...packages.values()]), writeJson("metafile.json", metafile)]);
}

async function buildAll() {
  const [built] = await Promise.all([
    Promise.all(products.map(buildScripts)),
    ...BROWSERS.map(writeExtensionFiles),
    writeComposerFiles(),
  ]);
  await writeRecords(built);
}

/** Several files may be saved at once; they are built together after this long without a change. */
const DEBOUNCE_MS = 100;

async function buildOnChange() {
  const report = () => console.log(`Built at ${new Date().toLocaleTimeString()}; watching for changes`);
  let lastBuild = buildAll().then(report, console.error);
  let timer;
  const onChange = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      lastBuild = lastBuild.then(buildAll).then(report, (error) => console.error(error.message));
    }, DEBOUNCE_MS);
  };
  for (const folder of [source(), CONTRACT]) watch(folder, { recursive: true }, onChange);
}

if (options.watch) await buildOnChange();
else {
  try {
    await buildAll();
  } catch (error) {
    if (!(error instanceof MissingLicence)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    await Promise.all(products.flatMap(({ bundles }) => bundles.map((bundle) => bundle.dispose())));
  }
}
