/** The official file server, configured, approved and used by a persona, through the command line. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { type Ran, runProgram } from "./checkout.ts";
import { call, say } from "./scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "./scripted-server.ts";

const ROOT = join(import.meta.dir, "..");
const SERVER = Bun.fileURLToPath(
  import.meta.resolve("@modelcontextprotocol/server-filesystem/dist/index.js"),
);

let folder: TemporaryFolder;
let home: string;
let notes: string;
let model: ScriptedServer;
beforeAll(async () => {
  folder = await temporaryFolder("mcp-servers");
  home = join(folder.path, "home");
  notes = join(folder.path, "notes");
  await mkdir(home);
  await mkdir(notes);
  await writeFile(join(notes, "plan.md"), "Water the roses.\n");
  model = scriptedServer(({ body: { messages } }) => {
    const last = JSON.stringify(messages.at(-1));
    if (last.includes("Water the roses")) return say("You water the roses.");
    if (last.includes("tool_call_id")) return say(`It said: ${last.slice(0, 900)}`);
    return call("files__read_text_file", { path: join(notes, "plan.md") });
  });
  await configure(notes);
});
afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** @param shown the folder that the server is told of. */
async function configure(shown: string): Promise<void> {
  const files = JSON.stringify([dirname(dirname(dirname(dirname(SERVER)))), notes]);
  const args = JSON.stringify([SERVER, shown]);
  const text = `[mcp.servers.files]\ncommand = ${JSON.stringify(process.execPath)}\nargs = ${args}\nfiles = ${files}\n`;
  await writeFile(join(home, "org.config"), text);
}

const org = (...words: readonly string[]): Promise<Ran> =>
  runProgram([process.execPath, join(ROOT, "main.ts"), ...words], {
    cwd: home,
    environment: {
      ...{ PATH: Bun.env["PATH"] ?? "", HOME: home, ORG_HOME: home },
      ...{ OLLAMA_BASE: model.url, OLLAMA_MODEL: "m" },
    },
  });

test("its tools are offered once they are approved, and a persona reads a file with one", async () => {
  const listed = await org("mcp", "list");
  expect(listed.stdout, listed.stderr).toStartWith("files: not approved\n");
  const before = await org("ask", "--yes", "what is to do?");
  expect(before.stdout).toContain("no tool files__read_text_file");
  const approved = await org("mcp", "approve", "files");
  expect(approved.stdout).toMatch(/✔ approved: \d+ of files\n$/);
  expect((await org("mcp", "diff", "files")).exitCode).toBe(0);
  expect((await org("ask", "--yes", "what is to do?")).stdout).toContain("You water the roses.");
});

test("a call of it is asked about: without an approval it does not run", async () => {
  const asked = await org("ask", "what is to do?");
  expect(asked.exitCode).toBe(77);
  expect(asked.stderr).toContain("files__read_text_file");
});

test("disabled it has no tools, and enabled it has them again", async () => {
  expect((await org("mcp", "disable", "files")).stdout).toBe("files disabled\n");
  expect((await org("ask", "--yes", "what is to do?")).stdout).toContain(
    "no tool files__read_text_file",
  );
  await org("mcp", "enable", "files");
  expect((await org("ask", "--yes", "what is to do?")).stdout).toContain("You water the roses.");
});
