/** Whether two values of plain data say the same. What they share is not looked into. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [entries, others] = [Object.entries(one), other as Record<string, unknown>];
  return (
    entries.length === Object.keys(other).length && entries.every(([key, value]) => key in others && isSame(value, others[key]))
  );
}
