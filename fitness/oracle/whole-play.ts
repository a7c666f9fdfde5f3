/** One play of all that a tool may meet in its environment: its cases, and what no case of it can say. */

import { tellingChances } from "./chance.ts";
import { inputsOf } from "./environment-plays.ts";
import { besides, CONTENTS, type Files, IN_FOLDERS, USER_FILES } from "./files-found.ts";
import { tellingMoments } from "./moments.ts";
import { namedMoments, namedShares } from "./moments-named.ts";
import { withValues } from "./near-inputs.ts";
import type { Play, Scene } from "./play.ts";
import { fitting } from "./schema.ts";
import type { ToolUnderTest } from "./tool-under-test.ts";

/** What a tool left behind in one environment. */
export interface EndState {
  readonly files: Files;
  readonly memory: Readonly<Record<string, unknown>>;
}

export interface WholePlay extends Play {
  /** The first so many scenes are the cases that the contract lets in, in their order. */
  readonly cases: number;
  /** So many inputs with names of files are not among the scenes. */
  readonly unnamed: number;
}

const NAMED = Object.keys(IN_FOLDERS);
/** Four texts of an input may each name every file; further ones are reported. */
const MOST_NAMED = 120;
/** Calls in one environment: with a memory, and with files alone, which are copied for each. */
const CALLS = { memory: 260, files: 120 } as const;
const ROUNDS = 8;
const GOLDEN = 0.6180339887498949;
const DRAWS = 16;
const SECOND_MS = 1000;
const DAY_MS = 86_400 * SECOND_MS;
/** Between two calls of one environment where a clock is seen. */
const PAUSES_MS = [
  ...[0, 1, 999, SECOND_MS, 30 * SECOND_MS, 60 * SECOND_MS, 61 * SECOND_MS, 600 * SECOND_MS],
  ...[3599 * SECOND_MS, 3600 * SECOND_MS, 7 * 3600 * SECOND_MS, DAY_MS - 1, DAY_MS, DAY_MS + 1],
  ...[2 * DAY_MS, 6 * DAY_MS, 7 * DAY_MS, 30 * DAY_MS, 31 * DAY_MS, 365 * DAY_MS, 400 * DAY_MS],
];
/** Where the memory holds a number it may hold any of these one day. */
const COUNTS = [
  ...[1, 2, 3, 5, 7, 9, 10, 11, 12, 24, 31, 49, 50, 60, 64, 99, 100, 101, 127, 128, 255],
  ...[256, 365, 500, 511, 512, 999, 1000, 1001, 1023, 1024, 2000, 4095, 4096, 4999, 5000, 9999],
  ...[10_000, 65_535, 65_536, 99_999, 100_000, 999_999, 1_000_000, 2 ** 31 - 1, 2 ** 31],
];
const INPUTS_OF_MORE = 6;
const LENGTHS = [1, 2, 5, 10, 20, 50, 100, 101, 256, 500, 1000];
/** A value of the memory may have so many characters as JSON. */
const LONGEST = 60_000;

class Environments {
  readonly scenes: Scene[] = [];
  readonly environments: Files[] = [];
  readonly memories: EndState["memory"][] = [];

  /** Calls that one environment sees. */
  add(
    scenes: readonly Omit<Scene, "environment">[],
    { files = {}, memory = {} }: Partial<EndState> = {},
  ) {
    const environment = this.environments.length;
    this.scenes.push(...scenes.map((scene) => ({ ...scene, environment })));
    this.environments.push(files);
    this.memories.push(memory);
  }
}

/** @param endState what calls of {@link longPlay} left: as it goes on, there may be more of the same. */
export function wholePlay(tool: ToolUnderTest, seed: number, endState?: EndState): WholePlay {
  const all = new Environments();
  const fits = fitting(tool.contract.input);
  const cases = tool.cases.filter(({ input }) => fits(input));
  for (const { input } of cases) all.add([{ input }]);
  const { all: inputs } = inputsOf(tool, seed);
  for (const scene of elsewhere(tool, seed, inputs)) all.add([scene]);
  if (sees(tool, "memory") || sees(tool, "files:"))
    addPersistent(all, tool, { inputs, seed, endState });
  const unnamed = sees(tool, "files:") ? addFiles(all, tool, { inputs, endState }) : 0;
  const { scenes, environments, memories } = all;
  return { scenes, environments, memories, cases: cases.length, unnamed };
}

function sees({ contract }: ToolUnderTest, what: string): boolean {
  return contract.capabilities.some((name) => name.startsWith(what));
}

interface PlayInputs {
  readonly inputs: readonly unknown[];
  readonly endState: EndState | undefined;
}

/** What goes on from call to call. */
function addPersistent(
  all: Environments,
  tool: ToolUnderTest,
  { inputs, seed, endState }: PlayInputs & { readonly seed: number },
): void {
  all.add(long(tool, inputs));
  all.add(Array.from({ length: ROUNDS }, () => inputs.map(asScene)).flat());
  if (sees(tool, "clock")) all.add(passing(inputs));
  if (sees(tool, "random")) all.add(drawing(seed, inputs));
  const some = inputs.slice(0, INPUTS_OF_MORE);
  for (const found of endState === undefined ? [] : foundIn(endState)) {
    all.add([...some, ...some].map(asScene), found);
  }
}

/** Folders of a person, whose files its arguments may name. @returns how many that name some are left out. */
function addFiles(
  environments: Environments,
  tool: ToolUnderTest,
  { inputs, endState }: PlayInputs,
): number {
  const fits = fitting(tool.contract.input);
  const all = withValues(tool.cases, NAMED).filter(({ input }) => fits(input));
  const named = all.slice(0, MOST_NAMED).map(({ input }) => input);
  for (const files of [{ ...USER_FILES, ...besides([endState?.files ?? {}]) }, IN_FOLDERS]) {
    for (const input of [...inputs, ...named]) environments.add([{ input }, { input }], { files });
  }
  return all.length - named.length;
}

