import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AsyncQueue } from "#core/async-queue.ts";
import { readBeat } from "#home/autonomy/burst-beat.ts";
import { until } from "#test/until.ts";
import { BurstLife } from "./burst-life.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-life-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function living() {
  const said = new AsyncQueue<Uint8Array>();
  const left = Promise.withResolvers<number>();
  const offFile = join(folder, "off");
  const leave = async (): Promise<void> => left.resolve(performance.now());
  const beatFile = join(folder, "beat");
  const life = new BurstLife({ owner: said, offFile, beatFile, leave });
  const say = (text: string): void => said.push(new TextEncoder().encode(text));
  const ended = new Promise<unknown>((resolve) => {
    life.signal.addEventListener("abort", () => resolve(life.signal.reason), { once: true });
  });
  return { life, say, ended, left: left.promise, offFile, beatFile, close: () => said.close() };
}

test.each(["human", "stopped", "time"] as const)(
  "the owner ends it with %p, in whatever pieces that comes",
  async (why) => {
    const { life, say, ended } = living();
    using _life = life;
    for (const piece of ["beat\nbe", "at\nen", `d ${why.slice(0, 2)}`, `${why.slice(2)}\n`])
      say(piece);
    expect(await ended).toMatchObject({ name: "BurstStopped", why });
  },
);

test("the file that a person made ends it while the owner says that all is well", async () => {
  const { life, say, ended, offFile } = living();
  using _life = life;
  const beats = setInterval(() => say("beat\n"), 100);
  writeFileSync(offFile, "");
  expect(await ended).toMatchObject({ why: "stopped" });
  clearInterval(beats);
});

test("an owner that is silent ends it, and one whose pipe is closed at once", async () => {
  const silent = living();
  using _silent = silent.life;
  const closed = living();
  using _closed = closed.life;
  closed.close();
  expect(await closed.ended).toMatchObject({ why: "owner" });
  expect(silent.life.signal.aborted).toBeFalse();
  expect(await silent.ended).toMatchObject({ why: "owner" });
});

test("a word that it does not know is a sign of life and nothing else", async () => {
  const { life, say, ended } = living();
  using _life = life;
  say("end\nend everything\nend human \nend human\n");
  expect(await ended).toMatchObject({ why: "human" });
});

test("work that goes on after the end is left behind with its process", async () => {
  const { life, say, ended, left } = living();
  using _life = life;
  say("end human\n");
  await ended;
  const endedAt = performance.now();
  expect((await left) - endedAt).toBeGreaterThan(1900);
});

test("it gives signs of life from its first moment on until it was told to end", async () => {
  const { life, say, ended, left, beatFile } = living();
  using _life = life;
  const beat = async (): Promise<number> => (await readBeat(beatFile, process.pid)) ?? 0;
  expect(await beat()).toBe(1);
  await until("a third sign of life", async () => (await beat()) >= 3);
  expect(await readBeat(beatFile, process.pid + 1)).toBeUndefined();
  say("end human\n");
  await ended;
  const last = await beat();
  await left;
  expect(await beat()).toBe(last);
});
