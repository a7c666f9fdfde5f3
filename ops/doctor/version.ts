const NUMBERS = /\d+(?:\.\d+)*/;

/** Whether the first version in a text, such as "tmux 3.3a", comes before another one; none does not. */
export function isOlder(text: string, than: string): boolean {
  const [found] = NUMBERS.exec(text) ?? [];
  if (found === undefined) return false;
  const have = found.split(".").map(Number);
  const want = than.split(".").map(Number);
  const at = want.findIndex((part, index) => part !== (have[index] ?? 0));
  return at >= 0 && (have[at] ?? 0) < (want[at] ?? 0);
}
