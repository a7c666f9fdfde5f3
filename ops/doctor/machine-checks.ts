/** What org needs of the machine it runs on. */

import { access, constants, statfs } from "node:fs/promises";
import type { Check, Finding } from "#core/check.ts";
import { reasonOf } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { homePaths } from "#home/home-paths.ts";
import { readCheckout } from "#platform/git/checkout.ts";
import { describeOwner } from "#platform/owner.ts";
import { gitCheck } from "./git-check.ts";
import { portsCheck } from "./ports-check.ts";
import { processesCheck } from "./processes-check.ts";
import { ok } from "./program.ts";
import { program } from "./program-check.ts";
import { signingCheck } from "./signing-check.ts";
import { supervisorCheck } from "./supervisor-check.ts";
import { tmuxCheck } from "./tmux-check.ts";

/** Below this the journal and the worktrees of candidates run out of space, in bytes. */
const LITTLE_DISK = 512 * 1024 * 1024;

export interface MachineOptions {
  /** ORG_HOME. */
  readonly home: string;
  /** The version of Bun that this checkout is made for. */
  readonly bunVersion: string;
  /** Where its generations serve. */
  readonly ports: readonly number[];
}

/** Checks that need no model server and no sandbox. */
export function machineChecks({ home, bunVersion, ports }: MachineOptions): readonly Check[] {
  return [
    { name: "bun", run: async () => bun(bunVersion) },
    gitCheck(home),
    tmuxCheck(),
    program("/usr/bin/python3", ["--version"], { needed: false, why: "python_run needs it" }),
    { name: "checkout", run: () => checkout(home) },
    signingCheck(home),
    { name: "disk", run: () => disk(home) },
    { name: "home", run: () => homeState(home) },
    processesCheck(home),
    portsCheck(home, ports),
    supervisorCheck(home),
  ];
}

function bun(expected: string): Finding {
  if (Bun.version === expected) return ok(Bun.version);
  const detail = `${Bun.version}, but this checkout is made for ${expected}`;
  return { state: "warning", detail, remedies: ["./ops/setup.sh"] };
}

async function checkout(home: string): Promise<Finding> {
  const state = await readCheckout(home);
  if (typeof state === "string") {
    const detail = `${home} is not a checkout, so tools cannot be promoted here: ${state}`;
    return { state: "warning", detail, remedies: [`git -C ${shellWord(home)} init`] };
  }
  const { branch, commit, changed } = state;
  return ok(`${branch} at ${commit.slice(0, 12)}, ${changed} files changed`);
}

async function disk(home: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(home);
  const free = bavail * bsize;
  const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
  if (free >= LITTLE_DISK) return ok(detail);
  return {
    state: "fault",
    detail,
    remedies: [`du -xh --max-depth=2 ${shellWord(home)} | sort -h | tail`],
  };
}

async function homeState(home: string): Promise<Finding> {
  try {
    await access(home, constants.W_OK);
  } catch (error) {
    const remedies = [`ls -ld ${shellWord(home)}`, "export ORG_HOME=DIRECTORY"];
    return { state: "fault", detail: reasonOf(error), remedies };
  }
  const owner = await describeOwner(homePaths(home).ownerRecord);
  if (owner === undefined) return ok(`${home}, not in use`);
  const detail = `${home}, in use by process ${owner.pid} (${owner.command}) since ${owner.since}`;
  if (!owner.stopped) return ok(detail);
  return {
    state: "fault",
    detail: `${detail}, which is stopped`,
    remedies: [`kill -CONT ${owner.pid}`],
  };
}
