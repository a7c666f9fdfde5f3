/** A home that is played: owned here, or by another process. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { homePaths } from "#home/home-paths.ts";
import type { OpenHome, OpenHomeOptions } from "#server/socket/open-home.ts";
import { NoOwner } from "#server/socket/owner-client.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { inContext } from "#test/run-command.ts";
import { inHome } from "./in-home.ts";

interface Played {
  readonly isRemote?: boolean;
  /** So many owners leave before one answers. */
  readonly gone?: number;
  /** Left while the first owner is asked. */
  readonly stop?: AbortController;
}

async function open(args: readonly string[], { isRemote = true, gone = 0, stop }: Played = {}) {
  const path = mkdtempSync(join(tmpdir(), "org-in-home-"));
  const output = capturedOutput();
  const opened: OpenHomeOptions[] = [];
  let closed = 0;
  const play = async (options: OpenHomeOptions): Promise<OpenHome> => {
    opened.push(options);
    const close = async (): Promise<void> => {
      closed += 1;
    };
    return Object({ isRemote, [Symbol.asyncDispose]: close });
  };
  const use = async (): Promise<number> => {
    if (opened.length > gone) return 7;
    stop?.abort();
    throw new NoOwner(path, {});
  };
  try {
    const signal = stop?.signal ?? new AbortController().signal;
    const code = await inContext({ path, signal }, args, {
      output,
      use: (context) => inHome(context, play, use),
    }).catch((error: unknown) => error);
    return { code, path, signal, opened, closed, said: output.stderr };
  } finally {
    rmSync(path, { recursive: true });
  }
}

test("what has no effect on the server of another owner is named", async () => {
  const flags = ["ask", "--base", "http://127.0.0.1:1", "--wire", "openai", "--model", "m", "hi"];
  const { code, said, opened, path, signal } = await open(flags);
  expect(code).toBe(7);
  expect(said).toBe(
    "Another org owns this home and answers with its own server: --base, --wire, --model has no effect.\n",
  );
  expect(opened).toMatchObject([{ paths: homePaths(path), command: "org ask" }]);
  expect(opened[0]?.signal).toBe(signal);
  expect(Object.keys(opened[0] ?? {}).toSorted()).toEqual([
    ...["application", "command", "handlers", "memory", "openRoom", "paths", "rules"],
    ...["sharedJournal", "signal"],
  ]);
  expect(Object.values(opened[0] ?? {})).not.toContain(undefined);
  expect(Object.keys(opened[0]?.handlers ?? {})).toContain("mcp-reload");
  for (const name of ["cassette", "record"]) {
    expect((await open(["ask", `--${name}`, "file", "hi"])).said).toContain(`: --${name} has no`);
  }
  expect((await open(["ask", "hi"])).said).toBe("");
  expect((await open(flags, { isRemote: false })).said).toBe("");
});

test("the next owner is asked when one left, as often as owners may leave", async () => {
  expect(await open(["ask", "hi"], { gone: 49 })).toMatchObject({ code: 7, closed: 50 });
  const { code, opened } = await open(["ask", "hi"], { gone: 50 });
  expect(code).toBeInstanceOf(NoOwner);
  expect(opened).toHaveLength(50);
});

test("no other owner is asked once the user has left", async () => {
  const { code, opened } = await open(["ask", "hi"], { gone: 9, stop: new AbortController() });
  expect(code).toBeInstanceOf(NoOwner);
  expect(opened).toHaveLength(1);
});
