#!/usr/bin/env bun
/**
 * A room on a pseudo-terminal in which a persona builds tools with the forge, each in a new room. With `--stop TEXT`
 * `/stop` is typed as soon as the screen shows that text, and the time until the end of the turn is told. The home is
 * a clone of this checkout, so that the whole gate judges; every question is answered with yes. Times are those of
 * the room's events.
 *
 *   bun bench/forge-room.ts --base URL --model NAME [--stop TEXT] [--seconds N] [--out FILE] LINE …
 */
import { appendFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { roomEventSchema } from "#core/event-schema.ts";
import type { RoomEvent } from "#core/events.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const CHECKOUT = join(import.meta.dir, "..");
const ORG = [process.execPath, join(CHECKOUT, "main.ts")];
/** Between two looks at the screen, in milliseconds. */
const LOOK_MS = 20;
/** Between two questions to the room for what happened, in milliseconds: each is a process. */
const ASK_MS = 3000;
/** Longest wait for the room to leave, in milliseconds. */
const LEAVE_MS = 10_000;

interface Entry {
  readonly at: Date;
  readonly event: RoomEvent;
}

/** What `org log --json` prints beside each event. */
const entrySchema = z.looseObject({ at: z.coerce.date(), seq: z.int() });

const { values, positionals } = parseArgs({
  options: {
    base: { type: "string" },
    model: { type: "string" },
    stop: { type: "string" },
    seconds: { type: "string", default: "900" },
    out: { type: "string" },
  },
  allowPositionals: true,
});
const { base, model, stop, out } = values;
if (base === undefined || model === undefined || positionals.length === 0) {
  console.error("bun bench/forge-room.ts --base URL --model NAME [--stop TEXT] LINE …");
  process.exit(2);
}

await using place = await temporaryFolder();
const home = join(place.path, "home");
git("clone", "--quiet", CHECKOUT, home);
await symlink(join(CHECKOUT, "node_modules"), join(home, "node_modules"));
const env: Readonly<Record<string, string>> = {
  PATH: Bun.env["PATH"] ?? "/usr/bin",
  ...{ HOME: place.path, ORG_HOME: home, TERM: "xterm-256color", LANG: "C.UTF-8" },
  ...{ OLLAMA_BASE: base, OLLAMA_MODEL: model, ORG_ENGINE_DIR: join(place.path, "engine") },
};
const commit = git("rev-parse", "--short=8", "HEAD").trim();
for (const line of positionals) {
  const row = { line, stop, ...(await room(line)), model, commit };
  process.stdout.write(`${JSON.stringify(row, undefined, 1)}\n`);
  if (out !== undefined) await appendFile(out, `${JSON.stringify(row)}\n`);
}

function git(...words: readonly string[]): string {
  const { stdout, success, stderr } = Bun.spawnSync(["git", ...words], { cwd: CHECKOUT });
  if (!success) throw new Error(`git ${words.join(" ")}: ${stderr}`);
  return stdout.toString();
}

/** Says a line to a new room, and waits for the end of its turn. */
async function room(line: string): Promise<object> {
  const screen = new Screen();
  const child = Bun.spawn([...ORG, "chat", "--no-project"], {
    ...{ terminal: screen.terminal, cwd: place.path, env: { ...env } },
  });
  const last = Date.now() + Number(values.seconds) * 1000;
  const talk = new Talk(screen, last);
  const why = await talk
    .until(() => screen.text.includes("[group →"))
    .then(
      () => talk.say(line),
      (error: Error) => error.message,
    );
  screen.terminal.write("\u0004");
  await Promise.race([child.exited, Bun.sleep(LEAVE_MS)]);
  child.kill("SIGKILL");
  await child.exited;
  screen.terminal.close();
  return { ...(why === undefined ? {} : { why }), ...summaryOf(talk) };
}

class Screen {
  text = "";
  readonly terminal: Bun.Terminal = new Bun.Terminal({
    ...{ cols: 200, rows: 60 },
    data: (_terminal, bytes) => {
      this.text += Buffer.from(bytes).toString();
    },
  });
}

class Talk {
  entries: readonly Entry[] = [];
  stoppedAt: number | undefined;
  readonly #screen: Screen;
  readonly #last: number;
  readonly #answered = new Set<string>();
  #asksNext = 0;

  constructor(screen: Screen, last: number) {
    this.#screen = screen;
    this.#last = last;
  }

  /** @returns what kept the turn from coming to its end, if anything did. */
  async say(line: string): Promise<string | undefined> {
    this.#screen.terminal.write(`${line}\r`);
    return await this.until(() => this.#isOver()).then(
      () => undefined,
      (error: Error) => error.message,
    );
  }

  async until(isThere: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isThere())) {
      if (Date.now() > this.#last)
        throw new Error(`the time is over: ${this.#screen.text.slice(-300)}`);
      await Bun.sleep(LOOK_MS);
    }
  }

  async #isOver(): Promise<boolean> {
    const { terminal, text } = this.#screen;
    if (stop !== undefined && this.stoppedAt === undefined && text.includes(stop)) {
      terminal.write("/stop\r");
      this.stoppedAt = Date.now();
    }
    if (Date.now() < this.#asksNext) return false;
    this.entries = await entriesOf();
    this.#asksNext = Date.now() + ASK_MS;
    for (const { event } of this.entries) {
      if (event.type !== "approval" || event.state !== "asked") continue;
      if (this.#answered.has(event.id)) continue;
      this.#answered.add(event.id);
      terminal.write(`/approve ${event.id}\r`);
    }
    return this.entries.some(({ event }) => event.type === "turn-end");
  }
}

/** What the newest room has said so far, asked of the process that has it. */
async function entriesOf(): Promise<readonly Entry[]> {
  const child = Bun.spawn([...ORG, "log", "--json"], {
    ...{ cwd: place.path, env: { ...env }, stdio: ["ignore", "pipe", "ignore"] },
  });
  const lines = (await child.stdout.text()).split("\n").filter((line) => line !== "");
  return lines.flatMap((line) => {
    const { at, seq: _seq, ...rest } = entrySchema.parse(JSON.parse(line));
    const { data: event } = roomEventSchema.safeParse(rest);
    return event === undefined ? [] : [{ at, event }];
  });
}

function summaryOf({ entries, stoppedAt }: Talk): object {
  const events = entries.map(({ event }) => event);
  const first = entries.find(({ event }) => event.type === "turn-start");
  const last = entries.find(({ event }) => event.type === "turn-end");
  return {
    stopMs: last === undefined || stoppedAt === undefined ? null : last.at.getTime() - stoppedAt,
    seconds:
      first === undefined || last === undefined
        ? null
        : (last.at.getTime() - first.at.getTime()) / 1000,
    end: last?.event,
    notices: events.flatMap((event) => (event.type === "notice" ? [event.text] : [])),
    calls: events.flatMap((event) => (event.type === "tool-call" ? [event.call] : [])),
    results: events.flatMap((event) =>
      event.type === "tool-result" ? [{ ok: event.ok, output: event.output }] : [],
    ),
    answers: events.flatMap((event) => (event.type === "answer" ? [event.text] : [])),
  };
}
