/** The content script: starts and ends `Page`, and connects it with the worker, the panels and the popup. */
import { PROFILE_PORT, type ProfileReadResult } from "../shared/profile.js";
import { type PageInfo, type PanelAction, parseNotice, request, type SiteState } from "../shared/protocol.js";
import type { Place } from "../shared/wire.js";
import { Page } from "./page.js";
import { linkedin } from "./sites/linkedin.js";
import { plainSite } from "./sites/plain.js";
import type { Site } from "./sites/site.js";
import { x } from "./sites/x.js";

const SITES: readonly Site[] = [linkedin, x];

/** The place on a listed site; `null` on LinkedIn and X, and once the site is neither listed nor allowed any longer. */
const placeIn = ({ sites }: SiteState): Place | null => sites.find(({ origin }) => origin === location.origin)?.place ?? null;

async function main(): Promise<void> {
  const known = SITES.find(({ hosts }) => hosts.includes(location.host));
  const panelPorts = new Set<chrome.runtime.Port>();
  let page: Page | null = null;

  /** Starts, restarts or ends the page. Settings that change what is displayed restart it. */
  const update = (state: SiteState): void => {
    const place = known ? null : placeIn(state);
    const site = known ?? (place && plainSite(place));
    const isAllowed = site && state.consented && !state.pausedToday && !state.paused.includes(location.host);
    const displaySettings = (one: SiteState): string => [one.mode, one.underlines, known ? null : placeIn(one)].join();
    if (page && (!isAllowed || displaySettings(page.state) !== displaySettings(state))) {
      page.end();
      page = null;
    }
    if (!isAllowed) return;
    if (page) page.update(state);
    else page = new Page(site, state, panelPorts);
  };

  const ready = request("client-state", {}).then((result) => {
    if ("ok" in result) update(result.ok);
  });
  chrome.runtime.onMessage.addListener((message: unknown, sender) => {
    const notice = sender.id === chrome.runtime.id ? parseNotice(message) : null;
    if (notice?.kind === "site-changed") update(notice.state);
    if (notice?.kind === "share-outcome") page?.updateShare(notice.key, notice.outcome);
    if (notice?.kind === "command") page?.command(notice.command);
  });
  chrome.runtime.onConnect.addListener((port) => {
    if (port.sender?.id !== chrome.runtime.id) return;
    if (port.name === "host") {
      port.postMessage({ host: location.host, paused: page?.pausedMessage ?? "" } satisfies PageInfo);
    }
    // The rep has clicked "Read my profile from this page" in one of our own pages. This is the only time a profile is read.
    if (port.name === PROFILE_PORT && port.sender?.url?.startsWith(chrome.runtime.getURL(""))) {
      let isConnected = true;
      port.onDisconnect.addListener(() => {
        isConnected = false;
      });
      // A page that has just loaded does not know its state yet, and would answer that it is paused.
      void ready
        .catch(() => undefined)
        .then(() => {
          const result: ProfileReadResult = known && page ? known.readOwnProfile(page.state.profiles) : { error: "paused" };
          if (isConnected) port.postMessage(result);
        });
    }
    if (port.name !== "panel") return;
    panelPorts.add(port);
    port.onDisconnect.addListener(() => {
      panelPorts.delete(port);
      page?.leaveCard();
    });
    port.onMessage.addListener((message: PanelAction & { v: number }) => {
      if (message.kind === "act") page?.actFor(message.draft, message.action);
    });
    page?.sendViewTo(port);
  });

  await ready;
}

void main();