/** The same call again and again; what it leaves behind says what the tool keeps. */
export function longPlay(tool: ToolUnderTest, seed: number): Play {
  const { declared, all } = inputsOf(tool, seed);
  const scenes = [...declared, ...declared, ...all].map(
    (input): Scene => ({ input, environment: 0 }),
  );
  return { scenes, environments: [{}] };
}

function asScene(input: unknown): Omit<Scene, "environment"> {
  return { input };
}

function long(
  tool: ToolUnderTest,
  inputs: readonly unknown[],
): readonly Omit<Scene, "environment">[] {
  const calls = tool.contract.capabilities.includes("memory") ? CALLS.memory : CALLS.files;
  return Array.from({ length: calls }, () => ({ input: inputs[0] }));
}

/** Other moments and other chance, one input each. */
function elsewhere(
  { contract: { capabilities }, folder }: ToolUnderTest,
  seed: number,
  inputs: readonly unknown[],
): readonly Omit<Scene, "environment">[] {
  const program = [...folder.files.values()].join("\n");
  const chances = capabilities.includes("random")
    ? [
        ...tellingChances(String(seed)),
        ...namedShares(program).map((share) => ({ seed: "", numbers: [], draws: from(share) })),
      ]
    : [];
  const moments = capabilities.includes("clock")
    ? [...tellingMoments(), ...namedMoments(program)]
    : [];
  const at = <Item>(list: readonly Item[], index: number): Item | undefined =>
    list[index % Math.max(1, list.length)];
  return [
    ...moments.map((nowMs, index) => ({
      ...{ input: at(inputs, index), nowMs, chance: at(chances, index) },
    })),
    ...chances.flatMap((chance, index) =>
      [0, 1].map((more) => ({
        ...{ input: at(inputs, 2 * index + more), chance, nowMs: at(moments, index) },
      })),
    ),
  ];
}

function from(share: number): readonly number[] {
  return Array.from({ length: DRAWS }, (_, index) => (share + index * GOLDEN) % 1);
}

/** Calls between which time goes by. */
function passing(inputs: readonly unknown[]): readonly Omit<Scene, "environment">[] {
  let nowMs = Date.UTC(2027, 0, 30, 22);
  return PAUSES_MS.flatMap((pauseMs) =>
    inputs.map((input) => {
      nowMs += pauseMs;
      return { input, nowMs };
    }),
  );
}

function drawing(seed: number, inputs: readonly unknown[]): readonly Omit<Scene, "environment">[] {
  return tellingChances(String(seed)).map((chance, index) => ({
    ...{ input: inputs[index % inputs.length], chance },
  }));
}

/** More of what it keeps. */
function foundIn({ files, memory }: EndState): readonly Partial<EndState>[] {
  const stored = Object.entries(memory).slice(0, 3);
  const written = Object.keys(files).slice(0, 2);
  return [
    ...stored.flatMap(([key, value]) =>
      grown(value).map((other) => ({ files, memory: { ...memory, [key]: other } })),
    ),
    ...written.flatMap((path) =>
      ["", ...CONTENTS, ...more(files[path] ?? "")].map((text) => ({
        ...{ memory, files: { ...files, [path]: text } },
      })),
    ),
  ];
}

/** Of a number others, of a list longer ones, and the same in each part of an object. */
function grown(value: unknown): readonly unknown[] {
  // Less than it has counted it will never find.
  if (typeof value === "number") return COUNTS.filter((count) => count > value);
  if (Array.isArray(value)) return value.length === 0 ? [] : LENGTHS.flatMap(longer(value));
  if (typeof value !== "object" || value === null) return [];
  const parts = Object.entries(value);
  return [
    ...parts
      .slice(0, 4)
      .flatMap(([key, part]) => grown(part).map((other) => ({ ...value, [key]: other }))),
    ...(isTable(value) ? LENGTHS.flatMap(wider(value)) : []),
  ];
}

/** Whether all that it holds is of one kind: then it may hold more of it under other names. */
function isTable(value: object): boolean {
  const kinds = new Set(Object.values(value).map((part) => typeof part));
  return kinds.size === 1;
}

function wider(table: object): (length: number) => readonly unknown[] {
  const [[name, part] = ["", null]] = Object.entries(table);
  return (length) => {
    const more = Array.from({ length }, (_, index) => [
      name + lettersFor(index),
      varied(part, index),
    ]);
    const made = { ...Object.fromEntries(more), ...table };
    return JSON.stringify(made).length > LONGEST ? [] : [made];
  };
}

/** A name for each number that a pattern of names lets through. */
function lettersFor(index: number): string {
  return [...index.toString(26)]
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    .join("");
}

function longer(list: readonly unknown[]): (length: number) => readonly unknown[] {
  return (length) => {
    const made = Array.from({ length }, (_, index) => {
      const item = list[index % list.length];
      return index < list.length ? item : varied(item, index);
    });
    return JSON.stringify(made).length > LONGEST ? [] : [made];
  };
}

/** Another one of the kind. */
function varied(item: unknown, index: number): unknown {
  if (typeof item === "string") return `${item} ${index}`;
  if (typeof item === "number") return item + index;
  if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
  return Object.fromEntries(Object.entries(item).map(([key, part]) => [key, varied(part, index)]));
}

/** A file that its calls have written to for long. */
function more(text: string): readonly string[] {
  return [10, 100, 1000].map((times) => text.repeat(times)).filter((long) => long.length < 100_000);
}
