/**
 * Runs the own tests of a TypeScript tool in the sandbox and tells what Bun's runner counted. The runner
 * writes its report where only the two of us know; tests that end the process leave none.
 */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeSync } from "node:fs";
import type { TestCounts, TestsAnswer, TestsRequest } from "./protocol.ts";

const LOG_CHARACTERS = 4000;

if (import.meta.main) await main(await Bun.stdin.json());

async function main({ nonce, folder, files, withCoverage }: TestsRequest): Promise<void> {
  const reports = `/work/${randomUUID()}`;
  const coverage = ["--coverage", "--coverage-reporter=lcov", `--coverage-dir=${reports}`];
  const runner = Bun.spawn({
    cmd: [
      process.execPath,
      "test",
      "--config=/run/org/bunfig.toml",
      "--tsconfig-override=/run/org/tsconfig.json",
      "--no-env-file",
      "--no-install",
      "--no-macros",
      "--preload=/tool/test-setup.ts",
      "--reporter=junit",
      `--reporter-outfile=${reports}.xml`,
      ...(withCoverage ? coverage : []),
      ...files.map((name) => `./${name}`),
    ],
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err] = await Promise.all([runner.stdout.text(), runner.stderr.text(), runner.exited]);
  const counts = countsIn(`${reports}.xml`, withCoverage ? 1 : 0);
  const lines = linesIn(`${reports}/lcov.info`);
  const answer: TestsAnswer = {
    nonce,
    exit: runner.exitCode,
    log: `${out}${err}`.slice(-LOG_CHARACTERS),
    ...(counts === undefined ? {} : { counts }),
    ...(lines === undefined ? {} : { lines }),
  };
  writeSync(1, `${JSON.stringify(answer)}\n`);
  process.reallyExit(0);
}

function countsIn(path: string, ofOurs: number): TestCounts | undefined {
  if (!existsSync(path)) return undefined;
  const [suites = ""] = /<testsuites [^>]*>/.exec(readFileSync(path, "utf8")) ?? [];
  const count = (name: string): number =>
    Number(new RegExp(` ${name}="(\\d+)"`).exec(suites)?.[1] ?? 0);
  return {
    tests: count("tests") - ofOurs,
    failures: count("failures"),
    skipped: count("skipped"),
    assertions: count("assertions"),
  };
}

/** Those of every module of the tool; tests and their set-up are none. */
function linesIn(path: string): TestsAnswer["lines"] | undefined {
  if (!existsSync(path)) return undefined;
  const records = readFileSync(path, "utf8").split("end_of_record");
  return records.flatMap((record) => {
    const [, file] = /^SF:(?:.*\/)?([^/\n.]+\.ts)$/m.exec(record) ?? [];
    if (file === undefined || file === "test-setup.ts") return [];
    const found = [...record.matchAll(/^DA:(\d+),(\d+)/gm)].map(
      ([, line, hits]) => [Number(line), Number(hits)] as const,
    );
    const ran = found.filter(([, hits]) => hits > 0).map(([line]) => line);
    return [{ file, ran, all: found.map(([line]) => line) }];
  });
}
