/** Puts text on the clipboard of the user at the terminal, who may be far away from this machine. */

export interface ClipboardRoutes {
  /** tmux runs around us. */
  readonly tmux: boolean;
  readonly wayland: boolean;
  readonly x11: boolean;
  /** Runs a program with a text as its input. @returns whether it did what it should. */
  readonly run: (command: readonly string[], input: string) => Promise<boolean>;
  /** Writes a control sequence to the terminal. */
  readonly control: (bytes: string) => void;
}

interface Route {
  readonly there: boolean;
  readonly name: string;
  readonly command: readonly string[];
}

/** @returns by which route, for a person. */
export async function copyToClipboard(text: string, routes: ClipboardRoutes): Promise<string> {
  for (const { there, name, command } of programs(routes)) {
    if (there && (await routes.run(command, text))) return name;
  }
  // No terminal answers: whether it took it cannot be known.
  routes.control(`\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`);
  return "OSC 52, if the terminal allows it";
}

/**
 * tmux comes first: it passes the text on to the terminal around it.
 *
 * @see https://github.com/tmux/tmux/wiki/Clipboard
 */
function programs({ tmux, wayland, x11 }: ClipboardRoutes): readonly Route[] {
  return [
    { there: tmux, name: "tmux", command: ["tmux", "load-buffer", "-w", "-"] },
    { there: wayland, name: "wl-copy", command: ["wl-copy"] },
    { there: x11, name: "xclip", command: ["xclip", "-selection", "clipboard"] },
  ];
}
