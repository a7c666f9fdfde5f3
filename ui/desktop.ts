/** What the environment says of the human's own programs. */
export interface Desktop {
  readonly tmux: boolean;
  readonly wayland: boolean;
  readonly x11: boolean;
  /** Read by a shell. */
  readonly editor: string;
}

/** @param environment variables of the process that the human started. */
export function desktopOf(environment: Readonly<Record<string, string | undefined>>): Desktop {
  const isSet = (name: string): boolean => (environment[name] ?? "") !== "";
  return {
    tmux: isSet("TMUX"),
    wayland: isSet("WAYLAND_DISPLAY"),
    x11: isSet("DISPLAY"),
    editor: environment["VISUAL"] || environment["EDITOR"] || "vi",
  };
}
