/** What a tool is granted while it is judged: an environment of its own, empty where nothing else is said. */
import type { Grants } from "#tools/contract/call-options.ts";

export interface Environment {
  readonly grants: Grants;
  /** As the calls left them. */
  readonly files: ReadonlyMap<string, string>;
  readonly memory: ReadonlyMap<string, unknown>;
}

export interface InitialEnvironment {
  readonly files?: Readonly<Record<string, string>>;
  readonly memory?: Readonly<Record<string, unknown>>;
}

/** Fresh for every call: what one call wrote, no other call sees. */
export function emptyEnvironment(): Grants {
  return openEnvironment().grants;
}

/** One that all calls see which are granted it. @param before what was there before them. */
export function openEnvironment(before: InitialEnvironment = {}): Environment {
  const files = new Map(Object.entries(before.files ?? {}));
  const memory = new Map(Object.entries(before.memory ?? {}));
  const grants: Grants = {
    fetch: () => Promise.reject(new Error("There is no network while a tool is judged")),
    files: {
      read: (path) => {
        const text = files.get(path);
        return text === undefined
          ? Promise.reject(new Error(`There is no file "${path}"`))
          : Promise.resolve(text);
      },
      list: (path) => Promise.resolve(namesIn([...files.keys()], path)),
      write: (path, text) => {
        files.set(path, text);
        return Promise.resolve();
      },
    },
    memory: {
      get: (key) => Promise.resolve(memory.get(key) ?? null),
      set: (key, value) => {
        const isNew = !memory.has(key);
        if (isNew && memory.size >= MOST_KEYS) throw new Error(`A tool may keep ${MOST_KEYS} keys`);
        memory.set(key, value);
        return Promise.resolve();
      },
    },
  };
  return { grants, files, memory };
}

/** As many as a tool may keep in use. */
const MOST_KEYS = 1000;

/** Names in a folder, those of folders with a slash behind them. */
function namesIn(paths: readonly string[], path: string): readonly string[] {
  const folder = path === "" ? "" : `${path}/`;
  const below = paths.filter((name) => name.startsWith(folder));
  return [...new Set(below.map((name) => name.slice(folder.length).replace(/\/.*/, "/")))].sort();
}
