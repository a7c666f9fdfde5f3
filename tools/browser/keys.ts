/** Keys that can be pressed, as the protocol takes them. */
interface Key {
  readonly key: string;
  readonly code: string;
  readonly windowsVirtualKeyCode: number;
  /** What it types. */
  readonly text?: string | undefined;
}

const KEYS: Readonly<Record<string, Key>> = Object.fromEntries(
  Object.entries({
    ...{ Enter: 13, Tab: 9, Escape: 27, Backspace: 8, Delete: 46, Home: 36, End: 35 },
    ...{ PageUp: 33, PageDown: 34, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40 },
  }).map(([key, windowsVirtualKeyCode]) => {
    const named: Key = { key, code: key, windowsVirtualKeyCode };
    return [key.toLowerCase(), key === "Enter" ? { ...named, text: "\r" } : named];
  }),
);
const SPACE: Key = { key: " ", code: "Space", windowsVirtualKeyCode: 32, text: " " };
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ...{ return: "enter", esc: "escape", del: "delete" },
  ...{ up: "arrowup", down: "arrowdown", left: "arrowleft", right: "arrowright" },
  ...{ pgup: "pageup", pgdn: "pagedown" },
};

/** @returns undefined for what is neither the name of a key nor a character. */
export function keyOf(name: string): Key | undefined {
  if (name === " " || name.toLowerCase() === "space") return SPACE;
  const named = KEYS[OTHER_NAMES[name.toLowerCase()] ?? name.toLowerCase()];
  if (named !== undefined) return named;
  if ([...name].length !== 1) return undefined;
  return {
    key: name,
    code: "",
    windowsVirtualKeyCode: name.toUpperCase().charCodeAt(0),
    text: name,
  };
}
