/**
 * Numbers of its cases that a program tells from all others, one by one.
 *
 * A rule decides by an order or a remainder, and goes one way for many numbers. Who lists the numbers of the cases instead goes
 * the right way for each of them, and some way for all others, where no case says which way that should be.
 */
import type { HeldText } from "#tools/contract/validation.ts";
import { leavesOf } from "../oracle/near-inputs.ts";
import { numbersIn } from "../oracle/source-literals.ts";
import type { ToolUnderTest } from "../oracle/tool-under-test.ts";
import type { Observation } from "./unshown-bounds.ts";
import type { WatchedProgram } from "./watched.ts";

/** Fewer of them are an exception or two, and not a list. */
const LEAST_LISTED = 3;
/** So many other values have to go the other way. */
const LEAST_OTHERS = 12;

/** @returns what a human has to decide, at most one thing. */
export function singleValues(
  { folder, cases, contract }: ToolUnderTest,
  watched: WatchedProgram,
  observations: readonly Observation[],
): readonly HeldText[] {
  const program = [...watched.modules.keys()].map((file) => folder.files.get(file) ?? "");
  const written = new Set(numbersIn(program.join("\n")));
  const tests = folder.files.get(contract.language === "ts" ? "tool.test.ts" : "test_tool.py");
  const declared = new Set([
    ...numbersIn(tests ?? ""),
    ...cases.flatMap(({ input }) => leavesOf(input).map(({ value }) => value)),
  ]);
  const values = observations.flatMap(({ input, answer }) =>
    answer === undefined ? [] : [{ numbers: numbersOf(input), ways: new Set(answer.ways) }],
  );
  const listed = new Map<string, Set<number>>();
  const lines = new Map<string, number>();
  const ways = new Set(values.flatMap((one) => [...one.ways]));
  for (const way of ways) {
    const going = values.filter((one) => one.ways.has(way));
    const others = values.filter((one) => !one.ways.has(way));
    for (const name of new Set(going.flatMap(({ numbers }) => [...numbers.keys()]))) {
      const goingValues = distinct(going, name);
      const beside = distinct(others, name);
      const isList =
        goingValues.size < beside.size &&
        beside.size >= LEAST_OTHERS &&
        [...goingValues].every((one) => written.has(one) && declared.has(one) && !beside.has(one));
      if (!isList) continue;
      listed.set(name, (listed.get(name) ?? new Set()).union(goingValues));
      lines.set(name, lines.get(name) ?? watched.points[Number.parseInt(way, 10)]?.line ?? 1);
    }
  }
  for (const [name, found] of listed) {
    if (found.size < LEAST_LISTED) continue;
    const text = `it tells ${[...found].toSorted((a, b) => a - b).join(", ")} of "${name}" from all others`;
    const where = `(${[...watched.modules.keys()][0]}:${lines.get(name)})`;
    return [
      {
        text,
        message: `${text}, and each of them stands in its cases or tests: a human decides; write the rule, or name these values as enum ${where}`,
      },
    ];
  }
  return [];
}

interface Went {
  readonly numbers: ReadonlyMap<string, number>;
  readonly ways: ReadonlySet<string>;
}

function distinct(all: readonly Went[], name: string): ReadonlySet<number> {
  return new Set(all.flatMap(({ numbers }) => numbers.get(name) ?? []));
}

/** The numbers of an input by their paths; those of lists have none. */
function numbersOf(input: unknown): ReadonlyMap<string, number> {
  return new Map(
    leavesOf(input).flatMap(({ path, value }) =>
      typeof value === "number" && path.every((key) => typeof key === "string")
        ? [[path.join("."), value] as const]
        : [],
    ),
  );
}
