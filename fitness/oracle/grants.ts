/** What a tool is granted while it is judged: the shape of the world, empty and the same every time. */
import type { Grants } from "#tools/contract/call-options.ts";

/** Fresh for every call: what one call wrote, no other call sees. */
export function emptyWorld(): Grants {
  const files = new Map<string, string>();
  const memory = new Map<string, unknown>();
  return {
    fetch: () => Promise.reject(new Error("There is no network while a tool is judged")),
    files: {
      read: (path) => {
        const text = files.get(path);
        if (text === undefined) throw new Error(`There is no file "${path}"`);
        return Promise.resolve(text);
      },
      list: (path) => {
        const folder = path === "" ? "" : `${path}/`;
        const below = [...files.keys()].filter((name) => name.startsWith(folder));
        return Promise.resolve(below.map((name) => name.slice(folder.length)).sort());
      },
      write: (path, text) => {
        files.set(path, text);
        return Promise.resolve();
      },
    },
    memory: {
      get: (key) => Promise.resolve(memory.get(key) ?? null),
      set: (key, value) => {
        memory.set(key, value);
        return Promise.resolve();
      },
    },
  };
}
