import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Quarantine } from "#home/quarantine.ts";
import { openWorkspace } from "#platform/workspace.ts";
import { type FileAction, runBrowserFiles } from "./browser-files.ts";

let home: string;
let quarantine: Quarantine;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "org-browser-files-"));
  quarantine = new Quarantine(join(home, "quarantine"));
});
afterEach(() => rmSync(home, { recursive: true }));

const keep = async () =>
  await quarantine.keep(
    {
      ...{ name: "../run.sh", url: "https://a.test/run", page: "https://a.test/" },
      data: new TextEncoder().encode("echo ran\n"),
    },
    new Date("2026-11-24T12:00:00Z"),
  );

async function run(action: FileAction, id?: string, json = false) {
  let text = "";
  const write = (piece: string) => {
    text += piece;
  };
  const output = { write, say: write, live: false };
  const workspace = () => openWorkspace(join(home, "workspace"));
  const code = await runBrowserFiles(action, id, { output, json, quarantine, workspace });
  return { code, text };
}

test("lists what is in quarantine, with its hash and where it is from", async () => {
  expect(await run("files")).toEqual({ code: 0, text: "No file is in quarantine.\n" });
  const kept = await keep();
  expect((await run("files")).text).toBe(
    `${kept.id}  run.sh  9 bytes  2026-11-24T12:00:00.000Z\n  from https://a.test/run, by https://a.test/\n  sha256 ${kept.sha256}\n`,
  );
  expect(JSON.parse((await run("files", undefined, true)).text)).toEqual([kept]);
  const url = "https://a.test/page";
  const own = await quarantine.keep(
    { ...{ name: "big.bin", url, page: url }, data: new Uint8Array(1234) },
    new Date("2026-11-24T12:00:01Z"),
  );
  expect((await run("files")).text).toContain(
    `${own.id}  big.bin  1,234 bytes  2026-11-24T12:00:01.000Z\n  from ${url}\n`,
  );
});

test("lets one out into the workspace, where it cannot be executed", async () => {
  const { id } = await keep();
  const path = join(home, "workspace/downloads", `${id}-run.sh`);
  expect(existsSync(path)).toBe(false);
  const released = await run("release", id);
  expect(released.code).toBe(0);
  expect(released.text).toBe(
    `run.sh is at downloads/${id}-run.sh of the workspace; personas and their tools can read it.\n`,
  );
  expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["echo ran\n", 0o644]);
  expect(await quarantine.list()).toEqual([]);
});

test("a link in the place of the folder of the workspace leads nothing out of it", async () => {
  const { id } = await keep();
  mkdirSync(join(home, "workspace"));
  mkdirSync(join(home, "elsewhere"));
  symlinkSync(join(home, "elsewhere"), join(home, "workspace/downloads"));
  await expect(run("release", id)).rejects.toMatchObject({ code: "PATH_REFUSED" });
  // It is still there to be let out elsewhere.
  expect(await quarantine.list()).toHaveLength(1);
});

test("drops one; one that there is not, or that was not named, is refused", async () => {
  const { id } = await keep();
  expect(await run("drop", id)).toEqual({ code: 0, text: `${id} is deleted.\n` });
  await expect(run("drop", id)).rejects.toMatchObject({ code: "INPUT_MISSING" });
  await expect(run("release", "../x")).rejects.toMatchObject({ code: "INPUT_MISSING" });
  for (const action of ["drop", "release"] as const) {
    await expect(run(action)).rejects.toMatchObject({
      ...{ code: "USAGE", message: `org browser ${action}: no file was named` },
      remedies: ["org browser files", `org browser ${action} ID`],
      unchanged: "Nothing was changed.",
    });
  }
});
