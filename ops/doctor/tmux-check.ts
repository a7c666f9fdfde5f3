import type { Check, Finding } from "#core/check.ts";
import { answerOf, ok } from "./program.ts";
import { program } from "./program-check.ts";
import { isOlder } from "./version.ts";

/** The first tmux with `load-buffer -w`, by which /copy reaches the clipboard. */
const OLDEST = "3.2";
/** Above this the Esc key feels as if it did nothing, in milliseconds. */
const LONG_ESCAPE_MS = 50;

/** Which tmux there is, and how the server that runs is set up. None is started for it. */
export function tmuxCheck(): Check {
  const why = "./ops/run.sh opens the room in tmux";
  const there = program("tmux", ["-V"], { needed: false, why });
  const run = async (signal: AbortSignal): Promise<Finding> => {
    const found = await there.run(signal);
    if (found.state !== "ok") return found;
    const [options, passthrough] = await Promise.all([
      answerOf(["tmux", "show-options", "-s"], { signal }),
      answerOf(["tmux", "show-options", "-gwqv", "allow-passthrough"], { signal }),
    ]);
    return tmuxFinding(found.detail, options, passthrough);
  };
  return { name: there.name, run };
}

/**
 * The verdict on the options of a tmux.
 *
 * @param text its server options, as `show-options -s` prints them. `undefined`: no server runs
 * @param passthrough whether programs may talk to the terminal around it
 */
export function tmuxFinding(
  version: string,
  text: string | undefined,
  passthrough: string | undefined,
): Finding {
  const trouble: (readonly [string, string])[] = [];
  if (isOlder(version, OLDEST)) {
    trouble.push([`/copy needs ${OLDEST} or later`, "sudo apt-get install -y tmux"]);
  }
  if (text === undefined) return finding(`${version}, no server runs`, trouble);
  const options = new Map(text.split("\n").map((line) => optionOf(line)));
  const escapeMs = Number(options.get("escape-time"));
  const clipboard = options.get("set-clipboard");
  if (escapeMs > LONG_ESCAPE_MS) {
    const symptom = `the Esc key reaches a room ${escapeMs} ms late`;
    trouble.push([symptom, "tmux set-option -s escape-time 10   # and in ~/.tmux.conf"]);
  }
  if (clipboard === "off") {
    const symptom = "what /copy copies stays within tmux";
    trouble.push([symptom, "tmux set-option -s set-clipboard external   # and in ~/.tmux.conf"]);
  }
  const detail = [
    version,
    `escape-time ${escapeMs} ms`,
    `set-clipboard ${clipboard}`,
    `focus-events ${options.get("focus-events")}`,
    `allow-passthrough ${passthrough || "unknown"}`,
  ].join(", ");
  return finding(detail, trouble);
}

function finding(detail: string, trouble: readonly (readonly [string, string])[]): Finding {
  if (trouble.length === 0) return ok(detail);
  return {
    state: "warning",
    detail: [detail, ...trouble.map(([symptom]) => symptom)].join("\n"),
    remedies: trouble.map(([, remedy]) => remedy),
  };
}

function optionOf(line: string): readonly [string, string] {
  const [name = "", value = ""] = line.split(" ");
  return [name, value];
}
