import messages from "./messages.json" with { type: "json" };

export type Browser = "chrome" | "firefox";

/** The first versions with `highlightsFromPoint`; highlights themselves are older. */
const MIN_CHROME = "140";
const MIN_FIREFOX = "150.0";

/** Match patterns cannot contain ports: `http://127.0.0.1:8000` becomes `http://127.0.0.1/*`. */
export function originPattern(backend: string): string {
  const url = new URL(backend);
  return `${url.protocol}//${url.hostname}/*`;
}

/** The manifest of one browser. The two differ only where the browsers do. */
export function manifest({ browser, backend, version }: { browser: Browser; backend: string; version: string }): object {
  const origin = new URL(backend).origin;
  const chrome = browser === "chrome";
  return {
    manifest_version: 3,
    name: messages.name,
    version,
    description: messages.description,
    icons: { "16": "icons/16.png", "32": "icons/32.png", "48": "icons/48.png", "128": "icons/128.png" },
    permissions: chrome ? ["scripting", "sidePanel"] : ["scripting"],
    host_permissions: [originPattern(backend)],
    // For the sites that an administrator lists, each asked for by a click of the rep.
    optional_host_permissions: ["https://*/*"],
    background: { ...(chrome ? { service_worker: "background.js" } : { scripts: ["background.js"] }), type: "module" },
    content_scripts: [
      {
        matches: ["https://www.linkedin.com/*"],
        js: ["content.js"],
        css: ["highlights.css"],
        // LinkedIn's framed layout keeps the composer in a child frame of its own origin.
        all_frames: true,
        run_at: "document_idle",
      },
      {
        matches: ["https://x.com/*", "https://twitter.com/*"],
        js: ["content.js"],
        css: ["highlights.css"],
        run_at: "document_idle",
      },
    ],
    action: { default_popup: "popup.html", default_title: messages.name },
    options_ui: { page: "options.html", open_in_tab: true },
    commands: {
      "open-card": { suggested_key: { default: "Alt+Shift+R" }, description: messages.command_open },
      "apply-tip": { suggested_key: { default: "Alt+Shift+A" }, description: messages.command_apply },
      [chrome ? "open-panel" : "_execute_sidebar_action"]: {
        suggested_key: { default: "Alt+Shift+S" },
        description: chrome ? messages.command_panel : messages.command_sidebar,
      },
    },
    content_security_policy: {
      extension_pages:
        // Harper is WebAssembly in the package: compiled here, and fetched from the package itself.
        `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self' ${origin}; base-uri 'none'`,
    },
    ...(chrome
      ? { minimum_chrome_version: MIN_CHROME, side_panel: { default_path: "panel.html" } }
      : {
          sidebar_action: { default_panel: "panel.html", default_title: messages.name, open_at_install: false },
          browser_specific_settings: {
            gecko: {
              id: "repute@repute.example",
              strict_min_version: MIN_FIREFOX,
              data_collection_permissions: {
                required: ["none"],
                optional: ["websiteContent", "personallyIdentifyingInfo", "authenticationInfo"],
              },
            },
          },
        }),
  };
}
