#!/usr/bin/env bun
/**
 * What it costs to clean what programs print: control characters, then secrets. Beside it a loop over
 * regular expressions, which is what one writes first: it knows fewer kinds, and none that is cut in two.
 */
import { sanitize } from "#core/sanitize.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { ENDLESS } from "#test/endless-secrets.ts";
import { SECRET_SAMPLES } from "#test/secret-samples.ts";
import { compare, median, type Series } from "./support/compare.ts";
import { cpuMicroseconds } from "./support/cpu.ts";
import { atLeast, below, named, publish, type Section } from "./support/report.ts";

const MEGABYTES = 4;
/** Longer than anything that is looked for. */
const ENDLESS_LENGTH = 100_000;
/** What a pipe brings at a time, in characters. */
const CHUNK = 64 * 1024;
const KNOWN = ["swordfish-of-the-bench", "another value that is known"];

const UNIT = "MB per second of processor time, more is better";

const cleaner = new TextCleaner(KNOWN);

/** The patterns that many programs take out of their logs, one after the other. */
const NAIVE: readonly RegExp[] = [
  ...KNOWN.map((value) => new RegExp(RegExp.escape(value), "g")),
  /\bsk-[A-Za-z0-9_-]{20,}/g,
  /\bgh[opsur]_[A-Za-z0-9]{36,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{40,}/g,
  /\bglpat-[A-Za-z0-9_-]{20,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{35}/g,
  /\bhf_[A-Za-z0-9]{30,}/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g,
  /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}/g,
  /\bnpm_[A-Za-z0-9]{36}/g,
  /\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,}/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
  /\bbearer\s+[A-Za-z0-9._~+/=-]{8,}/gi,
  /:\/\/[^\s/:@]*:[^\s/@]+@/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
  /(?:password|passwd|secret|token|api_?key)["']?\s*[:=]\s*["']?[^\s"',;]{4,}/gi,
];

const LEVELS = ["INFO", "DEBUG", "INFO", "WARN", "INFO"];
const DOES = [
  "GET /api/v1/users/ returned 200",
  "worker picked up job",
  "flushed 512 rows to the table events",
  "connection from 10.0.0.7 closed after",
  "cache miss for article",
  "compiling src/parser/lexer.ts to build/lexer.js",
];

/** A service that says what it does, without any secret. */
function quietLog(): string {
  let log = "";
  for (let line = 0; log.length < MEGABYTES * 1e6; line += 1) {
    const second = String(line % 60).padStart(2, "0");
    log += `2026-11-21T08:14:${second}.${line % 1000}Z ${LEVELS[line % 5]} [http-${line % 8}] ${DOES[line % 6]} ${line} in ${line % 97} ms\n`;
  }
  return log;
}

/** The same with colours, and with a secret of some kind in every tenth line. */
function noisyLog(): string {
  const lines = quietLog().split("\n");
  return lines
    .map((line, index) => {
      if (index % 10 !== 0) return line.replace("INFO", "\u001b[32mINFO\u001b[0m");
      const sample = SECRET_SAMPLES[(index / 10) % SECRET_SAMPLES.length];
      return `${line} ${sample?.text ?? ""}`;
    })
    .join("\n");
}

publish([await quiet(), await noisy(), await endless()]);

async function quiet(): Promise<Section> {
  const log = quietLog();
  const series = await measure(log, (clean) => clean === log);
  const ours = ["TextCleaner, whole", "TextCleaner, in chunks"].map((one) => named(series, one));
  const aims = ours.map((one) => atLeast(80, one));
  return { title: "redact: logs without a secret", unit: UNIT, series, aims };
}

async function noisy(): Promise<Section> {
  const log = noisyLog();
  const lines = log.split("\n").length;
  // How many a loop of regular expressions lets through is its own affair.
  const series = await measure(log, (clean) => clean.split("[redacted]").length > lines / 50);
  const title = "redact: logs with colours, and with a secret in every tenth line";
  return { title, unit: UNIT, series, aims: [] };
}

/** Beginnings of secrets without end, beside as much of a log. One round: it only has to be bounded. */
async function endless(): Promise<Section> {
  const texts = ENDLESS.map((unit) => [
    JSON.stringify(unit),
    unit.repeat(ENDLESS_LENGTH / unit.length),
  ]);
  const contestants = [["a log", quietLog().slice(0, ENDLESS_LENGTH)], ...texts].map(
    ([name = "", text = ""]) => ({
      name,
      round: async () => (await cpuMicroseconds(() => inPieces(text, 16))) / 1000,
    }),
  );
  const [log, ...series] = await compare(contestants, { warmUp: 0, counted: 1 });
  const worst = series.toSorted((a, b) => median(b.samples) - median(a.samples)).slice(0, 5);
  return {
    title: `redact: the worst of ${series.length} endless texts of 100 kB, in pieces of 16 characters`,
    unit: "ms of processor time, less is better",
    series: log === undefined ? worst : [log, ...worst],
    aims: worst.slice(0, 1).map((slowest) => below(1000, slowest)),
  };
}

async function measure(
  log: string,
  isDone: (clean: string) => boolean,
): Promise<readonly Series[]> {
  const ways = {
    "a loop of regular expressions, whole": () => naive(log),
    "TextCleaner, whole": () => cleaner.clean(log),
    "TextCleaner, in chunks": () => inPieces(log, CHUNK),
  };
  const contestants = Object.entries(ways).map(([name, clean]) => ({
    name,
    round: async () => {
      let text = "";
      const cost = await cpuMicroseconds(() => {
        text = clean();
      });
      if (!isDone(text)) throw new Error(`${name}: the log is not what it should be`);
      return log.length / cost;
    },
  }));
  return await compare(contestants, { warmUp: 2, counted: 9 });
}

function naive(log: string): string {
  return NAIVE.reduce((text, pattern) => text.replace(pattern, "[redacted]"), sanitize(log));
}

function inPieces(log: string, length: number): string {
  const gate = cleaner.createTextGate();
  let clean = "";
  for (let at = 0; at < log.length; at += length) clean += gate.push(log.slice(at, at + length));
  return clean + gate.end();
}
