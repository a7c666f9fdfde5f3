/** What is run in a container for one call: a script that sets up, says that it has, and runs the program. */
import { shellQuoted } from "#core/text/shell-word.ts";
import { INSIDE_BUN, WORK_FOLDER } from "../layout.ts";
import { type SandboxPolicy, SYSTEM_PATH } from "../policy.ts";
import { processLimits } from "../process-limits.ts";
import { WRITABLE_FOLDERS } from "./create-body.ts";
import { OWN_FOLDER } from "./life.ts";

/** What the script says to stderr when all is set up; everything after it is the program's. */
export const BEGIN_LINE = "org: begins\n";
/** Where the script, what the program reads, and files for folders that programs write to lie. */
export const SCRIPT: string = `${OWN_FOLDER}/call`;
export const INPUT: string = `${OWN_FOLDER}/in`;
export const PUT_FOLDER: string = `${OWN_FOLDER}/put`;
/**
 * Runs the script in an environment without what the engine and the image put there. It names nothing of the call: a
 * command line is public on the host.
 */
export const CALL_COMMAND: readonly string[] = ["/bin/sh", "-c", `exec env -i /bin/sh ${SCRIPT}`];

export interface CallParts {
  readonly command: readonly string[];
  readonly policy: SandboxPolicy;
  /** Whether another call was in the container before. */
  readonly isReused: boolean;
  /** Whether there is something to read in {@link INPUT}. */
  readonly hasInput: boolean;
  /** Folders of {@link PUT_FOLDER} that have files for the folder of the same name. */
  readonly put: readonly string[];
}

/** Needs no more of the image than a POSIX shell, `env`, `chmod`, `rm`, `ls`, `cp` and `basename`. */
export function callScript({ command, policy, isReused, hasInput, put }: CallParts): string {
  const { openFiles, fileBytes, cpuSeconds, hardCpuSeconds } = processLimits(policy);
  const ownPath = `${SYSTEM_PATH}:${INSIDE_BUN.replace(/\/bun$/, "")}`;
  const environment = {
    PATH: [...(policy.path ?? []), ownPath].join(":"),
    HOME: WORK_FOLDER,
    LANG: "C.UTF-8",
    TMPDIR: "/tmp",
    ...policy.environment,
  };
  const exports = Object.entries(environment).map(
    ([name, value]) => `export ${name}=${shellQuoted(value)}`,
  );
  return [
    `PATH=${ownPath}`,
    ...(isReused ? CLEAN_UP : []),
    ...put.map(
      (folder) => `cp -R ${shellQuoted(`${PUT_FOLDER}${folder}/.`)} ${folder}/ || exit 125`,
    ),
    `cd ${shellQuoted(policy.folder ?? WORK_FOLDER)} || exit 125`,
    // A file size is counted in blocks of 512 bytes.
    `ulimit -c 0 && ulimit -n ${openFiles} && ulimit -f ${Math.ceil(fileBytes / 512)} || exit 125`,
    `ulimit -S -t ${cpuSeconds} && ulimit -H -t ${hardCpuSeconds} || exit 125`,
    `exec 3<${hasInput ? INPUT : "/dev/null"} || exit 125`,
    `set -- ${command.map(shellQuoted).join(" ")}`,
    // Images differ in where they have python3 and bun.
    'case $1 in /*) [ -x "$1" ] || { word=$(basename "$1"); shift; set -- "$word" "$@"; } ;; esac',
    `printf '%s' ${shellQuoted(BEGIN_LINE)} >&2`,
    // From here on the shell says nothing: it would tell of signals that end the program.
    "exec 4>&2 2>/dev/null",
    "unset OLDPWD SHLVL",
    `( ${[...exports, 'exec "$@" <&3 2>&4 3<&- 4>&-'].join("\n")}\n)`,
    "code=$?",
    // What the program has left running; the shell itself and the first process are not signalled.
    "kill -KILL -1",
    "exit $code",
    "",
  ].join("\n");
}

/** Finds {@link BEGIN_LINE} at the beginning of stderr, however it is cut. */
export class StartMark {
  readonly #line = new TextEncoder().encode(BEGIN_LINE);
  #found = 0;
  #other: Uint8Array[] = [];
  /** Whether the program has begun. */
  hasBegun = false;

  /** The output of the script or the engine instead of it. */
  get text(): string {
    const output = [this.#line.subarray(0, this.#found), ...this.#other];
    return new TextDecoder().decode(Buffer.concat(output)).trim().slice(0, MAX_OUTPUT);
  }

  /** @returns what of it is the program's, once the line has come. */
  add(bytes: Uint8Array): Uint8Array | undefined {
    let at = 0;
    while (this.#other.length === 0 && at < bytes.length && bytes[at] === this.#line[this.#found]) {
      at += 1;
      this.#found += 1;
      if (this.#found < this.#line.length) continue;
      this.hasBegun = true;
      return bytes.subarray(at);
    }
    if (at < bytes.length && this.#other.length < MAX_OUTPUT)
      this.#other.push(bytes.slice(at, at + MAX_OUTPUT));
    return undefined;
  }
}

/** Characters, and pieces, of the output instead of the line. */
const MAX_OUTPUT = 400;

/** What a program before has left; where that cannot be removed, the container is not used again. */
const CLEAN_UP: readonly string[] = [
  "kill -KILL -1 2>/dev/null",
  `for folder in ${WRITABLE_FOLDERS.join(" ")}; do`,
  "  chmod -R u+rwx $folder 2>/dev/null",
  "  rm -rf $folder/* $folder/.[!.]* $folder/..?* 2>/dev/null",
  '  [ -z "$(ls -A $folder)" ] || exit 125',
  "done",
];
