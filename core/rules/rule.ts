/**
 * Rules of the fast path: whole lines of the user that a tool without effects answers, without a model. They are learnt from
 * turns in which a model did just that. The contract; `home/rules/` keeps them, `room/fast-path.ts` follows them.
 */
import type { Pattern } from "./line.ts";

/** The kind of room that a rule belongs to: a room on a repository has other tools and files than one without. */
export type RuleScope = "workspace" | "project";

/** `shadow`: only compared with what models do. `live`: answers. `off`: the user wants neither. */
export type RuleState = "shadow" | "live" | "off";

/** How a rule has done; see `life.ts`. */
export interface Standing {
  readonly state: RuleState;
  /** Turns in which the model made the very call of the rule, since it was last in doubt. */
  readonly confirmed: number;
  /** What counted against it since then. */
  readonly against: number;
  /** How often in a row the last outcomes were against it. */
  readonly inRow: number;
  /** The last 20 outcomes, the oldest first: `+` for it or not complained about, `-` against it. */
  readonly recent: string;
  /** Lines that fitted while it was live: each 20th of them goes to the model. */
  readonly lines: number;
}

/** The call that a rule makes of a line. */
export interface Template {
  /** Name of the tool. */
  readonly tool: string;
  /** Arguments that are always the same, as canonical JSON of an object. */
  readonly fixed: string;
  /** Name of the argument that the slot of the line is put into; `undefined` for a line without a slot. */
  readonly argument: string | undefined;
}

/** For whom a rule holds, and for which lines. */
export interface RuleKey {
  readonly persona: string;
  readonly place: RuleScope;
  readonly pattern: Pattern;
  readonly template: Template;
}

export interface Rule extends RuleKey, Standing {
  readonly id: number;
  /** Of the tools that the persona had when it was learnt, SHA-256 in hexadecimal; with others it says nothing. */
  readonly tools: string;
  /** Lines that it answered. */
  readonly fired: number;
  /** Milliseconds since 1970. */
  readonly learntAt: number;
  readonly usedAt: number;
}

/** What a turn of a model showed. */
export interface Observation {
  /** Rules whose pattern fitted the line, and whether the turn spoke for each of them. */
  readonly outcomes: readonly { readonly id: number; readonly outcome: "for" | "against" }[];
  /** What could be learnt of it; `undefined` where nothing can. */
  readonly lesson: RuleKey | undefined;
  /** See {@link Rule.tools}. */
  readonly tools: string;
}

/** What became of a line that a rule was to answer; `regretted`: the user complained about an answer of it. */
export type RuleOutcome = "fired" | "control" | "against" | "regretted";

export interface RegrettedAnswer {
  /** Id of the turn that gave it. */
  readonly turn: string;
  /** Those that the persona has now. */
  readonly tools: string;
}

/** The rules of a home. Everything that writes resolves once it is on disk. */
export interface RuleBook {
  /** By number. */
  list(): readonly Rule[];
  /** Where the tools are others than when a rule was learnt, it begins anew. */
  observe(observation: Observation): Promise<void>;
  /** @param tools those that the persona has now. Rules that are gone are passed over. */
  judge(id: number, outcome: RuleOutcome, tools: string): Promise<void>;
  /** The user did not want an answer, which counts once, however often and in whichever process the user says so. */
  regret(id: number, outcome: "regretted" | "against", answer: RegrettedAnswer): Promise<void>;
  /** The user's word: it may be learnt again. @throws {OrgError} `RULE_UNKNOWN` */
  forget(id: number): Promise<void>;
  /** The user's word. Back on, it begins as a shadow. @throws {OrgError} `RULE_UNKNOWN` */
  turn(id: number, to: "on" | "off"): Promise<Rule>;
  /** @throws {OrgError} `RULE_UNKNOWN` */
  show(id: number): Rule;
  /** Copies them, compacted and as of now, to another file: what a candidate begins with. */
  copyTo(path: string): Promise<void>;
}

/** What a user has set: rules are followed, only learnt and compared, or neither. */
export type RulesMode = "live" | "shadow" | "off";

/** The rules of a home, as rooms reach them. */
export interface RuleSource {
  readonly mode: RulesMode;
  /** Opens them at the first use. @throws {OrgError} what opening a database throws. */
  readonly open: () => Promise<RuleBook>;
  /** The same, where something was ever learnt: a first line waits for no database. */
  readonly openIfExists: () => Promise<RuleBook | undefined>;
}

/** The display name of a rule: "r7". */
export function ruleName(id: number): string {
  return `r${id}`;
}

/** Says that an answer came from a rule, and from which one. */
export function ruleMark(id: number): string {
  return `⚡ rule ${ruleName(id)}`;
}

/** Stands for a rule's number where the room answered itself, because no model was reached. */
export const NO_RULE = 0;

/** Says that an answer came from no model. @param code of the error by which none was reached. */
export function ownMark(code: string): string {
  return `⚡ no model answered (${code}); the room itself says:`;
}

const MARK = /^⚡ (?:rule r\d+|no model answered \([A-Z_]*\); the room itself says:)\n/;

/** An answer without {@link ruleMark} or {@link ownMark} before it: a model that read it would write it, too. */
export function withoutMark(text: string): string {
  return text.replace(MARK, "");
}
