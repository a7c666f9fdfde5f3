#!/usr/bin/env bun
/**
 * Shows what three personas say at once on the terminal that it is started on, then writes what that
 * took into a file.
 *
 *   bun bench/programs/terminal-stream.ts ours|ink|"the tokens alone" TOKENS FILE
 */
import type { Stage } from "../support/stage.ts";
import { speak } from "../support/token-clock.ts";

const [name = "", tokens = "0", file = ""] = process.argv.slice(2);
/** Loaded only where it is asked for: no contestant pays for what another needs. */
const STAGES: Readonly<Record<string, () => Promise<Stage>>> = {
  "the tokens alone": async () => ({ take: () => undefined, end: async () => undefined }),
  ours: async () => await (await import("../support/inline-stage.ts")).inlineStage(),
  ink: async () => (await import("../support/ink-stage.ts")).inkStage(),
};

const stage = await STAGES[name]?.();
if (stage === undefined) throw new Error(`There is no screen "${name}"`);
await speak(Number(tokens), stage.take);
await stage.end();
// Of the whole process: start, compilation and garbage collection are paid for by the person who waits, too.
const { user, system } = process.cpuUsage();
// The most that it had. `process.resourceUsage().maxRSS` counts what the parent had when it forked.
const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await Bun.file("/proc/self/status").text()) ?? [];
const cost = { cpuMs: (user + system) / 1000, megabytes: Number(kibibytes) / 1024 };
await Bun.write(file, JSON.stringify(cost));
process.exit(0);
