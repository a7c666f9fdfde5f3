import { expect, test } from "bun:test";
import { join } from "node:path";
import { temporaryFolder } from "../temporary-folder.ts";
import { RotatingFile } from "./rotating-file.ts";

test("a FIFO in the place of a log takes no line, and holds no writer up", async () => {
  await using folder = await temporaryFolder("log");
  const path = join(folder.path, "held.ndjson");
  expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
  using file = await RotatingFile.open(path);
  expect(file.write("a line\n")).toBe(false);
});
