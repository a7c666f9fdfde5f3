/** Notices when a tool changes the language that it runs in. */

type Properties = Readonly<Record<PropertyKey, PropertyDescriptor>>;

/** One object as it was. */
interface Trait {
  readonly object: object;
  /** What led here; a root has none. */
  readonly from: Trait | undefined;
  readonly name: PropertyKey;
  readonly prototype: object | null;
  readonly isExtensible: boolean;
  readonly properties: Properties;
  readonly keys: readonly PropertyKey[];
}

/**
 * Remembers every object that can be reached from some roots over own properties and prototypes.
 *
 * Each call does it with some 1,500 objects and looks at them again at its end, before anything is compiled: what the
 * language does itself for a whole object is the fastest there, and a path is made only for what has changed.
 */
export class Fingerprint {
  readonly #traits: Trait[] = [];
  readonly #seen = new Set<unknown>();

  /** @param roots by the name that {@link difference} calls them. */
  constructor(roots: Readonly<Record<string, object>>) {
    for (const [name, root] of Object.entries(roots)) this.#add(root, name);
    // Grows while it is walked.
    for (const trait of this.#traits) {
      for (const key of trait.keys) {
        const property = trait.properties[key];
        this.#add(property?.value, key, trait);
        this.#add(property?.get, key, trait);
        this.#add(property?.set, key, trait);
      }
      this.#add(trait.prototype, "__proto__", trait);
    }
  }

  /** The path of the first thing that is not what it was. */
  difference(): string | undefined {
    for (const trait of this.#traits) {
      const { object } = trait;
      if (Reflect.getPrototypeOf(object) !== trait.prototype)
        return `the prototype of ${path(trait)}`;
      if (Reflect.isExtensible(object) !== trait.isExtensible) return `${path(trait)} (frozen)`;
      const key = changedKey(trait, propertiesOf(object));
      if (key !== undefined) return `${path(trait)}.${String(key)}`;
    }
    return undefined;
  }

  #add(value: unknown, name: PropertyKey, from?: Trait): void {
    const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
    if (!isObject || this.#seen.has(value)) return;
    this.#seen.add(value);
    const properties = propertiesOf(value);
    this.#traits.push({
      ...{ object: value, from, name, properties, keys: keysOf(properties) },
      prototype: Reflect.getPrototypeOf(value),
      isExtensible: Reflect.isExtensible(value),
    });
  }
}

/** Without what every object has: a property named "constructor" is there or it is not. */
function propertiesOf(object: object): Properties {
  return Object.setPrototypeOf(Object.getOwnPropertyDescriptors(object), null);
}

/** Without what zod writes when it is loaded and configured; it is part of no intrinsic. */
function keysOf(properties: Properties): readonly PropertyKey[] {
  const keys = Reflect.ownKeys(properties);
  const isOurs = (key: PropertyKey): boolean => typeof key === "string" && key.startsWith("__zod_");
  return keys.some(isOurs) ? keys.filter((key) => !isOurs(key)) : keys;
}

function changedKey(trait: Trait, now: Properties): PropertyKey | undefined {
  const keys = keysOf(now);
  for (const key of keys) {
    if (!isSame(trait.properties[key], now[key])) return key;
  }
  // All that there is was there.
  if (keys.length === trait.keys.length) return undefined;
  return trait.keys.find((key) => now[key] === undefined);
}

function isSame(
  before: PropertyDescriptor | undefined,
  now: PropertyDescriptor | undefined,
): boolean {
  return (
    before !== undefined &&
    now !== undefined &&
    Object.is(before.value, now.value) &&
    before.get === now.get &&
    before.set === now.set &&
    before.writable === now.writable &&
    before.enumerable === now.enumerable &&
    before.configurable === now.configurable
  );
}

function path({ from, name }: Trait): string {
  return from === undefined ? String(name) : `${path(from)}.${String(name)}`;
}
