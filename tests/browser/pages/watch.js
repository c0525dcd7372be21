/** Counts every change inside an editor, whoever makes it, and notes which kinds there were: how often an editor repeats one
 * depends on how busy the machine is. */
export function watch(editor) {
  const changes = { childList: 0, characterData: 0, attributes: 0, kinds: {} };
  new MutationObserver((records) => {
    for (const { type, target, attributeName, addedNodes } of records) {
      changes[type] += 1;
      if (attributeName) changes.kinds[`${attributeName} of ${target.nodeName}`] = true;
      for (const { nodeName } of addedNodes) changes.kinds[`added ${nodeName}`] = true;
    }
  }).observe(editor, { childList: true, characterData: true, attributes: true, subtree: true });
  return changes;
}
