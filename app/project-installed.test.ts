/** What the user installs while a room on their repository is open. */
import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHome } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { readSettings } from "#home/settings/settings.ts";
import { changeRecord, findProject, readRecord } from "#ops/project/location.ts";
import { testHome } from "#test/org-process.ts";
import { ProjectRepository } from "#test/project-repository.ts";
import { sayAndWait } from "#test/room-fixture.ts";
import { call, say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { App } from "./app.ts";

test("programs of the next question see it, and the user is told once", async () => {
  await using home = await testHome();
  using repository = new ProjectRepository();
  repository.commit("first", { "package.json": "{}", ".gitignore": "node_modules\n" });
  const look = call("sh", { command: "cat node_modules/pad/index.js || echo missing" });
  const done = say("Done.");
  await using server = scriptedServer([look, done, look, done, look, done]);
  const env = { OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  await createHome(home.paths);
  await using journal = await openSqliteJournal(home.paths.journal);
  await using app = new App({ settings });
  const place = await findProject(repository.root, home.paths.projects);
  if (place === undefined) throw new Error("There is no repository");
  await changeRecord(place, () => ({ root: place.root, checks: [], dependencies: [] }));
  const { open } = await app.participants();
  await using room = await open(`project-${place.id}`, journal);
  const asked = async () => {
    const events = await sayAndWait(room, "Look.");
    return {
      told: events.flatMap((event) => (event.type === "notice" ? [event.text] : [])),
      seen: JSON.stringify(server.requests.at(-1)?.body.messages.at(-1)),
    };
  };
  expect(await asked()).toMatchObject({ told: [], seen: expect.stringContaining("missing") });
  mkdirSync(join(repository.root, "node_modules/pad"), { recursive: true });
  writeFileSync(join(repository.root, "node_modules/pad/index.js"), "padded\n");
  expect(await asked()).toMatchObject({
    told: ["Programs see from your checkout now, read-only: node_modules (packages of Node.js)."],
    seen: expect.stringContaining("padded"),
  });
  expect(await asked()).toMatchObject({ told: [], seen: expect.stringContaining("padded") });
  expect((await readRecord(place))?.dependencies).toEqual(["node_modules"]);
});
