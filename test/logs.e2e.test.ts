/** The logs of a home: written while they are rotated, with the request of every line, and of bounded number. */
import { expect, test } from "bun:test";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { rotateFile } from "#platform/log/log-files.ts";
import { CandidateRepository } from "./candidate-repository.ts";
import { type TestHome, testHome } from "./org-process.ts";
import { call, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

const lineSchema = z.looseObject({
  level: z.string(),
  time: z.iso.datetime(),
  msg: z.string(),
  request_id: z.string().optional(),
});
type Line = z.infer<typeof lineSchema>;

async function linesIn(folder: string, name: string): Promise<readonly Line[]> {
  const files = (await readdir(folder)).filter((file) => file.startsWith(`${name}.`)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const lines = texts.flatMap((text) => text.split("\n")).filter((line) => line !== "");
  return lines.map((line) => lineSchema.parse(JSON.parse(line)));
}

test("three writers and a rotation that never stops lose no line and write none twice", async () => {
  await using home = await testHome();
  const folder = home.paths.logs;
  const writer = join(import.meta.dir, "fixtures/log-writer.ts");
  const COUNT = 3000;
  const writers = ["a", "b", "c"].map((name) =>
    Bun.spawn([process.execPath, writer, folder, name, String(COUNT)], { stdout: "pipe" }),
  );
  let rotations = 0;
  // Between any two pieces of what they write.
  const turning = writers.map(async ({ stdout }) => {
    for await (const _piece of stdout) {
      if (rotateFile(join(folder, "shared.ndjson")) !== undefined) rotations += 1;
    }
  });
  expect(await Promise.all(writers.map(({ exited }) => exited))).toEqual([0, 0, 0]);
  await Promise.all(turning);
  const lines = await linesIn(folder, "shared");
  const seen = new Set(lines.map((line) => `${line["writer"]} ${line["index"]}`));
  expect(rotations).toBeGreaterThan(20);
  expect(lines).toHaveLength(3 * COUNT);
  expect(seen.size).toBe(3 * COUNT);
});

async function served(home: TestHome, url: string) {
  const process = home.start(["serve", "--port", "0"], { url });
  const line = await process.stderr.line((text) => text.includes("serves on"));
  return { process, address: line.slice(line.indexOf("http://")) };
}

test("every line of a request has the id that it came with, also where turns wait for each other", async () => {
  await using home = await testHome();
  await using model = scriptedServer(({ body, index }) =>
    body.messages.at(-1)?.role === "tool"
      ? say("Done.")
      : call("sh", { cmd: "echo hi" }, { id: `c${index}` }),
  );
  const { process, address } = await served(home, model.url);
  const ask = async (id: string): Promise<string> => {
    const answer = await fetch(`${address}/v1/messages`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-request-id": id },
      body: JSON.stringify({ text: "run it", room: room ?? undefined }),
    });
    expect(answer.headers.get("x-request-id")).toBe(id);
    return await answer.text();
  };
  let room: string | undefined;
  await ask("first");
  const [written] = (await linesIn(home.paths.logs, "current")).filter(
    ({ msg }) => msg === "turn ended",
  );
  room = String(written?.["room"]);
  // All in one room: their turns are queued behind each other.
  await Promise.all(["second", "third", "fourth"].map(ask));
  process.signal("SIGTERM");
  expect((await process.ended).exitCode).toBe(143);

  const lines = await linesIn(home.paths.logs, "current");
  const shape = ["message", "request", "tool ran", "turn began", "turn ended"];
  for (const id of ["first", "second", "third", "fourth"]) {
    const own = lines.filter((line) => line.request_id === id).map(({ msg }) => msg);
    expect(own.sort()).toEqual(shape);
  }
  const without = lines.filter((line) => line.request_id === undefined);
  expect(without.map(({ msg }) => msg)).toEqual(["serves", "leaves"]);
  expect(JSON.stringify(lines)).not.toContain("run it");
});

test("what the gate decides is written down with an id of its run, and its failure too", async () => {
  using repository = new CandidateRepository();
  await using home = await testHome();
  const environment = { ORG_HOME: repository.checkout };
  const commit = repository.commit("x", { "core/errors.ts": "export {};\n" });
  const judged = await home.run(["fitness", commit], { environment });
  expect(judged.exitCode).toBe(1);
  expect((await home.run(["fitness", "no-such-branch"], { environment })).exitCode).not.toBe(0);
  const lines = await linesIn(join(repository.checkout, ".org", "logs"), "gate");
  expect(new Set(lines.map((line) => line.request_id)).size).toBe(2);
  const [first] = lines;
  const run = lines.filter((line) => line.request_id === first?.request_id);
  expect(run[0]).toMatchObject({ msg: "fitness began", subject: commit });
  expect(run.at(-1)).toMatchObject({ msg: "verdict", verdict: "reject" });
  expect(run.some(({ msg }) => msg === "stage")).toBe(true);
  expect(lines.at(-1)).toMatchObject({ level: "warn" });
});

test("org log rotate shows what it would do, does it with --yes, and leaves what is held open", async () => {
  await using home = await testHome();
  await using model = scriptedServer([]);
  const { process } = await served(home, model.url);
  const folder = home.paths.logs;
  await writeFile(join(folder, "current.log"), "said by a process\n");
  await writeFile(join(folder, "gate.ndjson"), "{}\n".repeat(1000));
  for (let age = 0; age < 3; age += 1) {
    await writeFile(join(folder, "candidate.ndjson"), "{}\n");
    rotateFile(join(folder, "candidate.ndjson"), age);
  }
  const before = (await readdir(folder)).sort();
  const shown = await home.run(["log", "rotate", "--keep", "1"]);
  expect(shown.stdout).toContain("would rotate   2.9 KiB");
  expect(shown.stdout.match(/would remove/g)).toHaveLength(2);
  expect(shown.stdout).toContain("→ org log rotate --yes");
  expect((await readdir(folder)).sort()).toEqual(before);

  const { stdout } = await home.run(["log", "rotate", "--keep", "1", "--yes", "--json"]);
  const done = z
    .object({ dryRun: z.boolean(), rotate: z.array(z.unknown()), remove: z.array(z.unknown()) })
    .parse(JSON.parse(stdout));
  expect([done.dryRun, done.rotate.length, done.remove.length]).toEqual([false, 2, 2]);
  const after = await readdir(folder);
  expect(after.filter((name) => name.startsWith("candidate."))).toHaveLength(1);
  expect(after).toContain("current.log");
  expect(after).not.toContain("gate.ndjson");
  // The serving process goes on in a new file.
  process.signal("SIGTERM");
  await process.ended;
  const file = Bun.file(join(folder, "current.ndjson"));
  expect(await until("the last line", async () => (await file.exists()) && file.text())).toContain(
    '"msg":"leaves"',
  );
  const wrong = await home.run(["log", "rotate", "--keep", "all"]);
  expect(wrong.exitCode).toBe(64);
});
