/** What of the site's page lies under a box of the viewport, found by asking the browser what is painted there. */
import { type Box, COVERS, type Cover } from "./badge-spot.js";
import { parentOf } from "./visibility.js";

/** Between two points that are asked for, and how far around the box: a control that is at least this large is at one of them,
 * however little of it reaches into the box. */
const STEP = 12;
/** Kept free between the box and a control. */
const CLEARANCE = 2;
const CONTROL = [
  "a[href], button, input, select, textarea, label, summary, iframe, embed, object, audio, video",
  '[contenteditable]:not([contenteditable="false"]), [tabindex]:not([tabindex^="-"]), [onclick]',
  ...["button", "link", "checkbox", "radio", "switch", "slider", "tab", "combobox", "listbox", "textbox"].map(
    (role) => `[role="${role}"]`,
  ),
  '[role^="menu"], [role="option"]',
].join(", ");
const PICTURE = "img, picture, svg, svg *, canvas";

/** A bar that stays in place while the page scrolls under it is lower than this part of the viewport. Higher ones are side columns,
 * and layers behind a dialog. */
const MAX_BAR = 0.5;

/** `own`: the extension's element. `editor` is no control, but covering it hides words. `container`: the dialog or box around it. */
export function whatIsUnder(
  box: Box,
  { own, editor, container }: { own: Element; editor: Element; container: Element | null },
): Cover {
  const seen = new Map<Element, Cover>();
  let most: Cover = "nothing";
  for (const [x, y] of pointsIn(box)) {
    const element = elementAt(x, y, own);
    if (!element || seen.has(element)) continue;
    const cover = coverOf(element, editor, box);
    if (cover === "control") return cover;
    seen.set(element, cover);
    if (COVERS.indexOf(cover) > COVERS.indexOf(most)) most = cover;
  }
  return container && hasUnclickable(container, editor, box) ? "control" : most;
}

/** Whether a control of the container lies there that takes no clicks for now, such as a disabled button: the browser does not
 * count it among the elements at a point. */
function hasUnclickable(container: Element, editor: Element, box: Box): boolean {
  return [...container.querySelectorAll(CONTROL)].some(
    (control) =>
      overlaps(control.getBoundingClientRect(), box, CLEARANCE) &&
      !isAround(control, editor) &&
      getComputedStyle(control).pointerEvents === "none" &&
      control.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
  );
}

function* pointsIn({ left, top, right, bottom }: Box): Generator<[number, number]> {
  for (const y of steps(top - STEP, bottom + STEP)) for (const x of steps(left - STEP, right + STEP)) yield [x, y];
}

function* steps(from: number, to: number): Generator<number> {
  for (let at = from; at < to; at += STEP) yield at;
  yield to;
}

/** The innermost element of the page that is painted there, through open shadow roots. */
function elementAt(x: number, y: number, own: Element): Element | null {
  let found: Element | null = null;
  for (let root: Document | ShadowRoot | null | undefined = document; root; root = found?.shadowRoot) {
    const within: Document | ShadowRoot = root;
    const inner: Element | undefined = within
      .elementsFromPoint(x, y)
      .find((element) => element !== own && element.getRootNode() === within);
    if (!inner) break;
    found = inner;
  }
  return found;
}

function coverOf(element: Element, editor: Element, box: Box): Cover {
  if (editor.contains(element)) return overlaps(editor.getBoundingClientRect(), box) ? "content" : "nothing";
  let isInBar = false;
  for (let at: Element | null = element; at; at = parentOf(at)) {
    // What is around the editor, such as a region that can be scrolled by keyboard, is where the badge belongs.
    if (isAround(at, editor)) break;
    const isControl = at.matches(CONTROL) || (at === element && getComputedStyle(at).cursor === "pointer");
    if (isControl && overlaps(at.getBoundingClientRect(), box, CLEARANCE)) return "control";
    isInBar ||= isBar(at, box);
  }
  const isContent = element.matches(PICTURE) ? overlaps(element.getBoundingClientRect(), box) : hasWordsIn(element, box);
  return isInBar || isContent ? "content" : "nothing";
}

/** Whether the page scrolls under the element: even its empty parts are no good place. */
function isBar(element: Element, box: Box): boolean {
  const { position } = getComputedStyle(element);
  if (position !== "fixed" && position !== "sticky") return false;
  const bar = element.getBoundingClientRect();
  return bar.height < MAX_BAR * innerHeight && overlaps(bar, box);
}

const overlaps = (one: Box, other: Box, clearance = 0): boolean =>
  one.left < other.right + clearance &&
  one.right > other.left - clearance &&
  one.top < other.bottom + clearance &&
  one.bottom > other.top - clearance;

function isAround(element: Element, editor: Element): boolean {
  for (let at: Element | null = editor; at; at = parentOf(at)) if (at === element) return true;
  return false;
}

/** Whether words of the element itself are in the box. */
function hasWordsIn(element: Element, box: Box): boolean {
  const range = document.createRange();
  return [...element.childNodes].some((node) => {
    if (!(node instanceof Text) || node.data.trim() === "") return false;
    range.selectNodeContents(node);
    return [...range.getClientRects()].some((rectangle) => overlaps(rectangle, box));
  });
}
