/**
 * How a tool may use the names of the language and its library. Everything else that is not declared in the module
 * is refused: nothing slips through.
 */
import { TYPESCRIPT_GLOBALS, type TypescriptGlobal } from "#tools/contract/typescript-globals.ts";

export interface GlobalRule {
  /** The members that may be used; `any` for those whose members are all harmless. */
  readonly members: "any" | readonly string[];
  /** Whether it may be passed around by itself, such as `map(String)`; else only called or picked from. */
  readonly isValue: boolean;
  /** What members, or all of it, need of the contract. */
  readonly needs?: Readonly<Record<string, string>> | undefined;
}

const VALUE: GlobalRule = { members: "any", isValue: true };
const PARTS: GlobalRule = { members: "any", isValue: false };
/** Waiting is a way to tell the time. */
const TIMER: GlobalRule = { members: [], isValue: true, needs: { "": "clock" } };

const OBJECT_MEMBERS = [
  ..."assign create entries freeze fromEntries getOwnPropertyNames groupBy hasOwn is isFrozen isSealed".split(
    " ",
  ),
  ..."keys preventExtensions seal values prototype".split(" "),
];

/** Of the names that may not be used as they are. */
const RULES: ReadonlyMap<TypescriptGlobal, GlobalRule> = new Map<TypescriptGlobal, GlobalRule>([
  ["Object", { members: OBJECT_MEMBERS, isValue: false }],
  ["Reflect", { members: ["ownKeys", "has"], isValue: false }],
  ["JSON", { members: ["parse", "stringify"], isValue: false }],
  ["Math", { ...PARTS, needs: { random: "random" } }],
  [
    "Date",
    { members: ["now", "parse", "UTC", "prototype"], isValue: false, needs: { now: "clock" } },
  ],
  ["Intl", PARTS],
  ["performance", { members: ["now"], isValue: false, needs: { now: "clock" } }],
  [
    "crypto",
    {
      members: ["subtle", "randomUUID", "getRandomValues"],
      isValue: false,
      needs: { randomUUID: "random", getRandomValues: "random" },
    },
  ],
  ["setTimeout", TIMER],
  ["clearTimeout", { members: [], isValue: true }],
]);

const USABLE: ReadonlyMap<string, GlobalRule> = new Map(
  TYPESCRIPT_GLOBALS.map((name) => [name, RULES.get(name) ?? VALUE]),
);

/** What to write instead of something that people reach for out of habit. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ["fetch", "use ctx.fetch, with the capability net:HOST"],
  ["console", "use ctx.log"],
  ["process", "everything a tool needs comes with args and ctx"],
  ["Bun", "files come with ctx.files, requests with ctx.fetch"],
  ["require", "a tool imports zod alone"],
  ["Buffer", "use Uint8Array, TextEncoder, atob and btoa"],
  ["setInterval", "use a loop"],
  ["queueMicrotask", "use await"],
]);

/** The rule of a global, or `undefined` for one that no tool may use. */
export function ruleOf(name: string): GlobalRule | undefined {
  return USABLE.get(name);
}

export function unknownGlobal(name: string): string {
  const instead = INSTEAD.get(name);
  const refusal = `reaches "${name}", which its contract does not name`;
  return instead === undefined ? refusal : `${refusal}; ${instead}`;
}

/** Members of any object that lead to the constructors behind it, or change what all objects share. */
export const FORBIDDEN_MEMBERS: ReadonlySet<string> = new Set([
  "constructor",
  "__proto__",
  "__defineGetter__",
  "__defineSetter__",
  "__lookupGetter__",
  "__lookupSetter__",
]);

/** Words that no author puts together from pieces but to hide them. */
export const HIDDEN_NAMES: ReadonlySet<string> = new Set([
  ...FORBIDDEN_MEMBERS,
  ..."prototype process eval Function globalThis require Bun Reflect child_process mainModule".split(
    " ",
  ),
]);
