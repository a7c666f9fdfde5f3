import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openGateRepository } from "#fitness/gate/gate-repository.ts";
import { type PromotionPaths, promotionPaths } from "#fitness/gate/paths.ts";
import { prepareSigning } from "#fitness/gate/signing.ts";
import { signingCheck } from "./signing-check.ts";

const { signal } = new AbortController();
let home: string;
let paths: PromotionPaths;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "org-signing-"));
  paths = promotionPaths(home);
});
afterEach(async () => await rm(home, { recursive: true }));

const found = async () => await signingCheck(home).run(signal);

describe("the gate's signature", () => {
  test("has no key before the gate has judged", async () => {
    expect(await found()).toMatchObject({
      state: "ok",
      detail: "ssh-keygen is there; the gate makes its key when it first judges",
    });
  });

  test("is tried with the key that there is", async () => {
    await prepareSigning(await openGateRepository(paths.repository), paths);
    expect(await found()).toMatchObject({
      state: "ok",
      detail: "the gate's key signs, and its signatures are valid",
    });
    await Bun.write(paths.signers, "");
    expect(await found()).toMatchObject({
      state: "fault",
      detail: expect.stringContaining("are not accepted"),
      remedies: [expect.stringContaining("org fitness main")],
    });
    await Bun.write(paths.key, "no key");
    expect(await found()).toMatchObject({ state: "fault" });
  });

  test("is no good when others can read its key", async () => {
    await prepareSigning(await openGateRepository(paths.repository), paths);
    await chmod(paths.key, 0o644);
    expect(await found()).toMatchObject({
      state: "fault",
      detail: `${paths.key} can be read by others (mode 644)`,
      remedies: [`chmod 600 ${paths.key}`],
    });
  });
});
