/**
 * A program of its own: takes every right from itself that the specification on descriptor 3 does not
 * leave it, and becomes the command. What it does holds for the thread that does it, and for the program
 * that this thread becomes.
 */
import { closeSync, constants, openSync, readFileSync, writeSync } from "node:fs";
import { z } from "zod";
import { reasonOf } from "#core/errors.ts";
import { Kernel } from "./kernel.ts";

/** What a command is started with in this tier. */
export interface EntrySpec {
  readonly command: readonly string[];
  /** `NAME=value` */
  readonly environment: readonly string[];
  readonly folder: string;
  readonly ruleset: { readonly files: string; readonly network: string; readonly scopes: string };
  readonly rules: readonly { readonly path: string; readonly rights: string }[];
  /** Whom root becomes; null for everybody else. */
  readonly userId: number | null;
  /** Numbers of `RLIMIT_`, with their values. */
  readonly limits: readonly (readonly [
    resource: number,
    soft: number,
    hard?: number | undefined,
  ])[];
  /** In base64. */
  readonly filter: string;
}

const SPEC_FD = 3;
const FAULT_FD = 4;
/** What a shell says when a command cannot be run. */
const NOT_FOUND_EXIT = 127;

const specSchema: z.ZodType<EntrySpec> = z.object({
  command: z.array(z.string()),
  environment: z.array(z.string()),
  folder: z.string(),
  ruleset: z.object({ files: z.string(), network: z.string(), scopes: z.string() }),
  rules: z.array(z.object({ path: z.string(), rights: z.string() })),
  userId: z.number().nullable(),
  limits: z.array(z.tuple([z.number(), z.number(), z.number().optional()])),
  filter: z.string(),
});

if (import.meta.main) {
  try {
    enter(specSchema.parse(JSON.parse(readFileSync(SPEC_FD, "utf8"))));
  } catch (error) {
    writeSync(FAULT_FD, `${JSON.stringify({ refused: reasonOf(error) })}\n`);
  }
  process.exit(NOT_FOUND_EXIT);
}

function enter(spec: EntrySpec): void {
  const kernel = new Kernel();
  process.chdir(spec.folder);
  const [name = ""] = spec.command;
  restrict(kernel, spec);
  // Looked for as the program will be looked at: what it may not read it may not run either.
  const path = programPath(name, spec);
  if (path === null) {
    process.stderr.write(`org: there is no program "${name.slice(0, 80)}"\n`);
    return;
  }
  // The filter comes last: it takes away what was needed to get here.
  kernel.applyFilter(Buffer.from(spec.filter, "base64"));
  kernel.become(path, spec.command, spec.environment);
}

function programPath(name: string, { environment, folder }: EntrySpec): string | null {
  const path = environment.find((entry) => entry.startsWith("PATH="))?.slice("PATH=".length);
  return Bun.which(name, { cwd: folder, PATH: path ?? "" });
}

function restrict(kernel: Kernel, { ruleset, rules, limits, userId }: EntrySpec): void {
  kernel.startSession();
  kernel.giveUpNewRights();
  const set = kernel.createRuleset({
    files: BigInt(ruleset.files),
    network: BigInt(ruleset.network),
    scopes: BigInt(ruleset.scopes),
  });
  for (const { path, rights } of rules) {
    // O_PATH, which the runtime does not name: a folder may be passed through without being read.
    const fd = openSync(path, 0o10000000 | constants.O_NOFOLLOW);
    kernel.allow(set, fd, BigInt(rights));
    closeSync(fd);
  }
  for (const [resource, soft, hard] of limits) kernel.limit(resource, soft, hard);
  if (userId !== null) kernel.becomeUser(userId);
  kernel.restrict(set);
}
