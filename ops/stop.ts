#!/usr/bin/env bun
/**
 * Ends the room of a tmux session and the generations of a home: asks them to save and leave, then makes sure
 * that nothing is left.
 *
 *   bun ops/stop.ts [SESSION [GRACE_MS]]      called by ops/stop.sh
 */
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { EXIT } from "#core/error-codes.ts";
import { unreachable } from "#core/errors.ts";
import { readProcessInfo } from "#platform/process-info.ts";
import { endProcesses, GRACE_MS } from "./processes/end.ts";
import { descendantsOf, waitForEnd } from "./processes/process-tree.ts";

/** How long the shell of a pane may take to end with its session, in milliseconds. */
const PANE_MS = 2000;

export interface StopOptions {
  /** Name of the tmux session. */
  readonly session: string;
  /** The checkout that it must belong to. */
  readonly root: string;
  readonly graceMs: number;
}

/** `killed` counts the processes that did not leave by themselves. */
export type Stopped =
  | { readonly kind: "not-running" }
  | { readonly kind: "foreign"; readonly owner: string }
  | { readonly kind: "stopped"; readonly killed: number; readonly left: readonly number[] };

export async function stopSession({ session, root, graceMs }: StopOptions): Promise<Stopped> {
  const panes = await tmux("list-panes", "-s", "-t", `=${session}`, "-F", "#{pane_pid}");
  if (panes === undefined) return { kind: "not-running" };
  const owner = (await tmux("show-options", "-v", "-q", "-t", `=${session}:`, "@org-root")) ?? "";
  if (owner !== root) return { kind: "foreign", owner };

  const shells = panes.split("\n").map(Number);
  const tree = await descendantsOf(shells);
  // Only the room itself, the child of the pane: it ends its tools in its own order, and a tool that
  // ends before it would be written down as a failure.
  const rooms = tree.filter(({ parent }) => shells.includes(parent));
  const { killed, left } = await endProcesses(rooms, { graceMs });
  const remainingPanes = (await Promise.all(shells.map(readProcessInfo))).filter(
    (info) => info !== undefined,
  );
  await tmux("kill-session", "-t", `=${session}`);
  const all = [...left, ...(await waitForEnd(remainingPanes, PANE_MS))];
  return { kind: "stopped", killed: killed.length, left: all.map(({ pid }) => pid) };
}

/**
 * Ends what works for the home but the room of another terminal.
 *
 * @returns a sentence for each process.
 */
async function stopServing(home: string, graceMs: number): Promise<readonly string[]> {
  const names = await readdir(join(home, ".org", "run")).catch(() => []);
  if (!names.some((name) => /^(?:generation|service)-/.test(name))) return [];
  // Loaded only here: a room without generations is stopped where no package is installed, too.
  const { processesOf } = await import("./processes/home-processes.ts");
  const { markStopped } = await import("./processes/stop-marks.ts");
  // First, so that nothing starts again what ends now.
  await markStopped(home, ["current", "candidate"]);
  const reports: string[] = [];
  const found = await processesOf(home);
  const spared = found.map(({ pid }) => pid);
  for (const one of found) {
    if (one.role === "room") continue;
    const { killed } = await endProcesses([one], { graceMs, spared });
    reports.push(
      `${one.role}, process ${one.pid}, ${killed.length === 0 ? "has left" : "was killed"}`,
    );
  }
  return reports;
}

/** What tmux answers, or `undefined` when it fails: no server, no such session, no tmux at all. */
async function tmux(...args: readonly string[]): Promise<string | undefined> {
  if (Bun.which("tmux") === null) return undefined;
  const child = Bun.spawn(["tmux", ...args], { stdout: "pipe", stderr: "ignore" });
  const text = await child.stdout.text();
  return (await child.exited) === 0 ? text.trim() : undefined;
}

function describe(stopped: Stopped, { session, graceMs }: StopOptions): string {
  switch (stopped.kind) {
    case "not-running":
      return `not running: there is no tmux session "${session}"`;
    case "foreign":
      return `tmux session "${session}" belongs to ${stopped.owner || "something else"}; nothing was changed`;
    case "stopped": {
      if (stopped.left.length > 0) return `processes outlived SIGKILL: ${stopped.left.join(", ")}`;
      if (stopped.killed === 0) return "the room has left";
      return `the room did not leave within ${graceMs} ms; processes killed: ${stopped.killed}`;
    }
    default:
      return unreachable(stopped);
  }
}

if (import.meta.main) {
  const [session = "org", grace = GRACE_MS] = process.argv.slice(2);
  const graceMs = Number(grace);
  const root = await realpath(`${import.meta.dir}/..`);
  const ended = await stopServing(Bun.env["ORG_HOME"] || root, graceMs);
  for (const sentence of ended) console.error(`stop: ${sentence}`);
  const stopped = await stopSession({ session, root, graceMs });
  console.error(`stop: ${describe(stopped, { session, root, graceMs })}`);
  if (stopped.kind === "foreign") process.exitCode = EXIT.busy;
  if (stopped.kind === "stopped" && stopped.left.length > 0) process.exitCode = EXIT.failed;
}
