/**
 * What can be said of a reply beside the post that it answers, by comparing words on the device. Nothing here judges meaning: each
 * check says what it found, and an empty list of words is a question to the rep, not a fault.
 */

export interface ReplyCheck {
  code: "words" | "question" | "agrees";
  isMet: boolean;
  /** What the check is about: the shared words, or the question. */
  quoted: string;
}

/** Frequent words that say nothing about what a post is about; shorter ones are left out anyway. */
const STOP_WORDS = new Set(
  `about after again also always and another any anything are because been before being best better between both but can could
  did does doing done don't down each even ever every everyone everything few first for from get gets getting give going good got
  great had has have having her here him his how however i'm i've into it's its just know last let like little lot made make makes
  making many may maybe more most much must need never new next not nothing now off often one only other our out over people post
  really right said same say says see she should since some someone something still such take than that that's the their them then
  there these they thing things think this those through time today too two under until use used using very want was way ways
  well went were what when where which while who why will with without work would year years yes yet you you're your yours`.split(
    /\s+/,
  ),
);

/** Any of the phrases, as whole words. */
const anyOf = (phrases: readonly string[], flags: string): RegExp =>
  new RegExp(phrases.map((phrase) => `(?<![\\p{L}\\d])(?:${phrase})(?![\\p{L}\\d])`).join("|"), flags);

const AGREEMENT = anyOf(
  [
    "great (?:post|point|insights?|read|share)",
    "(?:so|very|how) true",
    "true",
    "(?:i )?(?:totally |completely |fully |absolutely |really )?agreed?(?: with (?:you|this|that))?",
    "(?:i )?couldn['’]t agree more",
    "(?:well|nicely) (?:said|put|done)",
    "congrat(?:s|ulations)",
    "(?:thanks|thank you)(?: so much)?(?: for (?:sharing|posting)(?: this)?)?",
    "(?:i )?love (?:this|it)",
    "this",
    "(?:absolutely|exactly|totally|indeed|yes|yep|nice|awesome|amazing|fantastic|brilliant|inspiring|spot on|well deserved)",
    "100 ?%",
  ],
  "giu",
);

/** Replies that comfort, congratulate, welcome or wish well, which need not take up any word of the post. */
const COURTESY = anyOf(
  [
    "sorry for (?:your|the|his|her|their) loss|sorry to (?:hear|read)|condolences?|rest in peace|thoughts are with",
    "(?:speedy|full) recovery|get well (?:soon|quickly|fast)|thinking of you|hang in there",
    "congrat(?:s|ulations)|well deserved|proud of you|happy for you",
    "welcome (?:to (?:the|our) team|aboard|on board|back(?! to (?:reality|the)))",
    "happy (?:\\w+ ){0,2}(?:birthday|anniversary|new year)|merry christmas|eid mubarak",
    "good luck(?! (?:finding|getting|trying|convincing|explaining|selling|with that|to (?:anyone|whoever)))",
    "all the best(?=[\\s,]*(?:$|[^\\p{L}\\d\\s]|(?:to|for|in|with|on|at|and) ))",
  ],
  "iu",
);

/** Words of scorn or of disagreement, with which a courtesy is none. */
const AGAINST = anyOf(
  [
    "nobody|no one|worst|wrong|ashamed|disasters?|outages?|for nothing|had it coming|(?:any|every)(?:one|body) who|whoever",
    "disagree|however|honestly|ignor(?:e|es|ed|ing)|(?:useless|pathetic|ridiculous|terrible|awful|bad|nonsense)",
    "but (?:no|not|this|that|the|your|it|i (?:would|do|don['’]t|think|see))",
  ],
  "iu",
);
/** In words: a longer reply says more than a courtesy, and so does one in which the courtesy comes later. */
const MAX_COURTESY = 20;
const MAX_BEFORE = 8;

const WORD = /[\p{L}\d][\p{L}\d'’-]*/gu;
const normalise = (word: string): string => word.toLowerCase().replaceAll("’", "'");
/** So that "forms" takes up "form". */
const stem = (word: string): string => word.replace(/'s$/, "").replace(/(?<=\w{3})s$/, "");

/** Words that a text is about, by their stem, as they are written there. */
function contentWords(text: string): Map<string, string> {
  const words = new Map<string, string>();
  for (const [word] of text.matchAll(WORD)) {
    const normal = normalise(word);
    if ((normal.length < 4 && !/\d/.test(normal)) || STOP_WORDS.has(normal)) continue;
    if (!words.has(stem(normal))) words.set(stem(normal), word);
  }
  return words;
}

const shared = (text: string, reply: string): string[] => {
  const inReply = contentWords(reply);
  return [...contentWords(text).keys()].flatMap((key) => inReply.get(key) ?? []);
};

/** The last question that the post asks; empty without one. */
export function lastQuestion(post: string): string {
  const withoutLinks = post.replaceAll(/https?:\/\/\S+/g, "");
  return (
    withoutLinks
      .match(/[^.!?\n]+\?/g)
      ?.at(-1)
      ?.trim() ?? ""
  );
}

/** Whether nothing is left of the reply but agreement, thanks and congratulations. */
export function onlyAgrees(reply: string): boolean {
  const rest = reply.replaceAll(/@[\p{L}\d_.-]+/gu, " ").replaceAll(AGREEMENT, " ");
  return reply.trim() !== "" && contentWords(rest).size === 0;
}

/** Whether the reply is short and begins with a courtesy that nothing in it speaks against. */
export function isCourtesy(reply: string): boolean {
  const found = COURTESY.exec(reply);
  if (!found || AGAINST.test(reply) || countWords(reply) > MAX_COURTESY) return false;
  return countWords(reply.slice(0, found.index)) < MAX_BEFORE;
}

const countWords = (text: string): number => text.match(WORD)?.length ?? 0;

/** How many of the shared words are quoted. */
const MAX_QUOTED = 4;

/** Nothing while one of the two is empty. A courtesy is told what it takes up of the post, and misses nothing. */
export function checkReply(post: string, reply: string): ReplyCheck[] {
  const checks = post.trim() === "" || reply.trim() === "" ? [] : compare(post, reply);
  return isCourtesy(reply) ? checks.filter(({ isMet }) => isMet) : checks;
}

function compare(post: string, reply: string): ReplyCheck[] {
  const question = lastQuestion(post);
  const words = shared(post, reply).slice(0, MAX_QUOTED);
  const quoted = words.map((word) => `“${word}”`).join(", ");
  return [
    { code: "words", isMet: words.length > 0, quoted },
    ...(question ? [{ code: "question" as const, isMet: shared(question, reply).length > 0, quoted: question }] : []),
    ...(onlyAgrees(reply) ? [{ code: "agrees" as const, isMet: false, quoted: "" }] : []),
  ];
}
