/** The second argument of a tool: its capabilities, and nothing else. */
import type { Outer, RealmSettings } from "./outer.ts";

const { stringify, parse } = JSON;

/** Everything that a contract can name; `log` needs no name. */
const NAMES = ["fetch", "files", "clock", "random", "memory", "log"];

type Asking = (operation: string, argument: unknown) => Promise<unknown>;

/** Makes it. Reaching for something that was not granted loses the call. */
export function createContext(outer: Outer, { capabilities }: RealmSettings): object {
  const ask: Asking = (operation, argument) =>
    new Promise((resolve, reject) => {
      outer.ask(operation, stringify(argument), (text) => {
        const answer: { value?: unknown; error?: string } = parse(text);
        if (answer.error === undefined) resolve(answer.value);
        else reject(new Error(answer.error));
      });
    });
  const has = (name: string): boolean => capabilities.includes(name);
  const parts: Record<string, unknown> = Object.create(null);
  parts["log"] = (...values: unknown[]): void => outer.log(values.map(String).join(" "));
  if (capabilities.some((name) => name.startsWith("net:"))) parts["fetch"] = fetching(ask);
  if (has("files:read") || has("files:write")) parts["files"] = files(ask);
  if (has("clock")) parts["clock"] = { now: () => outer.nowMs() };
  if (has("random")) parts["random"] = () => outer.random();
  if (has("memory")) parts["memory"] = memory(ask);
  return guarded(parts, outer);
}

function guarded(parts: Record<string, unknown>, outer: Outer): object {
  return new Proxy(Object.freeze(parts), {
    get: (_target, key) => {
      if (typeof key !== "string" || key in parts || !NAMES.includes(key)) {
        return Reflect.get(parts, key);
      }
      outer.violate(`ctx.${key}`);
      throw new Error(`ctx.${key} is not among the capabilities of the contract`);
    },
  });
}

function fetching(ask: Asking): unknown {
  return async (url: unknown): Promise<unknown> => {
    const answer = Object(await ask("fetch", String(url)));
    const body = String(answer.body);
    return {
      url: answer.url,
      status: answer.status,
      ok: answer.status >= 200 && answer.status < 300,
      headers: answer.headers,
      text: async () => body,
      json: async () => parse(body),
    };
  };
}

function files(ask: Asking): unknown {
  return {
    read: (path: unknown) => ask("files.read", String(path)),
    list: (path: unknown = "") => ask("files.list", String(path)),
    write: (path: unknown, text: unknown) => ask("files.write", [String(path), String(text)]),
  };
}

function memory(ask: Asking): unknown {
  return {
    get: (key: unknown) => ask("memory.get", String(key)),
    set: (key: unknown, value: unknown) => ask("memory.set", [String(key), value]),
  };
}
