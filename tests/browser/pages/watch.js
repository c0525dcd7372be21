/** Counts every change inside an editor, whoever makes it, in groups that tell what kind it was. */
export function watch(editor) {
  const counted = { childList: 0, characterData: 0, attributes: 0, elements: [] };
  new MutationObserver((records) => {
    for (const record of records) {
      counted[record.type] += 1;
      for (const node of record.addedNodes) if (node.nodeType === 1) counted.elements.push(node.nodeName);
    }
  }).observe(editor, { childList: true, characterData: true, attributes: true, subtree: true });
  return counted;
}
