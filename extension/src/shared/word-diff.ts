/** Which words of one wording another keeps, drops and adds. */

export interface Part {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Blanks for the writer to fill are one word each. */
const PIECES = /\[[^\]\n]*\]|\s+|[\p{L}\p{N}\p{M}'’-]+|./gsu;
/** Above this many pairs of words the wordings are shown whole, one after the other. */
const MAX_PAIRS = 4_000_000;

/** The parts in the order of reading: where words are replaced, those that are dropped come first. */
export function diffWords(before: string, after: string): Part[] {
  const [a, b] = [before.match(PIECES) ?? [], after.match(PIECES) ?? []];
  if (a.length * b.length > MAX_PAIRS)
    return joined([
      { kind: "removed", text: before },
      { kind: "added", text: after },
    ]);
  const lengths = commonLengths(a, b);
  const width = b.length + 1;
  const parts: Part[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      parts.push({ kind: "same", text: a[i] ?? "" });
      i += 1;
      j += 1;
    } else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) {
      parts.push({ kind: "removed", text: a[i] ?? "" });
      i += 1;
    } else {
      parts.push({ kind: "added", text: b[j] ?? "" });
      j += 1;
    }
  }
  parts.push({ kind: "removed", text: a.slice(i).join("") }, { kind: "added", text: b.slice(j).join("") });
  return withoutIslands(joined(withoutLoneBlanks(parts)));
}

/** At `i * (b.length + 1) + j`: the length of the longest common subsequence of what follows `i` in `a` and `j` in `b`. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint16Array {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  return lengths;
}

/** A blank that stays between two replaced words would cut the change into words: it is replaced with them. */
function withoutLoneBlanks(parts: readonly Part[]): Part[] {
  return parts.flatMap((part, index): Part[] => {
    const [previous, next] = [parts[index - 1], parts.slice(index + 1).find(({ text }) => text !== "")];
    const isLone = part.kind === "same" && /^[ \t]+$/u.test(part.text) && previous && next;
    if (!isLone || previous.kind === "same" || next.kind === "same") return [part];
    return [
      { kind: "removed", text: part.text },
      { kind: "added", text: part.text },
    ];
  });
}

/** A single word that stays between two longer changes only makes both harder to read: it is replaced with them. */
function withoutIslands(parts: readonly Part[]): Part[] {
  const isLong = (part: Part | undefined): boolean => part !== undefined && part.kind !== "same" && /\S\s+\S/u.test(part.text);
  const cut = parts.flatMap((part, index): Part[] => {
    const isIsland = part.kind === "same" && /^\s*[\p{L}\p{N}'’-]*\s*$/u.test(part.text);
    const isBetween = isLong(parts[index - 1]) && (isLong(parts[index + 1]) || isLong(parts[index + 2]));
    if (!isIsland || !isBetween) return [part];
    return [
      { kind: "removed", text: part.text },
      { kind: "added", text: part.text },
    ];
  });
  return joined(cut);
}

function joined(parts: readonly Part[]): Part[] {
  const result: Part[] = [];
  let change: Record<"removed" | "added", string> = { removed: "", added: "" };
  const flush = (): void => {
    for (const kind of ["removed", "added"] as const) if (change[kind] !== "") result.push({ kind, text: change[kind] });
    change = { removed: "", added: "" };
  };
  for (const { kind, text } of parts) {
    if (kind !== "same") {
      change[kind] += text;
      continue;
    }
    flush();
    const last = result.at(-1);
    if (last?.kind === "same") last.text += text;
    else result.push({ kind, text });
  }
  flush();
  return result;
}
