/** Whether a text is longer than X lets everybody post. A lower bound of X's own counting: never "longer" for a text that fits. */

const LIMIT = 280;
/** X counts a link as this many characters. */
const LINK_LENGTH = 23;
const LINKS = /https?:\/\/\S+/giu;
/** An emoji counts as 2 however many code points it has; combining marks belong to the letter before. */
const EMOJI = /\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f|\u20e3|\u200d\p{Extended_Pictographic})*/gu;
const MARKS = /\p{M}|\p{Emoji_Modifier}|\p{Cf}/gu;

export function isLongerThanPost(text: string): boolean {
  if (text.length <= LIMIT) return false;
  const counted = text.trim().replaceAll(LINKS, "-".repeat(LINK_LENGTH)).replaceAll(EMOJI, "--").replaceAll(MARKS, "");
  return [...counted].length > LIMIT;
}
