import { RecentEntries } from "./recent-entries.ts";

const cache = new RecentEntries<string>(100);

export function thumbnail(path: string, draw: (path: string) => string): string {
  const known = cache.get(path);
  if (known !== undefined) return known;
  const drawn = draw(path);
  cache.set(path, drawn);
  return drawn;
}
