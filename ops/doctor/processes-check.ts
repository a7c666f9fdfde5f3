import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Check, Finding } from "#core/check.ts";
import { processesOf as recordedProcesses } from "../processes/home-processes.ts";
import { ok } from "./program.ts";

/** Longest part of a command line that is shown, in UTF-16 code units. */
const MAX_COMMAND = 60;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/**
 * Finds processes of a home that no process waits for: their parent is gone, and they are neither the owner
 * nor a generation.
 *
 * @see https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html (`systemd --user` is one)
 */
export function processesCheck(home: string): Check {
  return { name: "processes", run: async () => await processes(home) };
}

async function processes(home: string): Promise<Finding> {
  const own = await processesOf(home);
  const expected = await expectedProcesses(home);
  const orphans = await Promise.all(own.map(async ({ parent }) => await collects(parent)));
  const stale = own.filter(({ pid }, index) => orphans[index] === true && !expected.has(pid));
  const count = `${own.length} ${own.length === 1 ? "process" : "processes"} of this home`;
  if (stale.length === 0) return ok(`${count}, none left over`);
  const named = stale.map(({ pid, command }) => `${pid} (${command.slice(0, MAX_COMMAND)})`);
  return {
    state: "warning",
    detail: `${count}, of which no process waits for ${named.join(", ")}`,
    remedies: [`kill ${stale.map(({ pid }) => pid).join(" ")}`],
  };
}

/** Whether a process is one that the kernel gives the children of dead parents to. */
async function collects(pid: number): Promise<boolean> {
  if (pid === 1) return true;
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
  return name.trim() === "systemd";
}

/** The processes that are meant to live by themselves. */
async function expectedProcesses(home: string): Promise<ReadonlySet<number>> {
  const recorded = await recordedProcesses(home);
  return new Set([process.pid, ...recorded.map(({ pid }) => pid)]);
}

/** Those of this user that were started in the home, or run a program of it. */
async function processesOf(home: string): Promise<readonly Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(async (pid) => await processOf(pid, home)));
  return found.filter((one) => one !== undefined);
}

async function processOf(pid: number, home: string): Promise<Process | undefined> {
  // It may end meanwhile, or its id may belong to another process.
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
  const [environment, command, stat] = await Promise.all([
    read("environ"),
    read("cmdline"),
    read("stat"),
  ]);
  const argv = command.split("\0");
  const runsOurs = argv.some((word) => word.startsWith(join(home, ".org") + sep));
  const isOurs = environment.split("\0").includes(`ORG_HOME=${home}`) && argv.some(isProgram);
  if (!runsOurs && !isOurs) return undefined;
  // Behind the name in parentheses, which may itself hold any character: state, then parent.
  const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  return { pid, parent, command: argv.join(" ").trim() };
}

/** A user who set ORG_HOME in a shell has it in every program that is started there. */
function isProgram(word: string): boolean {
  return word.endsWith("/main.ts");
}
