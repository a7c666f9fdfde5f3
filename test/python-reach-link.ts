/** How one link is written: `X` is what came before, `.a`, `['a']` or `()` what follows; ends with `value` bound. */
export type Writing = (before: string, link: string) => readonly string[];

/** For links that are a name. @returns nothing for others: they are written plainly. */
export function named(link: string, write: (name: string) => readonly string[]): readonly string[] {
  const name = /^\.(\w+)$/.exec(link)?.[1];
  return name === undefined ? [] : write(name);
}
