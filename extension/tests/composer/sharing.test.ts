/** Counting a draft at /write: one key for each text and link, and what the rep reads about each answer. */
import { beforeEach, expect, it, vi } from "vitest";
import type { PostResult } from "../../src/composer/api.js";
import { Sharing, type SharingOptions } from "../../src/composer/sharing.js";
import { WaitingShareStore } from "../../src/composer/waiting-share.js";
import type { Share } from "../../src/shared/wire.js";

const TEXT = "Nine harbour pilots fill in the customs form twice.";
const LINK = "https://www.linkedin.com/posts/example-1";
const SHARE = { id: 7, state: "counted" } as Share;

let answers: PostResult<unknown>[];
let posted: { endpoint: string; body: Record<string, unknown>; key: string | undefined }[];
let options: SharingOptions;
let sharing: Sharing;

const refused = (values: object): PostResult<never> => ({ error: "refused", detail: "No.", field: "", code: "", ...values });

beforeEach(() => {
  localStorage.clear();
  [answers, posted] = [[], []];
  options = {
    post: (async (endpoint: string, body: Record<string, unknown>, _read: unknown, more?: { idempotencyKey?: string }) => {
      posted.push({ endpoint, body, key: more?.idempotencyKey });
      return answers.shift() ?? { ok: SHARE };
    }) as SharingOptions["post"],
    waiting: new WaitingShareStore("7"),
    onChange: () => undefined,
    onLinkProblem: vi.fn(),
    onStored: vi.fn(),
    onCounted: vi.fn(),
  };
  sharing = new Sharing(options);
});

it("stores the text and its link once, and forgets the share when it is withdrawn", async () => {
  await sharing.share("linkedin-post", TEXT, LINK);
  expect(posted[0]?.body).toMatchObject({ surface: "linkedin-post", text: TEXT, url: LINK });
  expect(sharing.prompt).toEqual({ state: "sent", share: SHARE });
  expect(options.onStored).toHaveBeenCalledWith("linkedin-post", TEXT);
  expect(options.waiting.get()).toBeNull();
  expect(sharing.isCounted("linkedin-post", TEXT)).toBe(true);
  expect(sharing.isCounted("linkedin-post", `${TEXT} It takes an hour.`)).toBe(false);
  await sharing.withdraw();
  expect(sharing.isCounted("linkedin-post", TEXT)).toBe(false);
  expect(posted[1]).toMatchObject({ endpoint: "withdraw", body: { id: 7 } });
  expect(sharing.prompt).toEqual({ state: "withdrawn" });
  expect(options.onCounted).toHaveBeenCalledTimes(2);
  await sharing.share("linkedin-post", TEXT, LINK);
  expect(posted[2]?.key).not.toBe(posted[0]?.key);
});

it("repeats a share whose answer was lost under the same key, and another text under a new one", async () => {
  answers = [{ error: "unreachable", detail: "", field: "", code: "" }];
  await sharing.share("linkedin-post", TEXT, "");
  expect(sharing.prompt?.state).toBe("refused");
  expect(options.waiting.get()?.body.text).toBe(TEXT);
  await sharing.share("linkedin-post", TEXT, "");
  await sharing.share("linkedin-post", `${TEXT} It takes an hour.`, "");
  await sharing.share("x-post", `${TEXT} It takes an hour.`, "");
  const [first, again, ...others] = posted.map(({ key }) => key);
  expect(again).toBe(first);
  expect(new Set([first, ...others]).size).toBe(3);
});

it("sends what an earlier visit left", async () => {
  answers = [{ error: "unreachable", detail: "", field: "", code: "" }];
  await sharing.share("linkedin-post", TEXT, "");
  const later = new Sharing(options);
  later.start();
  await vi.waitFor(() => expect(later.prompt?.state).toBe("sent"));
  expect(posted[1]?.key).toBe(posted[0]?.key);
});

it("waits for the notice, stays with another draft, and goes on when the rep is back", async () => {
  answers = [refused({ code: "notice-not-acknowledged" })];
  await sharing.share("linkedin-post", TEXT, "");
  expect(sharing.prompt).toEqual({ state: "waiting", reason: "notice" });
  sharing.leave();
  expect(sharing.prompt?.state).toBe("waiting");
  sharing.resume();
  await vi.waitFor(() => expect(sharing.prompt?.state).toBe("sent"));
  sharing.leave();
  expect(sharing.prompt).toBeNull();
});

it("shows a problem with the link at its field, of its own and of the server", async () => {
  await sharing.share("linkedin-post", TEXT, "linkedin.com/posts/1");
  expect(posted).toEqual([]);
  expect(options.onLinkProblem).toHaveBeenLastCalledWith(expect.stringContaining("https://"));
  answers = [refused({ field: "url" })];
  await sharing.share("linkedin-post", TEXT, LINK);
  expect(options.onLinkProblem).toHaveBeenLastCalledWith("No.");
  expect(sharing.prompt).toBeNull();
});

it.each(["http://www.linkedin.com/posts/1", "linkedin.com/posts/1", `https://x.com/${"a".repeat(2_000)}`])(
  "sends nothing with the invalid link %#",
  async (link) => {
    await sharing.share("linkedin-post", TEXT, link);
    expect(options.onLinkProblem).toHaveBeenLastCalledWith(expect.stringContaining("https://"));
    expect(posted).toEqual([]);
  },
);

it("keeps a draft that is on hold", async () => {
  answers = [{ ok: { ...SHARE, state: "held" } }];
  await sharing.share("linkedin-post", TEXT, "");
  expect(options.onStored).not.toHaveBeenCalled();
  expect(sharing.prompt?.state).toBe("sent");
});

it("sends neither protected talk nor an empty draft", async () => {
  await sharing.share("linkedin-post", "My salary has not moved in all these years and our union votes on Friday.", "");
  await sharing.share("linkedin-post", "", "");
  expect(posted).toEqual([]);
});
