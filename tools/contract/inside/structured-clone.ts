/** Copies what JSON says, dates, maps, sets and bytes, circles included; what else there is throws. */
export function structuredClone(value: unknown): unknown {
  return new Copier().copy(value);
}

class Copier {
  readonly #copies = new Map<object, object>();

  copy(value: unknown): unknown {
    if (typeof value === "function" || typeof value === "symbol") {
      throw new TypeError(`A ${typeof value} cannot be cloned`);
    }
    if (typeof value !== "object" || value === null) return value;
    return this.#copies.get(value) ?? this.#copyObject(value);
  }

  #copyObject(value: object): object {
    if (value instanceof Date) return this.#remember(value, new Date(value.getTime()));
    if (value instanceof RegExp) {
      return this.#remember(value, new RegExp(value.source, value.flags));
    }
    if (value instanceof ArrayBuffer) return this.#remember(value, value.slice(0));
    if (value instanceof Uint8Array) return this.#remember(value, value.slice());
    if (value instanceof Map) {
      const map = this.#remember(value, new Map());
      for (const [key, item] of value) map.set(this.copy(key), this.copy(item));
      return map;
    }
    if (value instanceof Set) {
      const set = this.#remember(value, new Set());
      for (const item of value) set.add(this.copy(item));
      return set;
    }
    return this.#copyProperties(value, this.#remember(value, Array.isArray(value) ? [] : {}));
  }

  #copyProperties(value: object, copy: object): object {
    for (const key of Object.keys(value)) {
      Object.defineProperty(copy, key, {
        value: this.copy(Reflect.get(value, key)),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return copy;
  }

  #remember<Copy extends object>(value: object, copy: Copy): Copy {
    this.#copies.set(value, copy);
    return copy;
  }
}
