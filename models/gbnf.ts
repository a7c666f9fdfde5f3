/**
 * JSON schemas as grammars of llama.cpp. What a model writes under one is JSON of that schema, in the order in which the
 * schema names the properties, and a property that may be left out is left out and not null.
 *
 * @see https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md
 */
import { type Fields, fieldsOf, isFields } from "#core/json.ts";
import { FENCED, fenceGrammar } from "./fenced-texts.ts";
import { LONGEST_TEXT, LOOSE_TEXT, RAW_TEXT } from "./turn-shape.ts";

/**
 * A repetition is written out in the grammar, once for each: 1,200 characters cost 1 ms and no speed. A limit above this one
 * is not held.
 */
export const MOST_REPEATED = 2000;
/** So many integers are spelled out: that is the only way to hold a range. */
const MOST_SPELLED = 200;
/** One space, where models are used to write one. */
const SPACE = '" "?';
const BUILT_IN = {
  char: String.raw`[^"\\\x00-\x1F\x7F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4})`,
  raw: String.raw`[^"\\\x00-\x1F\x7F] | "\\" [ -~]`,
  loose: String.raw`raw | "\""{1,3} ([^"\\}\x00-\x1F\x7F] | "\\" [ -~])`,
  string: String.raw`"\"" char* "\""`,
  integer: `"-"? natural`,
  natural: '"0" | [1-9] [0-9]{0,14}',
  number: `"-"? natural ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,2})?`,
  boolean: '"true" | "false"',
  null: '"null"',
  any: "object | array | string | number | boolean | null",
  object: `"{" (member ("," ${SPACE} member)*)? "}"`,
  member: `string ":" ${SPACE} any`,
  array: `"[" (any ("," ${SPACE} any)*)? "]"`,
} as const;

/**
 * The grammar of a schema. `pattern` but {@link RAW_TEXT} and {@link LOOSE_TEXT}, `format`, `allOf`, and bounds of numbers that are far from each
 * other are not held.
 *
 * @param schema JSON Schema, draft 2020-12; what is not one stands for any JSON.
 */
export function gbnfOf(schema: unknown): string {
  const writer = new Writer(schema);
  return writer.write();
}

class Writer {
  readonly #root: unknown;
  /** Bodies of rules by their names. */
  readonly #rules = new Map<string, string>();
  readonly #names = new Map<string, string>();
  /** Rules of definitions by their references: one may refer to itself. */
  readonly #references = new Map<string, string>();

  constructor(root: unknown) {
    this.#root = root;
  }

  write(): string {
    const root = this.#value(this.#root);
    const rules = Object.entries({ root, ...Object.fromEntries(this.#rules), ...BUILT_IN });
    return `${rules.map(([name, body]) => `${name} ::= ${body}`).join("\n")}\n`;
  }

  /** @returns the name of a rule with this body. */
  #rule(body: string): string {
    const existing = this.#names.get(body);
    if (existing !== undefined) return existing;
    const name = `r${this.#names.size}`;
    this.#names.set(body, name);
    this.#rules.set(name, body);
    return name;
  }

  /** @returns the name of a rule for a value of this schema. */
  #value(schema: unknown): string {
    if (!isFields(schema)) return "any";
    const { $ref, enum: values, type } = schema;
    if (typeof $ref === "string") return this.#reference($ref);
    const choices = schema["oneOf"] ?? schema["anyOf"];
    if (Array.isArray(choices)) return this.#either(choices.map((one) => this.#value(one)));
    if ("const" in schema) return this.#rule(literal(schema["const"]));
    if (Array.isArray(values)) return this.#either(values.map(literal));
    if (Array.isArray(type)) {
      return this.#either(type.map((one: unknown) => this.#value({ ...schema, type: one })));
    }
    switch (type) {
      case "object":
        return this.#object(schema);
      case "array":
        return this.#array(schema);
      case "string":
        return this.#string(schema);
      case "integer":
        return this.#integer(schema);
      case "number":
      case "boolean":
      case "null":
        return type;
      default:
        return "properties" in schema ? this.#object(schema) : "any";
    }
  }

  #either(rules: readonly string[]): string {
    return rules.length === 0 ? "any" : this.#rule(rules.join(" | "));
  }

  #reference(reference: string): string {
    const existing = this.#references.get(reference);
    if (existing !== undefined) return existing;
    const found = definitionAt(this.#root, reference);
    if (found === undefined) return "any";
    const name = `d${this.#references.size}`;
    this.#references.set(reference, name);
    this.#rules.set(name, this.#value(found));
    return name;
  }

