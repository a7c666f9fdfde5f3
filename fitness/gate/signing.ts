/** The gate's signature, as Git and `ssh-keygen` check it without us. */
import { existsSync } from "node:fs";
import { chmod, link, mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { OrgError } from "#core/errors.ts";
import { errnoOf, fileFailed, loadText, writeFileAtomically } from "#platform/files.ts";
import { gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { type RunOptions, runProgram } from "#platform/programs/run-program.ts";
import { GATE_IDENTITY } from "./gate-repository.ts";
import type { PromotionPaths } from "./paths.ts";

/** What a signed text is, so that a signature of one kind never passes for another. */
type Namespace = "org-gate" | "git";

/** The key of a home, and whose signatures count there. */
export type SigningPaths = Pick<PromotionPaths, "key" | "signers">;

/**
 * Makes the key of a home when there is none, and tells the gate's repository to sign with it.
 *
 * @throws {OrgError} `PROCESS_FAILED` when ssh-keygen is missing or fails.
 */
export async function prepareSigning(gate: Repository, paths: PromotionPaths): Promise<void> {
  await prepareKey(paths);
  for (const [name, value] of [
    ["gpg.format", "ssh"],
    ["user.signingkey", paths.key],
    ["gpg.ssh.allowedSignersFile", paths.signers],
  ] as const) {
    // Git locks the file for each write, and does not wait: who opens a home beside others only reads it.
    const configured = await gitText(gate, ["config", "--get", name], { exitCodes: [0, 1] });
    if (configured !== value) await gitText(gate, ["config", name, value]);
  }
}

/**
 * Makes the key of a home when there is none, and writes down that its signatures count.
 *
 * @throws {OrgError} `PROCESS_FAILED` when ssh-keygen is missing or fails.
 */
export async function prepareKey({ key, signers }: SigningPaths): Promise<void> {
  if (!existsSync(key)) await makeKey(key);
  const publicKey = (await keygen(["-y", "-f", key])).stdout.trim();
  const line = `${GATE_IDENTITY.email} ${publicKey}`;
  const existing = await textAt(signers);
  if (existing.split("\n").includes(line)) return;
  // What an earlier key signed stays signed.
  const end = existing === "" || existing.endsWith("\n") ? "" : "\n";
  await writeFileAtomically(signers, `${existing}${end}${line}\n`);
}

async function textAt(path: string): Promise<string> {
  return await loadText(path).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return "";
    throw fileFailed(path, error);
  });
}

/**
 * @param namespace `git` for an object that Git itself verifies. @default what only the gate reads
 * @returns the signature of a text in the format of `ssh-keygen -Y sign`.
 */
export async function signText(
  text: string,
  { key }: Pick<SigningPaths, "key">,
  namespace: Namespace = "org-gate",
): Promise<string> {
  return (await keygen(["-Y", "sign", "-q", "-f", key, "-n", namespace], { stdin: text })).stdout;
}

/** What `ssh-keygen -Y verify` ends with when a signature does not hold. */
const NOT_SIGNED = 255;

/**
 * Whether the gate of this home signed exactly this text.
 *
 * @param paths `namespace` as of {@link signText}.
 * @throws {OrgError} `PROCESS_FAILED` when ssh-keygen is missing or fails: then it is not known.
 */
export async function isSigned(
  text: string,
  signaturePath: string,
  {
    signers,
    namespace = "org-gate",
  }: Pick<SigningPaths, "signers"> & { readonly namespace?: Namespace },
): Promise<boolean> {
  const who = ["-I", GATE_IDENTITY.email, "-n", namespace];
  const args = ["-Y", "verify", "-q", "-f", signers, ...who, "-s", signaturePath];
  return (await keygen(args, { stdin: text, exitCodes: [0, NOT_SIGNED] })).exitCode === 0;
}

async function makeKey(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Under another name first: half a key must not be taken for one, and of two processes one makes it.
  const made = `${path}.${crypto.randomUUID()}`;
  try {
    await keygen(["-q", "-t", "ed25519", "-N", "", "-C", GATE_IDENTITY.email, "-f", made]);
    await chmod(made, 0o600);
    await link(made, path).catch((error: unknown) => {
      if (errnoOf(error) !== "EEXIST") throw error;
    });
  } finally {
    await Promise.all([rm(made, { force: true }), rm(`${made}.pub`, { force: true })]);
  }
}

/**
 * For who asks before anything that is to be signed has cost time.
 *
 * @returns absolute path of ssh-keygen.
 * @throws {OrgError} `PROCESS_FAILED` when it is missing.
 */
export function requireSigning(): string {
  const path = Bun.which("ssh-keygen", { cwd: "/" });
  if (path === null) throw missing();
  return path;
}

async function keygen(
  args: readonly string[],
  options: Pick<RunOptions, "stdin" | "exitCodes"> = {},
): Promise<{ readonly stdout: string; readonly exitCode: number }> {
  const path = requireSigning();
  const command = { command: [path, ...args], displayCommand: ["ssh-keygen", ...args] };
  const program = { ...command, cwd: "/", environment: {} };
  const { stdout, exitCode } = await runProgram(program, { stdin: "", ...options });
  return { stdout: new TextDecoder().decode(stdout), exitCode };
}

function missing(): OrgError {
  return new OrgError("The gate cannot sign", {
    code: "PROCESS_FAILED",
    why: "There is no ssh-keygen on the PATH.",
    remedies: ["sudo apt-get install openssh-client"],
    unchanged: "Nothing was changed.",
  });
}
