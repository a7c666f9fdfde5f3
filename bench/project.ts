#!/usr/bin/env bun
/**
 * What a large repository costs a room: opening it, a turn that changes one file, and the map of it.
 *
 *   bun bench/project.ts             20,000 files
 *   bun bench/project.ts 200000      takes some minutes
 */
import { join } from "node:path";
import type { Cost } from "./programs/large-project.ts";
import { median } from "./support/compare.ts";
import { makeLargeRepository } from "./support/large-repository.ts";
import { type Grid, publish } from "./support/report.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const USUAL_FILES = 20_000;
const ROUNDS = 3;
const PROGRAM = join(import.meta.dir, "programs/large-project.ts");

const files = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? USUAL_FILES);

await using folder = await temporaryFolder();
const root = join(folder.path, "repository");
await makeLargeRepository(root, files);
const first = await runs("open", 1);
const again = await runs("open", ROUNDS);
const turn = await runs("turn", 1);
const question = await runs("question", 1);
const program = await runs("program", 1);
const map = await runs("map", ROUNDS);
publish([grid()]);

interface Measured {
  readonly costs: readonly Cost[];
  readonly megabytes: number;
}

/** Each in a process of its own, of which the most memory that it had is measured. */
async function runs(
  what: "open" | "turn" | "question" | "program" | "map",
  times: number,
): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (let round = 0; round < times; round += 1) {
    const command = [process.execPath, PROGRAM, what, root, join(folder.path, "projects")];
    const child = Bun.spawn(command, { stdio: ["ignore", "pipe", "inherit"] });
    const text = await child.stdout.text();
    if ((await child.exited) !== 0) throw new Error(`"${what}" failed`);
    measured.push(JSON.parse(text));
  }
  return measured;
}

function grid(): Grid {
  const row = (name: string, costs: readonly Cost[], runsOf: readonly Measured[]) => {
    const of = (figures: readonly number[]) => median(figures).toFixed(0);
    const [ms, cpuMs] = [costs.map((one) => one.ms), costs.map((one) => one.cpuMs)];
    return [name, of(ms), of(cpuMs), of(runsOf.map(({ megabytes }) => megabytes))];
  };
  const nth = (runsOf: readonly Measured[], index: number) =>
    runsOf.flatMap(({ costs }) => costs.slice(index, index + 1));
  return {
    title: `project: a repository of ${files.toLocaleString("en")} files, medians`,
    head: ["", "ms", "ms of processor time, with Git", "most MiB of org"],
    rows: [
      row("a new room: the user can type", nth(first, 0), first),
      row("a new room: its files are written", nth(first, 1), first),
      row("the room again", nth(again, 0), again),
      row("behind that, the user's files are looked at", nth(again, 1), again),
      row(
        "a turn that changed one file, all looked at",
        turn.flatMap(({ costs }) => costs),
        turn,
      ),
      row("the first question, a tool changes one file", nth(question, 0), question),
      row(
        "each further one",
        question.flatMap(({ costs }) => costs.slice(1)),
        question,
      ),
      row("a program changes one file, the first time", nth(program, 0), program),
      row(
        "each further time",
        program.flatMap(({ costs }) => costs.slice(1)),
        program,
      ),
      row("the first map", nth(map, 0), map),
      row("the map after a turn", nth(map, 1), map),
    ],
  };
}
