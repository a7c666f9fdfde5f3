import { afterAll, expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_POLICY } from "../policy.ts";
import { runSandboxed } from "../run.ts";
import { leaseStage, MOST_UNUSED_STAGES, NO_STAGE } from "./stage.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "org-stage-")));
const { signal } = new AbortController();

afterAll(() => rmSync(root, { recursive: true }));

/** Open mount namespaces of this process. */
function namespaces(): number {
  const links = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      // That of the listing itself.
      return "";
    }
  });
  return links.filter((link) => link.startsWith("mnt:")).length;
}

function folder(name: string): string {
  const path = join(root, name);
  mkdirSync(path);
  writeFileSync(join(path, "name"), name);
  return path;
}

async function nameIn(path: string): Promise<string> {
  const readOnly = [{ from: path, to: "/shown" }];
  const result = await runSandboxed(
    ["cat", "/shown/name"],
    { ...DEFAULT_POLICY, readOnly },
    { signal },
  );
  return result.stdout;
}

test("no folder needs no stage", async () => {
  using lease = await leaseStage([]);
  expect(lease.stage).toBe(NO_STAGE);
});

test("where none can be built, folders are shown as they lie on the host", async () => {
  // A user who may not mount fails; root fails because the folder does not exist.
  using lease = await leaseStage(["/nonexistent/folder"]);
  expect(lease.stage.enter).toEqual([]);
  expect(lease.stage.locate("/nonexistent/folder")).toBe("/nonexistent/folder");
  expect(lease.stage.isWritable("/nonexistent/folder")).toBe(false);
});

test("is built once for the same folders, and anew for one that was made again", async () => {
  const [a, b] = [folder("a"), folder("b")];
  using first = await leaseStage([a]);
  using again = await leaseStage([a]);
  using other = await leaseStage([b]);
  using written = await leaseStage([], [a]);
  expect(again.stage).toBe(first.stage);
  if (first.stage !== NO_STAGE) {
    expect(other.stage).not.toBe(first.stage);
    expect(written.stage).not.toBe(first.stage);
  }
  expect(await nameIn(a)).toBe("a");
  rmSync(a, { recursive: true });
  folder("a");
  writeFileSync(join(a, "name"), "new");
  expect(await nameIn(a)).toBe("new");
});

test("50 runs with 50 folders leave a few descriptors, and those in use stay", async () => {
  const [kept, ...others] = Array.from({ length: 50 }, (_, index) => folder(`run${index}`));
  using lease = await leaseStage([kept ?? ""]);
  for (let start = 0; start < others.length; start += 7) {
    const some = others.slice(start, start + 7);
    const names = await Promise.all(some.map(nameIn));
    expect(names).toEqual(some.map((path) => path.slice(root.length + 1)));
    for (const path of some) rmSync(path, { recursive: true });
  }
  expect(namespaces()).toBeLessThanOrEqual(MOST_UNUSED_STAGES + 2);
  expect(await nameIn(kept ?? "")).toBe("run0");
  using same = await leaseStage([kept ?? ""]);
  expect(same.stage).toBe(lease.stage);
});