  #string({ minLength, maxLength, pattern }: Fields): string {
    if (pattern === RAW_TEXT) return this.#rule(String.raw`"\"" raw{0,${LONGEST_TEXT}} "\""`);
    if (pattern === LOOSE_TEXT) return this.#rule(String.raw`"\"" loose{0,${LONGEST_TEXT}} "\""`);
    const times = repetition(minLength, maxLength);
    return times === "*" ? "string" : this.#rule(String.raw`"\"" char${times} "\""`);
  }

  #integer(schema: Fields): string {
    const range = spelledOut(schema);
    if (range !== undefined) return this.#either(range.map(literal));
    return Number(schema["minimum"]) >= 0 ? "natural" : "integer";
  }

  #array({ items, prefixItems, minItems, maxItems }: Fields): string {
    const first = Array.isArray(prefixItems) ? prefixItems.map((one) => this.#value(one)) : [];
    const item = items === false ? undefined : this.#value(items);
    const fixed = first.join(` "," ${SPACE} `);
    const more = item === undefined ? undefined : `("," ${SPACE} ${item})`;
    const [least, most] = [count(minItems) ?? 0, count(maxItems)];
    if (first.length > 0) {
      const rest = repetition(least - first.length, most && most - first.length);
      return this.#rule(`"[" ${fixed} ${more === undefined ? "" : `${more}${rest}`} "]"`);
    }
    if (item === undefined || more === undefined || most === 0) return this.#rule('"[" "]"');
    const list = `${item} ${more}${repetition(least - 1, most && most - 1)}`;
    return this.#rule(least > 0 ? `"[" ${list} "]"` : `"[" (${list})? "]"`);
  }

  #object(schema: Fields): string {
    const fenced = schema[FENCED];
    if (!Array.isArray(fenced)) return this.#plainObject(schema);
    const { [FENCED]: _, ...plain } = schema;
    const behind = fenceGrammar(fenced.map(String), (body) => this.#rule(body));
    return this.#rule(`${this.#plainObject(plain)} ${behind}`);
  }

  #plainObject(schema: Fields): string {
    const { properties, required, additionalProperties: others } = schema;
    const needed = new Set(Array.isArray(required) ? required : []);
    const named = Object.entries(fieldsOf(properties)).map(([name, value]) => ({
      text: `${literal(name)} ":" ${SPACE} ${this.#value(value)}`,
      isNeeded: needed.has(name),
    }));
    // A schema that names nothing and forbids nothing means any object; one that names some is closed unless it says more.
    const isOpen = isFields(others) || others === true || (named.length === 0 && others !== false);
    if (named.length === 0 && !(isOpen && isFields(others))) {
      return isOpen ? "object" : this.#rule('"{" "}"');
    }
    const other = isOpen ? `string ":" ${SPACE} ${this.#value(others)}` : undefined;
    return this.#rule(`"{" ${this.#members(named, other)} "}"`);
  }

  /** From the last to the first: what may follow each, where something stands before it. */
  #members(named: readonly Member[], other: string | undefined): string {
    let rest = other === undefined ? "" : this.#rule(`("," ${SPACE} ${other})*`);
    const beginnings: string[] = [];
    let mayBeEmpty = true;
    for (const { text, isNeeded } of named.toReversed()) {
      // The first one that is needed ends the list of those with which an object can begin.
      if (isNeeded) beginnings.length = 0;
      mayBeEmpty &&= !isNeeded;
      beginnings.unshift(`${text} ${rest}`);
      const next = `"," ${SPACE} ${text} ${rest}`;
      rest = this.#rule(isNeeded ? next : `${next} | ${rest === "" ? '""' : rest}`);
    }
    if (mayBeEmpty && other !== undefined) {
      beginnings.push(`${other} ("," ${SPACE} ${other})*`);
    }
    return `(${beginnings.join(" | ")})${mayBeEmpty ? "?" : ""}`;
  }
}

interface Member {
  /** Name and value. */
  readonly text: string;
  readonly isNeeded: boolean;
}

/** JSON has no control characters of its own, so what quotes it twice is what the grammar reads, too. */
function literal(value: unknown): string {
  return JSON.stringify(JSON.stringify(value ?? null));
}

function definitionAt(root: unknown, reference: string): unknown {
  if (reference === "#") return root;
  const [, section = "", name = ""] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(reference) ?? [];
  return fieldsOf(fieldsOf(root)[section])[name];
}

/** How often something comes; `*` where nothing is said. */
/** The integers of a small range; nothing where there are many, or no bounds. */
export function spelledOut({ minimum, maximum }: Fields): readonly number[] | undefined {
  const [least, most] = [Number(minimum ?? Number.NaN), Number(maximum ?? Number.NaN)];
  const count = Math.floor(most - least) + 1;
  if (!(Number.isInteger(least) && count > 0 && count <= MOST_SPELLED)) return undefined;
  return Array.from({ length: count }, (_, index) => least + index);
}

function repetition(least: unknown, most: unknown): string {
  const from = Math.max(0, count(least) ?? 0);
  const to = count(most);
  const isHeld = to !== undefined && to <= MOST_REPEATED;
  if (!isHeld) return from === 0 || from > MOST_REPEATED ? "*" : `{${from},}`;
  return `{${Math.min(from, to)},${Math.max(0, to)}}`;
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? Math.floor(value) : undefined;
}
