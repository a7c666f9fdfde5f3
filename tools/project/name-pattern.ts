import { globMatches } from "#core/policy/glob.ts";

/** Most alternatives of `{a,b}` in one pattern. */
const MOST_ALTERNATIVES = 32;

/**
 * Whether the path of a file fits what a model wrote for its name: a glob (`*.ts`, `src/**`, `*.{ts,tsx}`), or a part of the
 * path. Case does not count. Takes time in proportion to both lengths at worst.
 */
export function nameMatcher(written: string): (path: string) => boolean {
  const name = written
    .trim()
    .toLowerCase()
    .replace(/^(?:\/workspace\/|\.\/)/, "");
  if (name === "") return () => true;
  if (!/[*?]/.test(name)) return (path) => path.toLowerCase().includes(name);
  const patterns = alternatives(name).map((one) => one.replace(/\*\*\/?/g, "*"));
  return (path) => {
    const lower = path.toLowerCase();
    const base = lower.slice(lower.lastIndexOf("/") + 1);
    return patterns.some(
      (pattern) =>
        globMatches(pattern, pattern.includes("/") ? lower : base) || globMatches(pattern, lower),
    );
  };
}

/** `*.{ts,tsx}` gives `*.ts` and `*.tsx`. */
function alternatives(pattern: string): readonly string[] {
  let open = [pattern];
  for (;;) {
    const next = open.flatMap((one) => {
      const [whole = "", inside = ""] = /\{([^{}]*)\}/.exec(one) ?? [];
      return whole === "" ? [one] : inside.split(",").map((part) => one.replace(whole, () => part));
    });
    if (next.length === open.length && next.every((one, index) => one === open[index])) return next;
    if (next.length > MOST_ALTERNATIVES) return open.slice(0, MOST_ALTERNATIVES);
    open = next;
  }
}
