/** The browser's permission for one site. The rep gives it by a click in the options, and can take it back there. */

export const patternOf = (origin: string): string => `${origin}/*`;

/** Must be the first thing awaited after the click: later the browser no longer takes it for a response to that click. */
export const requestSite = (origin: string): Promise<boolean> => chrome.permissions.request({ origins: [patternOf(origin)] });

export const withdrawSite = (origin: string): Promise<boolean> => chrome.permissions.remove({ origins: [patternOf(origin)] });
