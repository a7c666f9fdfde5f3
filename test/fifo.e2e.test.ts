/** FIFOs in the places of files that a home keeps: no command waits for a process that writes into one. */
import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { testHome } from "./org-process.ts";

/** Without an answer for so long, a command is held up; it is no goal, and a machine that is very busy takes half of it. */
const HELD_MS = 300_000;

/** What is read where, by which command. */
const PLACES: readonly (readonly [path: string, ...args: string[]])[] = [
  [".org/backups/restore.json", "status"],
  [".org/run/owner.json", "status"],
  [".org/run/health.json", "healthcheck"],
  [".org/run/service-engine.json", "ps"],
  [".org/run/current.json", "ps"],
  [".org/state/current/digest.json", "digest"],
  [".org/state/current/profiles.json", "ask", "hi"],
  [".org/state/mcp-pins.json", "mcp", "list"],
  [".org/state/leases.sqlite.key", "lease", "list"],
  [".org/logs/supervisor.ndjson", "fixes", "list"],
  ["personas/poet.md", "ask", "hi"],
  ["workflows/report.yml", "workflow", "list"],
  ["org.config", "status"],
];

test.each(PLACES)(
  "%s as a FIFO holds up no command",
  async (path, ...args) => {
    await using home = await testHome();
    const place = join(home.path, path);
    await mkdir(dirname(place), { recursive: true });
    expect(Bun.spawnSync(["mkfifo", place]).exitCode).toBe(0);
    const running = home.start(args);
    const timer = setTimeout(() => running.signal("SIGKILL"), HELD_MS);
    const { exitCode, stderr } = await running.ended;
    clearTimeout(timer);
    // 70: a bug; 137: it was held up.
    expect([70, 137]).not.toContain(exitCode);
    expect(stderr).not.toContain("bug of its own");
  },
  2 * HELD_MS,
);
