/** `navigator.clipboard` needs focus in this document, which a click in the card or a shortcut gives. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
