/** The mode of a room. With several machines a room can move; the file of the mode `file:` cannot. */
import type { ModeChange, Notice } from "#core/events.ts";
import { formatMode, GROUP, type Mode, parseMode } from "#core/mode.ts";
import { restoredMode } from "./entries.ts";

export class RoomMode {
  readonly #node: string | undefined;
  readonly #personas: () => readonly string[];
  #current: Mode = GROUP;
  /** Where the file of the mode lies. */
  #fileNode: string | undefined;

  /** @param node where the room is; `undefined`: there is one machine. */
  constructor(node: string | undefined, personas: () => readonly string[]) {
    this.#node = node;
    this.#personas = personas;
  }

  get current(): Mode {
    return this.#current;
  }

  /** The event of a switch. @throws {OrgError} `MODE_INVALID` or `PERSONA_UNKNOWN` */
  change(text: string, by: string): ModeChange {
    const mode = parseMode(text, this.#personas());
    const node = mode.kind === "file" ? this.#node : undefined;
    const change = { type: "mode", mode: formatMode(mode), by } as const;
    return node === undefined ? change : { ...change, node };
  }

  apply({ mode, node }: ModeChange): void {
    this.#current = restoredMode(mode, this.#personas());
    this.#fileNode = node;
  }

  /** Says so, and ends the mode, where the room has come to a machine that does not have its file. */
  *endIfMoved(): Generator<Notice | ModeChange> {
    const here = this.#node;
    const there = this.#fileNode;
    if (here === undefined || there === undefined || here === there) return;
    const mode = formatMode(this.#current);
    const text = `The room was in the mode ${mode} on node "${there}", and is on "${here}" now: that file stays there. To keep answers in a file here: /mode ${mode}`;
    yield { type: "notice", level: "warning", text };
    yield { type: "mode", mode: formatMode(GROUP), by: "org" };
  }
}
