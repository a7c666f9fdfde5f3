/** Notices when a tool changes the language that it runs in. */

interface Trait {
  readonly path: string;
  readonly object: object;
  readonly prototype: object | null;
  readonly isExtensible: boolean;
  readonly properties: ReadonlyMap<PropertyKey, PropertyDescriptor>;
}

// Written by zod when it is loaded and configured; part of no intrinsic.
const IGNORED = /^__zod_/;

/** Remembers every object that can be reached from some roots over own properties and prototypes. */
export class Fingerprint {
  readonly #traits: readonly Trait[];

  /** @param roots by the name that {@link difference} calls them. */
  constructor(roots: Readonly<Record<string, object>>) {
    const seen = new Set<object>();
    const traits: Trait[] = [];
    const queue = Object.entries(roots);
    for (let at = 0; at < queue.length; at += 1) {
      const [path, object] = queue[at] ?? [];
      if (path === undefined || object === undefined || seen.has(object)) continue;
      seen.add(object);
      const trait = traitOf(path, object);
      traits.push(trait);
      queue.push(...neighbours(trait));
    }
    this.#traits = traits;
  }

  /** The path of the first thing that is not what it was. */
  difference(): string | undefined {
    for (const trait of this.#traits) {
      const now = traitOf(trait.path, trait.object);
      if (now.prototype !== trait.prototype) return `the prototype of ${trait.path}`;
      if (now.isExtensible !== trait.isExtensible) return `${trait.path} (frozen)`;
      const keys = new Set([...trait.properties.keys(), ...now.properties.keys()]);
      for (const key of keys) {
        if (!isSame(trait.properties.get(key), now.properties.get(key))) {
          return `${trait.path}.${String(key)}`;
        }
      }
    }
    return undefined;
  }
}

function traitOf(path: string, object: object): Trait {
  const properties = new Map<PropertyKey, PropertyDescriptor>();
  for (const key of Reflect.ownKeys(object)) {
    if (typeof key === "string" && IGNORED.test(key)) continue;
    const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
    if (descriptor !== undefined) properties.set(key, descriptor);
  }
  const prototype = Reflect.getPrototypeOf(object);
  return { path, object, prototype, isExtensible: Reflect.isExtensible(object), properties };
}

function neighbours(trait: Trait): [string, object][] {
  const found: [string, object][] = [];
  const add = (name: string, value: unknown): void => {
    const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
    if (isObject) found.push([trait.path === "" ? name : `${trait.path}.${name}`, value]);
  };
  for (const [key, { value, get, set }] of trait.properties) {
    add(String(key), value);
    add(`get ${String(key)}`, get);
    add(`set ${String(key)}`, set);
  }
  add("__proto__", trait.prototype);
  return found;
}

function isSame(
  before: PropertyDescriptor | undefined,
  now: PropertyDescriptor | undefined,
): boolean {
  if (before === undefined || now === undefined) return before === now;
  const fields = ["value", "get", "set", "writable", "enumerable", "configurable"] as const;
  return fields.every((field) => Object.is(before[field], now[field]));
}
