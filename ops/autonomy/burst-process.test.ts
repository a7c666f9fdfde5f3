/** Real processes: one that goes when it is told, and one that does not hear. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readProcessInfo } from "#platform/process-info.ts";
import { until } from "#test/until.ts";
import { descendantsOf } from "../processes/process-tree.ts";
import { BurstProcess } from "./burst-process.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-burst-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function started(program: string): Promise<BurstProcess> {
  const path = join(folder, "program.ts");
  await Bun.write(path, program);
  return new BurstProcess({ home: folder, program: path, words: ["a", "b"] });
}

test("it is told that the owner is there, with its words, and why it is to end", async () => {
  const burst = await started(`
    let text = "";
    for await (const bytes of Bun.stdin.stream()) {
      text += new TextDecoder().decode(bytes);
      if (text.includes("end human")) break;
    }
    await Bun.write(process.env.ORG_HOME + "/said", JSON.stringify([process.argv.slice(2), text]));
    process.exit(0);
  `);
  await burst.end("human");
  const [words, text] = JSON.parse(await Bun.file(join(folder, "said")).text());
  expect(words).toEqual(["a", "b"]);
  expect(text).toMatch(/^(beat\n)+end human\n$/);
  await burst.end("stopped");
});

test("what does not go is killed with all that it started", async () => {
  const burst = await started(`
    process.on("SIGTERM", () => undefined);
    Bun.spawn(["sleep", "600"]);
    await Bun.write(process.env.ORG_HOME + "/ready", "");
    setInterval(() => undefined, 1000);
  `);
  await until("the program runs", async () => await Bun.file(join(folder, "ready")).exists());
  const [child] = await descendantsOf([burst.pid]);
  expect(child).toBeDefined();
  await burst.end("stopped");
  expect(await readProcessInfo(burst.pid)).toBeUndefined();
  expect((await readProcessInfo(child?.pid ?? 0))?.startTime).not.toBe(child?.startTime ?? 0);
});

test("one that ended by itself is gone, and can be told to end all the same", async () => {
  const burst = await started("process.exit(3);");
  await burst.gone;
  await burst.end("human");
});
