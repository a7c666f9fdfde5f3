import type { Outer } from "./outer.ts";
import { safely } from "./safely.ts";

type Pair = [string, string];
type Texts = readonly [name: unknown, value: unknown];
type Query = globalThis.URLSearchParams;

/** The parts of an address that can be read and, but for the origin, set. */
const PARTS = [
  "hash",
  "host",
  "hostname",
  "href",
  "origin",
  "password",
  "pathname",
  "port",
  "protocol",
  "search",
  "username",
] as const;

/**
 * `URL` and `URLSearchParams`: the real ones work behind classes of this realm.
 *
 * @see https://url.spec.whatwg.org
 */
export function addresses(outer: Outer): object {
  const URLSearchParams = queryClass(outer);
  class URL {
    readonly #url: globalThis.URL;
    readonly searchParams: InstanceType<typeof URLSearchParams>;

    constructor(text: unknown, base?: unknown) {
      const url = outer.parseUrl(String(text), base === undefined ? undefined : String(base));
      if (url === undefined) throw new TypeError(`"${String(text)}" cannot be parsed as a URL.`);
      this.#url = url;
      this.searchParams = new URLSearchParams(
        "",
        safely(() => url.searchParams),
      );
    }

    static canParse(text: unknown, base?: unknown): boolean {
      return URL.parse(text, base) !== null;
    }

    static parse(text: unknown, base?: unknown): URL | null {
      try {
        return new URL(text, base);
      } catch {
        return null;
      }
    }

    static {
      for (const part of PARTS) {
        Object.defineProperty(URL.prototype, part, {
          get(this: URL) {
            return safely(() => this.#url[part]);
          },
          set(this: URL, value: unknown) {
            // `href` throws for what is not an address; the error would be one of the other realm.
            if (part === "href" && !URL.canParse(value))
              throw new TypeError("That is not a valid URL");
            const text = String(value);
            safely(() => Reflect.set(this.#url, part, text));
          },
          enumerable: true,
          configurable: true,
        });
      }
    }

    toString(): string {
      return safely(() => this.#url.href);
    }

    toJSON(): string {
      return safely(() => this.#url.href);
    }
  }
  return { URL, URLSearchParams };
}

function queryClass(outer: Outer) {
  return class URLSearchParams {
    readonly #query: Query;

    /** @param live the query of an address, which changes with it; no tool has one. */
    constructor(init: unknown = "", live?: Query) {
      this.#query = live ?? outer.parseQuery(typeof init === "object" ? "" : String(init));
      for (const [name, value] of pairsOf(init)) this.append(name, value);
    }

    get size(): number {
      return safely(() => this.#query.size);
    }

    append(...pair: Texts): void {
      const [name, value] = textsOf(pair);
      safely(() => this.#query.append(name, value));
    }

    delete(name: unknown, value?: unknown): void {
      const [key, item] = textsOf([name, value]);
      safely(() => {
        if (value === undefined) this.#query.delete(key);
        else this.#query.delete(key, item);
      });
    }

    get(name: unknown): string | null {
      return this.getAll(name)[0] ?? null;
    }

    getAll(name: unknown): string[] {
      const key = String(name);
      return copyOf(safely(() => this.#query.getAll(key)));
    }

    has(name: unknown, value?: unknown): boolean {
      const values = this.getAll(name);
      return value === undefined ? values.length > 0 : values.includes(String(value));
    }

    set(...pair: Texts): void {
      const [name, value] = textsOf(pair);
      safely(() => this.#query.set(name, value));
    }

    sort(): void {
      safely(() => this.#query.sort());
    }

    *entries(): Generator<Pair> {
      const names = copyOf(safely(() => [...this.#query.keys()]));
      const values = copyOf(safely(() => [...this.#query.values()]));
      for (const [index, name] of names.entries()) yield [name, values[index] ?? ""];
    }

    *keys(): Generator<string> {
      for (const [name] of this.entries()) yield name;
    }

    *values(): Generator<string> {
      for (const [, value] of this.entries()) yield value;
    }

    forEach(call: (value: string, name: string, query: URLSearchParams) => void): void {
      for (const [name, value] of this.entries()) call(value, name, this);
    }

    [Symbol.iterator](): Generator<Pair> {
      return this.entries();
    }

    toString(): string {
      return safely(() => this.#query.toString());
    }
  };
}

function textsOf([name, value]: Texts): Pair {
  return [String(name), String(value)];
}

function pairsOf(init: unknown): readonly Pair[] {
  if (typeof init !== "object" || init === null) return [];
  const isIterable = typeof Reflect.get(init, Symbol.iterator) === "function";
  // What is iterable has pairs, or destructuring throws as the real class does.
  const pairs = isIterable ? Array.from(init as Iterable<Pair>) : Object.entries(init);
  return pairs.map(([name, value]) => [String(name), String(value)]);
}

/** An array of this realm: an array of the other one would lead a tool there. */
function copyOf(texts: readonly string[]): string[] {
  const copy: string[] = [];
  for (let index = 0; index < texts.length; index += 1) copy[index] = texts[index] ?? "";
  return copy;
}
