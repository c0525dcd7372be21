/** Asks the content script in the active tab to read the rep's profile. */
import { activeTab } from "../shared/client-state.js";
import { PROFILE_PORT, type ProfileReadResult } from "../shared/profile.js";

export async function readProfile(): Promise<ProfileReadResult> {
  const tab = await activeTab();
  if (tab === null) return { error: "not-a-profile" };
  return new Promise((resolve) => {
    const port = chrome.tabs.connect(tab, { name: PROFILE_PORT, frameId: 0 });
    port.onMessage.addListener((result: ProfileReadResult) => {
      resolve(result);
      port.disconnect();
    });
    // In a tab without our content script the port closes without a message.
    port.onDisconnect.addListener(() => {
      void chrome.runtime.lastError;
      resolve({ error: "not-a-profile" });
    });
  });
}
