/** What a package must satisfy before it is uploaded to a store. Each check returns the problems it found, as sentences. */

/** The server's own host, which differs from package to package. */
export const SERVER = "<server>";
const MAX_DESCRIPTION = 132;
/** Kinds of files in a package; anything else got into it by mistake. */
const FILES =
  /^(?:[a-z]+\.(?:js|html|css)|shared-[A-Z0-9]+\.js|harper\.wasm|manifest\.json|THIRD-PARTY-LICENSES\.txt|icons\/\d+\.png)$/;
/** Code from outside of the package, or made from strings. `import(` of a literal that begins with a dot is code of the package. */
const REMOTE_CODE = [
  ["eval", /(?<![\w.$])eval\s*\(/],
  ["new Function", /new\s+Function\s*\(/],
  ["importScripts", /(?<![\w.$])importScripts\s*\(/],
  ["an import from an address", /(?:import\s*\(\s*|from\s+)["'`]https?:/],
  ["a script element", /createElement\(\s*["'`]script["'`]\s*\)/],
];

const patternOf = (backend) => `${new URL(backend).protocol}//${new URL(backend).hostname}/*`;

/** Every permission of a manifest, by the kinds that `permissions.json` uses. */
export function permissionsIn(manifest, backend) {
  const policy = manifest.content_security_policy?.extension_pages ?? "";
  const { required = [], optional = [] } = manifest.browser_specific_settings?.gecko?.data_collection_permissions ?? {};
  return {
    permissions: [...(manifest.permissions ?? []), ...(manifest.optional_permissions ?? [])],
    host_permissions: (manifest.host_permissions ?? []).map((host) => (host === patternOf(backend) ? SERVER : host)),
    optional_host_permissions: manifest.optional_host_permissions ?? [],
    content_scripts: (manifest.content_scripts ?? []).flatMap(({ matches }) => matches),
    content_security_policy: [...policy.matchAll(/'((?:wasm-)?unsafe-[a-z-]+)'/g)].map(([, source]) => source),
    data_collection: [...required, ...optional].filter((kind) => kind !== "none"),
  };
}

/** Each permission has a reason, and each reason a permission. */
export function checkPermissions(manifest, { backend, browser, justified }) {
  const found = permissionsIn(manifest, backend);
  return Object.keys({ ...found, ...justified }).flatMap((kind) => {
    const reasons = justified[kind] ?? {};
    const expected = Object.keys(reasons).filter((name) => reasons[name].browsers.includes(browser));
    return [
      ...(found[kind] ?? []).filter((name) => !expected.includes(name)).map((name) => `${kind}: ${name} has no reason`),
      ...expected.filter((name) => !(found[kind] ?? []).includes(name)).map((name) => `${kind}: ${name} is not requested`),
      ...expected.filter((name) => !reasons[name].why.trim()).map((name) => `${kind}: the reason for ${name} is empty`),
    ];
  });
}

/** `files`: the text of each script and page by its path. */
export function checkCode(manifest, files) {
  const policy = manifest.content_security_policy?.extension_pages ?? "";
  const scripts = policy.match(/script-src ([^;]*)/)?.[1]?.split(" ") ?? [];
  const outside = scripts.filter((source) => source !== "'self'" && source !== "'wasm-unsafe-eval'");
  return [
    ...(scripts.length === 0 ? ["the content security policy names no script-src"] : []),
    ...outside.map((source) => `the content security policy permits scripts from ${source}`),
    ...Object.entries(files).flatMap(([path, text]) => [
      ...(path.endsWith(".js") ? REMOTE_CODE : [])
        .filter(([, pattern]) => pattern.test(text))
        .map(([name]) => `${path} contains ${name}`),
      ...(path.endsWith(".html") && /<script(?![^>]*\ssrc="[a-z]+\.js")/.test(text)
        ? [`${path} has a script from elsewhere`]
        : []),
    ]),
  ];
}

export function checkManifest(manifest, { backend, browser, paths }) {
  const gecko = manifest.browser_specific_settings?.gecko;
  const consent = gecko?.data_collection_permissions;
  return [
    ...(new URL(backend).protocol === "https:" ? [] : [`the server's address is not https: ${backend}`]),
    ...(/^\d+(\.\d+){0,3}$/.test(manifest.version) ? [] : [`version ${manifest.version} is not made of up to four numbers`]),
    ...(manifest.description.length <= MAX_DESCRIPTION ? [] : [`the description has more than ${MAX_DESCRIPTION} characters`]),
    ...(manifest.web_accessible_resources ? ["pages could find the extension by its web_accessible_resources"] : []),
    ...(browser === "firefox" && !consent ? ["data_collection_permissions is missing"] : []),
    ...(browser === "firefox" && consent && consent.required?.join() !== "none"
      ? ["data may be required only after the person has connected"]
      : []),
    ...(gecko?.id.endsWith(".example") ? ["the id for Firefox is the example's: pass --firefox-id"] : []),
    ...paths.filter((path) => !FILES.test(path)).map((path) => `${path} does not belong into a package`),
  ];
}
