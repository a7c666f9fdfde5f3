#!/usr/bin/env bun
/** The one executable: arguments, environment, output and signals in, exit code out. */
import { Program } from "#cli/program.ts";
import { EXIT } from "#core/error-codes.ts";
import { exitCodeOf, explain } from "#core/errors.ts";
import { outputFailure } from "#core/output-failure.ts";
import { version } from "./package.json";

const stdout = Bun.stdout.writer();
/** Ends what is running. */
const stop = new AbortController();
/** The exit code of the signal that stopped a command. */
let interrupted: number | undefined;

const program = new Program({
  ...{ env: process.env, root: import.meta.dir, version, isTyped: process.stdin.isTTY },
  output: {
    write: (text) => void print(text).catch(outputEnded),
    say: (text) => process.stderr.write(text),
    live: process.stdout.isTTY,
    writeBytes: process.stdout.isTTY ? undefined : (bytes) => void print(bytes).catch(outputEnded),
  },
  ...{ signal: stop.signal, leave: (reason) => stop.abort(reason) },
  ...{ endOnSignals, interrupted: () => interrupted },
});
const exit = await program.run(Bun.argv.slice(2));
await finish().catch(outputEnded);
process.exit(interrupted ?? exit);

async function finish(): Promise<void> {
  await stdout.end();
}

async function print(text: string | Uint8Array): Promise<void> {
  await stdout.write(text);
  await stdout.flush();
}

/** A reader that has what it wanted ends the command without a word; a full disk ends it as a failure. */
function outputEnded(error: unknown): void {
  if (interrupted !== undefined) return;
  const failure = outputFailure(error);
  if (failure !== undefined) process.stderr.write(`${explain(failure)}\n`);
  interrupted = failure === undefined ? EXIT.done : exitCodeOf(failure);
  stop.abort(failure ?? new Error("the output is not read any more"));
}

/** Lets Ctrl-C, SIGTERM and SIGHUP end a command that has no screen. */
function endOnSignals(): void {
  const codes = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.terminated };
  for (const [name, code] of Object.entries(codes)) {
    process.on(name, () => {
      interrupted ??= code;
      stop.abort(new Error(name));
    });
  }
}
