import { describe, expect, test } from "bun:test";
import type { Check, Finding } from "#core/check.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { runDoctor } from "./doctor-command.ts";

const { signal } = new AbortController();
const found = (name: string, finding: Finding): Check => ({ name, run: async () => finding });
const OK = found("bun", { state: "ok", detail: "1.4.5", remedies: [] });
const WARNING = found("tmux", {
  state: "warning",
  detail: "not found",
  remedies: ["./ops/setup.sh", "sudo apt-get install -y tmux"],
});
const FAULT = found("provider", {
  state: "fault",
  detail: "It does not answer\nnothing listens",
  remedies: ["ollama serve"],
});
const BROKEN: Check = { name: "disk", run: () => Promise.reject(new Error("no such file")) };

async function doctor(checks: readonly Check[], json = false) {
  const output = capturedOutput();
  const cleaner = new TextCleaner(["swordfish-1"]);
  const exit = await runDoctor(checks, { json, output, cleaner, signal });
  return { exit, stdout: output.stdout };
}

describe("org doctor", () => {
  test("prints a line for each finding, and what to do below it", async () => {
    expect((await doctor([OK, WARNING, FAULT])).stdout).toBe(
      [
        "✔ bun       1.4.5",
        "! tmux      not found",
        "            → ./ops/setup.sh",
        "            → sudo apt-get install -y tmux",
        "✘ provider  It does not answer",
        "            nothing listens",
        "            → ollama serve",
        "",
      ].join("\n"),
    );
  });

  test("fails only where there is a fault", async () => {
    expect((await doctor([OK, WARNING])).exit).toBe(0);
    expect((await doctor([OK, FAULT])).exit).toBe(1);
  });

  test("goes on when a check breaks, and counts that as a fault", async () => {
    expect(await doctor([BROKEN, OK])).toEqual({
      exit: 1,
      stdout: "✘ disk      no such file\n✔ bun       1.4.5\n",
    });
  });

  test("prints one object where JSON was asked for", async () => {
    const { stdout, exit } = await doctor([OK, FAULT], true);
    expect(JSON.parse(stdout)).toEqual({
      checks: [
        { name: "bun", state: "ok", detail: "1.4.5", remedies: [] },
        {
          name: "provider",
          state: "fault",
          detail: "It does not answer\nnothing listens",
          remedies: ["ollama serve"],
        },
      ],
    });
    expect(exit).toBe(1);
  });

  test("shows no secret that a server or a failure has repeated", async () => {
    const secret = found("provider", { state: "ok", detail: "key swordfish-1", remedies: [] });
    const broken: Check = { name: "disk", run: () => Promise.reject(new Error("swordfish-1")) };
    const shown = "✔ provider  key [redacted]\n✘ disk      [redacted]\n";
    expect((await doctor([secret, broken])).stdout).toBe(shown);
    const { checks } = JSON.parse((await doctor([broken], true)).stdout);
    expect(checks).toEqual([{ name: "disk", state: "fault", detail: "[redacted]", remedies: [] }]);
  });

  test("runs all checks at once, in no time but the slowest one's", async () => {
    const both = Promise.withResolvers<void>();
    let running = 0;
    const meeting: Check = {
      name: "meeting",
      run: async () => {
        running += 1;
        if (running === 2) both.resolve();
        await both.promise;
        return { state: "ok", detail: "met", remedies: [] };
      },
    };
    expect((await doctor([meeting, meeting])).exit).toBe(0);
  });
});
